"""The card of a turn as a message, and what stands in its thread. Pure."""

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from shared.flywheel.summaries.card import MOST_WORDS, Card, Step
from shared.flywheel.summaries.summary import Figure, Link, Summary
from shared.slack.actions import CLOSE_BLOCKER, OPEN_CHALLENGE, PROPOSE_IDEA, RECORD_OUTCOME, Pressed
from shared.slack.escaping import mrkdwn
from shared.slack.parts import (
    FALLBACK,
    FIELD,
    SECTION,
    Block,
    Button,
    Message,
    board,
    board_line,
    buttons,
    context,
    headed,
    line,
    section,
    sentence,
    titled,
)
from shared.slack.words import first_words, words_of

_MARKS = {"done": "●", "running": "◉", "ahead": "○", "unobserved": "◌"}
"""Marks differ in shape, and each is said in words too: colour and shape carry nothing alone."""
_WANTED = {
    "challenge": ("Open a challenge", OPEN_CHALLENGE),
    "outcome": ("Record the outcome", RECORD_OUTCOME),
    "idea": ("Propose an idea", PROPOSE_IDEA),
    "blocker": ("Close the blocker", CLOSE_BLOCKER),
}


def card_message(card: Card, *, interactive: bool = False) -> Message:
    """The card: title and state, the bar, what happened last, the next step."""
    return Message(_text_of(card), _fitted(card, partial(_card_blocks, interactive=interactive)))


def milestone_message(card: Card) -> Message:
    """The card where nothing can be edited: one message a milestone, without thread and buttons."""
    return Message(_text_of(card), _fitted(card, _milestone_blocks))


def _fitted(card: Card, blocks_of: Callable[[Card], list[Block]]) -> list[Block]:
    """The blocks of a card, with as much of what happened last, and then of its title, as people read."""
    over = words_of(blocks_of(card)) - MOST_WORDS
    if over > 0 and card.last is not None:
        text = first_words(card.last.text, len(card.last.text.split()) - over)
        card = replace(card, last=replace(card.last, text=text) if text else None)
        over = words_of(blocks_of(card)) - MOST_WORDS
    if over > 0:
        title = first_words(card.title.title, max(1, len(card.title.title.split()) - over))
        card = replace(card, title=replace(card.title, title=title))
    return blocks_of(card)


def _card_blocks(card: Card, *, interactive: bool) -> list[Block]:
    last = "" if card.last is None else sentence(line(card.last))
    next_ = f"*Next:* {mrkdwn(card.next, SECTION)}." if card.next else ""
    return [
        section(
            f"{headed(card.title)} {mrkdwn(card.stands, SECTION)}",
            bar(card.bar),
            last,
            next_,
            board_line(card.link, interactive=interactive),
        ),
        *buttons(_buttons(card) if interactive else []),
        context(card.context),
    ]


def _milestone_blocks(card: Card) -> list[Block]:
    last = "" if card.last is None else sentence(line(card.last))
    next_ = f"Next: {mrkdwn(card.next, SECTION)}." if card.next else ""
    line_text = " ".join(filter(None, (f"{headed(card.title)} {mrkdwn(card.stands, SECTION)}.", last, next_)))
    return [section(line_text, board_line(card.link, interactive=False)), context(card.context)]


def reply_message(summary: Summary, of: Link | None = None) -> Message:
    """A phase's summary in the thread of its card: that it is complete, and the evidence.

    `of`: its turn, in the thread of a message of several.
    """
    changed = [_changed(each) for each in summary.figures if each.trend in {"better", "worse", "changed"}]
    done = summary.done or summary.heading
    named = "" if of is None else f"{titled(of)}: "
    blocks: list[Block] = [section(f"{named}*{mrkdwn(done, SECTION)}.*", *map(line, summary.evidence), *changed)]
    begins = f"{done}." if of is None else f"{of.title}: {done}."
    fallback = " ".join((begins, *(sentence(each.text) for each in summary.evidence if each.link is None)))
    return Message(mrkdwn(fallback, FALLBACK), blocks)


def bar(steps: tuple[Step, ...]) -> str:
    """`● Purpose 2 d › ◉ *Challenge* since 3 Jun › ○ Action › ○ Value`."""
    return " › ".join(map(_step, steps))


def _step(step: Step) -> str:
    name = f"*{mrkdwn(step.name, FIELD)}*" if step.mark == "running" else mrkdwn(step.name, FIELD)
    time = "not observed" if step.mark == "unobserved" else step.time
    return " ".join(filter(None, (_MARKS[step.mark], name, mrkdwn(time, FIELD))))


def _text_of(card: Card) -> str:
    """The text for notifications: the title, where it stands, what holds it, the next step."""
    held = card.last if card.thing else None
    holding = "" if held is None or held.link is None else f" {held.link.title} {held.text}."
    next_ = f" Next: {card.next}." if card.next else ""
    return mrkdwn(f"{card.title.title} {card.stands}.{holding}{next_}", FALLBACK)


def _buttons(card: Card) -> list[Button]:
    pressed = Pressed(flywheel=card.flywheel, turn=card.turn, key=card.key, thing=card.thing, message=card.id)
    return [*wanted_button(card.wants, pressed), *board(card.link, pressed, interactive=True)]


def wanted_button(wants: str, pressed: Pressed) -> list[Button]:
    """The button that opens the form for what a turn waits for; none where it waits for nothing."""
    wanted = [_WANTED[wants]] if wants else []
    return [Button(label=label, action=action, pressed=pressed, style="primary") for label, action in wanted]


def _changed(figure: Figure) -> str:
    was = f", was {mrkdwn(figure.previous, FIELD)}" if figure.previous is not None else ""
    return f"{mrkdwn(figure.label, FIELD)} is {figure.trend}: *{mrkdwn(figure.value, FIELD)}*{was}"
