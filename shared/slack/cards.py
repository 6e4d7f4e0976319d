"""The card of a turn as a message, and what stands in its thread. Pure."""

from shared.flywheel.summaries.card import Card, Step
from shared.flywheel.summaries.summary import Figure, Summary
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
    line,
    section,
    sentence,
    titled,
)

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
    last = "" if card.last is None else sentence(line(card.last))
    next_ = f"*Next:* {mrkdwn(card.next, SECTION)}." if card.next else ""
    blocks: list[Block] = [
        section(
            f"*{titled(card.title)}* {mrkdwn(card.stands, SECTION)}",
            bar(card.bar),
            last,
            next_,
            board_line(card.link, interactive=interactive),
        ),
        *buttons(_buttons(card) if interactive else []),
        context(card.context),
    ]
    return Message(mrkdwn(f"{card.title.title} {_rest(card)}", FALLBACK), blocks)


def milestone_message(card: Card) -> Message:
    """The card where nothing can be edited: one message a milestone, without thread and buttons."""
    last = "" if card.last is None else sentence(line(card.last))
    next_ = f"Next: {mrkdwn(card.next, SECTION)}." if card.next else ""
    line_text = " ".join(filter(None, (f"*{titled(card.title)}* {mrkdwn(card.stands, SECTION)}.", last, next_)))
    blocks = [section(line_text, board_line(card.link, interactive=False)), context(card.context)]
    return Message(mrkdwn(f"{card.title.title} {_rest(card)}", FALLBACK), blocks)


def reply_message(summary: Summary) -> Message:
    """A phase's summary in the thread of its card: that it is complete, and the evidence."""
    changed = [_changed(each) for each in summary.figures if each.trend in {"better", "worse", "changed"}]
    done = summary.done or summary.heading
    blocks: list[Block] = [section(f"*{mrkdwn(done, SECTION)}.*", *map(line, summary.evidence), *changed)]
    fallback = " ".join((f"{done}.", *(sentence(each.text) for each in summary.evidence if each.link is None)))
    return Message(mrkdwn(fallback, FALLBACK), blocks)


def bar(steps: tuple[Step, ...]) -> str:
    """`● Purpose 2 d › ◉ *Challenge* since 3 Jun › ○ Action › ○ Value`."""
    return " › ".join(map(_step, steps))


def _step(step: Step) -> str:
    name = f"*{mrkdwn(step.name, FIELD)}*" if step.mark == "running" else mrkdwn(step.name, FIELD)
    time = "not observed" if step.mark == "unobserved" else step.time
    return " ".join(filter(None, (_MARKS[step.mark], name, mrkdwn(time, FIELD))))


def _rest(card: Card) -> str:
    """What follows the title in the text for notifications: where it stands, what holds it, the next step."""
    held = card.last if card.thing else None
    holding = "" if held is None or held.link is None else f" {held.link.title} {held.text}."
    next_ = f" Next: {card.next}." if card.next else ""
    return f"{card.stands}.{holding}{next_}"


def _buttons(card: Card) -> list[Button]:
    pressed = Pressed(flywheel=card.flywheel, turn=card.turn, key=card.key, thing=card.thing, message=card.id)
    wanted = [_WANTED[card.wants]] if card.wants else []
    return [
        *(Button(label=label, action=action, pressed=pressed, style="primary") for label, action in wanted),
        *board(card.link, pressed, interactive=True),
    ]


def _changed(figure: Figure) -> str:
    was = f", was {mrkdwn(figure.previous, FIELD)}" if figure.previous is not None else ""
    return f"{mrkdwn(figure.label, FIELD)} is {figure.trend}: *{mrkdwn(figure.value, FIELD)}*{was}"
