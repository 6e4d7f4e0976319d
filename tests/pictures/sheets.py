"""The sheets of docs/slack.md: every kind of message in every situation that the tests know, from its real blocks.

`SHEETS` is by the picture's name. A situation that no sheet shows, or a sheet that the page does not, fails a test
(tests/unit/slack/test_pictures.py).
"""

from collections.abc import Callable, Iterator
from functools import cache

from msgspec import Struct

from engine import FakeSlack
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.digest_names import EVERYONES, KEY
from shared.flywheel.summaries.summary import Summary
from shared.flywheel.summaries.together import row_of, several_of
from shared.interaction.commands import ASKS, HELP
from shared.interaction.forms import WORDS
from shared.slack import actions
from shared.slack.blocks import Update, message_of, withdrawn_message_of
from shared.slack.cards import card_message, milestone_message
from shared.slack.charts import without_charts
from shared.slack.parts import Message
from shared.slack.several import several_message
from shared.slack.topic import notification
from shared.slack.webhook import without_buttons
from tests.pictures.blockkit import message_html, notification_html, view_html
from tests.unit.interaction.conftest import TOML, Room, a_report
from tests.unit.summaries.situations import SITUATIONS, Messages
from tests.unit.summaries.test_cards import STAGES, card
from tests.unit.summaries.test_cards import messages as messages_of_card

MOMENT = "2026-02-09 09:00 UTC"
HELD = "held back since Monday: 2 routine"


class Sheet(Struct, frozen=True, kw_only=True):
    """One picture. `drawn`: its messages as HTML, in reading order."""

    drawn: Callable[[], Iterator[str]]
    columns: int = 2
    width: int = 500
    """Of a column, in pixels."""
    dark: bool = False


@cache
def situation(name: str) -> Messages:
    """The messages of a situation, worked out once for every sheet."""
    return SITUATIONS[name]()


def of_turns() -> Iterator[str]:
    """A turn's card at every stage, and what stands in its thread."""
    for stage in STAGES:
        for note, message in messages_of_card(stage):
            yield drawn(message, note, edited=note == stage != next(iter(STAGES)))
    yield from of_several()


def of_several() -> Iterator[str]:
    """Turns whose news came within minutes, in one message."""
    cards = [card(stage)[0] for stage in ("held", "met", "stopped")]
    several = several_of("several", Settings().flywheel("checkout"), list(map(row_of, cards)))
    yield drawn(several_message(several, interactive=True), "several turns")


def of_summaries(chosen: Callable[[str, Summary], bool]) -> Iterator[str]:
    """Messages of the chosen summaries, each with its situation as a note."""
    for name in SITUATIONS:
        for channel, summary in situation(name):
            if chosen(name, summary):
                yield drawn(message_of(summary, interactive=True), f"{name.replace('_', ' ')}, {channel}")


def is_end(_: str, summary: Summary) -> bool:
    """The end of a turn, or its outcome."""
    return summary.key != KEY and not 1 <= summary.phase <= 4


def is_phase(_: str, summary: Summary) -> bool:
    """A phase that is complete, in a persona's own channel."""
    return summary.key != KEY and 1 <= summary.phase <= 4


def is_teams_digest(name: str, summary: Summary) -> bool:
    """A digest of a team for everyone."""
    return summary.key == KEY and summary.phase == EVERYONES and name != "parent_digest"


def is_personas_digest(_: str, summary: Summary) -> bool:
    """A digest for one persona."""
    return summary.key == KEY and summary.phase != EVERYONES


def is_organisations_digest(name: str, _: Summary) -> bool:
    """A digest of a parent."""
    return name == "parent_digest"


CHOICES = (is_end, is_phase, is_teams_digest, is_personas_digest, is_organisations_digest)
"""Each summary of each situation is of one of these kinds."""


def of_other_forms() -> Iterator[str]:
    """What becomes of messages that are corrected, withdrawn, refused in part, or go another way."""
    [(_, digest)] = situation("north_star_away_digest")
    (_, end), *_ = situation("outcome_missed")
    running, _ = card("worked on")
    whole = message_of(digest, held=HELD, interactive=True)
    corrected = message_of(end, Update(MOMENT, ("change fail rate is 50%, not 0%",)), interactive=True)
    yield drawn(corrected, "corrected", edited=True)
    yield drawn(withdrawn_message_of(end, MOMENT), "withdrawn", edited=True)
    yield drawn(whole, "a digest, as the bot posts it")
    yield drawn(Message(whole.text, without_charts(whole.blocks)), "where the workspace refuses charts")
    yield drawn(Message(whole.text, []), "where it refuses blocks")
    yield drawn(Message(whole.text, without_buttons(whole.blocks)), "by a webhook")
    yield notification_html(notification(whole.text, whole.blocks, "thread-1"), "by Amazon Q")
    milestone = milestone_message(running)
    yield drawn(milestone, "a card by a webhook")
    yield notification_html(notification(milestone.text, milestone.blocks, "thread-1"), "a card by Amazon Q")


def of_answers() -> Iterator[str]:
    """What whoever asks sees, and nobody else."""
    with FakeSlack() as slack:
        person = room(slack).person()
        for asked in (*(word for word in ASKS if word != "why"), "why lead_time_hours", "why leadtime", HELP):
            seen = person.command(asked, "#checkout")
            yield message_html(seen.blocks, seen.text, note=f"/flywheel {asked}")
        for asked, channel in (("status", "#search"), ("status", "#lunch"), ("statsu", "#checkout")):
            seen = person.command(asked, channel)
            yield message_html(seen.blocks, seen.text, note=f"/flywheel {asked} in {channel}")


def of_forms() -> Iterator[str]:
    """Every form, then what it becomes, and once it was taken back."""
    with FakeSlack() as slack:
        person = room(slack).person()
        for word in WORDS:
            person.command(word, "#checkout")
            yield view_html(slack.views[-1])
        person.command("idea", "#checkout")
        person.submit(slack.views[-1], title="Split a payment", key="SHOP-9")
        yield view_html(slack.views[-1])
        whisper = slack.seen[-1]
        yield message_html(whisper.blocks, whisper.text, note="in the channel, seen by who told it")
        person.press_in(slack.views[-1], actions.TAKE_BACK)
        yield view_html(slack.views[-1])


def of_few() -> Iterator[str]:
    """A card, an end and a digest: what is looked at narrow and dark too."""
    running, _ = card("released")
    yield drawn(card_message(running, interactive=True), "a card", edited=True)
    for name in ("outcome_missed", "north_star_away_digest"):
        yield drawn(message_of(situation(name)[0][1], interactive=True), name.replace("_", " "))


def room(slack: FakeSlack) -> Room:
    """A desk with a report to answer from."""
    settings = load(TOML)
    made = Room(slack, settings)
    made.memory.reports["checkout"] = a_report(settings)
    return made


def drawn(message: Message, note: str, *, edited: bool = False) -> str:
    """A message with a note beside its name."""
    return message_html(message.blocks, message.text, note=note, edited=edited)


SHEETS: dict[str, Sheet] = {
    "slack-turn": Sheet(drawn=of_turns),
    "slack-ends": Sheet(drawn=lambda: of_summaries(is_end)),
    "slack-phases": Sheet(drawn=lambda: of_summaries(is_phase)),
    "slack-digests": Sheet(drawn=lambda: of_summaries(is_teams_digest)),
    "slack-personas": Sheet(drawn=lambda: of_summaries(is_personas_digest)),
    "slack-organisation": Sheet(drawn=lambda: of_summaries(is_organisations_digest), columns=1),
    "slack-forms-of-messages": Sheet(drawn=of_other_forms),
    "slack-answers": Sheet(drawn=of_answers),
    "slack-forms": Sheet(drawn=of_forms),
    "slack-narrow": Sheet(drawn=of_few, columns=1, width=340),
    "slack-dark": Sheet(drawn=of_few, columns=1, dark=True),
}
