"""A summary as it is stored, published and posted: plain values, apart from how they are made.

Who only passes summaries on (`summarise`, `notify`) loads this and not the fold.
"""

import hashlib
from datetime import datetime
from functools import cached_property
from typing import Literal

import msgspec
from msgspec import Struct

TURN = 0
"""The phase of a summary of a whole turn."""
OUTCOME = 5
"""The phase of a summary of an outcome that became known after the turn's close."""

Outcome = Literal["completed", "delivered", "stopped", "met", "missed", "learned", "reported"]
"""The occasion of a summary: a phase completed, a turn closed, an outcome known later, or a period reported."""
Key = Literal["idea", "feature", "digest"]
"""Whose summary: a turn's, by what it is known by, or a period's."""


class Figure(Struct, frozen=True, kw_only=True):
    """One figure as shown: its value, and the flywheel's own value one period earlier.

    `arrow` and `trend` only where the change is real, which is news; `same`: both read alike.
    """

    label: str
    value: str
    previous: str | None = None
    arrow: str = ""
    trend: Literal["better", "worse", "changed", "same"] | None = None


class Link(Struct, frozen=True, kw_only=True):
    """The place of an action's thing: its title, and its address."""

    title: str
    url: str


class Line(Struct, frozen=True, kw_only=True):
    """One thing that happened: with `link` the thing is named by it, and `text` says what it did."""

    text: str
    link: Link | None = None


class Action(Struct, frozen=True, kw_only=True):
    """The next thing to do, why, and with which things; `rule` is the row of the table that chose it.

    `before`: what became of what the digest before advised, a sentence; empty where there is nothing to tell.
    """

    text: str
    because: str = ""
    rule: str = ""
    links: tuple[Link, ...] = ()
    before: str = ""


class Series(Struct, frozen=True, kw_only=True):
    """One line of a chart."""

    name: str
    values: tuple[float, ...]


class Chart(Struct, frozen=True, kw_only=True):
    """A chart of lines: each series has a value for each label."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]


class Table(Struct, frozen=True, kw_only=True):
    """A table: each row has a cell for each column, and is of what its first cell names; an empty cell is unknown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def line_of(self, row: tuple[str, ...]) -> str:
        """A row as one line, without what it is of: `turning, rising; constraint Action; outcomes met 2 of 3`."""
        first, *others = zip(self.columns[1:], row[1:], strict=True)
        named = [f"{column[:1].lower()}{column[1:]} {cell}" for column, cell in others if cell]
        return "; ".join(filter(None, (first[1], *named)))


class TenetLine(Struct, frozen=True, kw_only=True):
    """A tenet as shown: its status in a word, and its signals that say something, each with its value."""

    title: str
    status: str
    signals: tuple[str, ...] = ()


class Summary(Struct, frozen=True, kw_only=True, dict=True):
    """The contents of a message, as plain text; `digest` changes when, and only when, something of it does."""

    id: str
    flywheel: str
    turn: str
    key: Key
    phase: int
    at: datetime
    outcome: Outcome
    persona: str
    heading: str
    headline: str
    figures: tuple[Figure, ...] = ()
    action: Action | None = None
    context: str = ""
    missing: tuple[str, ...] = ()
    link: str | None = None
    tenets: tuple[TenetLine, ...] = ()
    why: str = ""
    """Why a turn stopped; empty of all others."""
    done: str = ""
    """That a phase is complete, where the turn need not be named: in the thread of its card."""
    about: Link | None = None
    """The turn that a summary is of, by its title, with its address; without one the address is empty."""
    routine: bool = False
    """Of a turn that nobody proposed or challenged, and to which nothing happened."""
    chart: Chart | None = None
    """Of a digest."""
    evidence: tuple[Line, ...] = ()
    """What happened in the phase, or in the turn."""
    table: Table | None = None
    """Of a parent's digest: its children side by side."""

    @cached_property
    def json(self) -> bytes:
        """All that is shown, as it is stored; without a table the same as before there were any."""
        shown = msgspec.to_builtins(self)
        if self.table is None:
            del shown["table"]
        return msgspec.json.encode(shown)

    @cached_property
    def digest(self) -> str:
        """A hash of all that is shown."""
        return hashlib.sha256(self.json).hexdigest()[:16]


def summary_id(flywheel: str, key: str, turn: str, phase: int) -> str:
    """One summary per flywheel, turn and phase, for ever; short, and fit for any key."""
    return hashlib.sha256("\0".join((flywheel, key, turn, str(phase))).encode()).hexdigest()[:32]
