"""Turns that are told together, as their news came within some minutes: when, and what is said of each. Pure."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from events.times import EPOCH
from shared.flywheel.settings.values import FlywheelSettings
from shared.flywheel.summaries.card import Card, State
from shared.flywheel.summaries.summary import Line, Link, Summary
from shared.flywheel.wording import outside, plural

TOGETHER_KEY = "together"
"""Where a summary has the key of its turn."""
TOGETHER = 8
"""Where a summary has the number of its phase: a message of several turns is of no phase."""
SHOWN = 6
"""So many turns have a row; the others are counted."""
_FIRST: dict[State, int] = {"stopped": 0, "delivered": 1, "running": 2, "withdrawn": 3}


class Row(Struct, frozen=True, kw_only=True):
    """One turn among several. `stands`: what follows its title; `last`: what happened; `next`: what it waits for."""

    turn: str
    key: str
    title: Link
    state: State
    stands: str
    last: Line | None = None
    next: str = ""
    wants: str = ""
    thing: str = ""


class Several(Struct, frozen=True, kw_only=True, dict=True):
    """What is said of several turns of one flywheel at once."""

    id: str
    flywheel: str
    heading: str
    rows: tuple[Row, ...]
    context: str = ""
    link: str | None = None

    @property
    def digest(self) -> str:
        """A hash of all that is shown."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]


def row_of(card: Card, shown: Summary | None = None) -> Row:
    """A turn as it stands; with `shown` that a phase of it is complete, for who reads of that phase alone."""
    row = Row(
        turn=card.turn,
        key=card.key,
        title=card.title,
        state=card.state,
        stands=card.stands,
        last=card.last,
        next=card.next,
        wants=card.wants,
        thing=card.thing,
    )
    if shown is None:
        return row
    return replace(
        row, title=shown.about or card.title, stands=f"· {shown.done}", last=None, next="", wants="", thing=""
    )


def several_of(id: str, flywheel: FlywheelSettings, rows: Sequence[Row]) -> Several:
    """What a message of several turns of a flywheel shows."""
    title = outside(flywheel.title)
    return Several(
        id=id,
        flywheel=flywheel.id,
        heading=f"{plural(len(rows), 'turn')} moved on · {title}",
        rows=_in_order(rows),
        context=f"{title} · told together, as it came within minutes",
    )


def window_end(at: datetime, minutes: float) -> datetime:
    """The end of the stretch of so many minutes that a moment lies in; stretches follow each other without a gap."""
    step = timedelta(minutes=minutes)
    return at + step - (at - EPOCH) % step


def _in_order(rows: Sequence[Row]) -> tuple[Row, ...]:
    """What was stopped first, then what was delivered, then what runs; each in the order in which it was told."""
    return tuple(sorted(rows, key=lambda row: _FIRST[row.state]))
