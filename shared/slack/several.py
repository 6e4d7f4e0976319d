"""Several turns in one message, where their news came together. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from shared.flywheel.summaries.length import MOST_WORDS
from shared.flywheel.summaries.together import SHOWN, Row, Several
from shared.flywheel.wording import plural
from shared.slack.actions import Pressed
from shared.slack.cards import wanted_button
from shared.slack.escaping import mrkdwn
from shared.slack.parts import (
    FALLBACK,
    SECTION,
    Block,
    Message,
    board,
    board_line,
    buttons,
    context,
    headed,
    header,
    line,
    section,
    sentence,
    titled,
)
from shared.slack.words import words_of

_WAITS = ("blocker", "outcome", "challenge", "idea")
"""What turns wait for, that which holds one first."""


def several_message(several: Several, *, interactive: bool = False) -> Message:
    """The turns one under the other, and the next step of the first that waits for somebody."""
    rows = several.rows[:SHOWN]
    blocks = _blocks(several, rows, interactive=interactive)
    while words_of(blocks) > MOST_WORDS and (shorter := _shorter(rows)) is not None:
        rows, blocks = shorter, _blocks(several, shorter, interactive=interactive)
    listed = "; ".join(f"{row.title.title} {row.stands}" for row in rows)
    return Message(mrkdwn(f"{several.heading}. {listed}{_rest(several, rows)}.", FALLBACK), blocks)


def _shorter(rows: Sequence[Row]) -> tuple[Row, ...] | None:
    """The same without what happened to the last turn of which that is told; then without the last turn."""
    eventful = [place for place, row in enumerate(rows) if row.last is not None]
    if eventful:
        return tuple(replace(row, last=None) if place == eventful[-1] else row for place, row in enumerate(rows))
    return tuple(rows[:-1]) if len(rows) > 1 else None


def _blocks(several: Several, rows: Sequence[Row], *, interactive: bool) -> list[Block]:
    waiting = min((row for row in rows if row.wants), key=lambda row: _WAITS.index(row.wants), default=None)
    next_ = "" if waiting is None else f"*Next*, of {titled(waiting.title)}: {mrkdwn(waiting.next, SECTION)}."
    below = list(filter(None, (next_, board_line(several.link, interactive=interactive))))
    pressed = Pressed(flywheel=several.flywheel, message=several.id)
    listed = board(several.link, pressed, interactive=True)
    if waiting is not None:
        of_turn = Pressed(
            flywheel=several.flywheel, turn=waiting.turn, key=waiting.key, thing=waiting.thing, message=several.id
        )
        listed = [*wanted_button(waiting.wants, of_turn), *listed]
    return [
        header(several.heading),
        section(*map(_row, rows)),
        *([section(*below)] if below else []),
        *buttons(listed if interactive else []),
        context(f"{several.context}{_rest(several, rows)}"),
    ]


def _row(row: Row) -> str:
    last = "" if row.last is None else f" {sentence(line(row.last))}"
    return f"• {headed(row.title)} {mrkdwn(row.stands, SECTION)}.{last}"


def _rest(several: Several, rows: Sequence[Row]) -> str:
    more = len(several.rows) - len(rows)
    return f"; and {plural(more, 'turn')} more" if more > 0 else ""
