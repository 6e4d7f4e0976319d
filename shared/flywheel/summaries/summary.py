"""A summary as it is stored, published and posted: plain values, apart from how they are made.

Who only passes summaries on (`summarise`, `notify`) loads this and not the fold.
"""

import hashlib
from datetime import datetime
from functools import cached_property
from typing import Literal

import msgspec
from msgspec import Struct

Outcome = Literal["completed", "delivered", "stopped", "reported"]
Key = Literal["idea", "feature", "digest"]
"""Whose summary: a turn's, by what it is known by, or a period's."""


class Figure(Struct, frozen=True, kw_only=True):
    """One figure as shown: its value, the flywheel's own value one period earlier, and which way it went."""

    label: str
    value: str
    previous: str | None = None
    arrow: str = ""
    trend: Literal["better", "worse", "same"] | None = None


class Action(Struct, frozen=True, kw_only=True):
    """What to do next, and the rule that chose it, as the end of "Chosen because …"."""

    text: str
    rule: str


class TenetLine(Struct, frozen=True, kw_only=True):
    """A tenet as shown: its status in a word, and its signals that say something, each with its value."""

    title: str
    status: str
    signals: tuple[str, ...] = ()


class Summary(Struct, frozen=True, kw_only=True, dict=True):
    """What is shown, as plain text; `digest` changes when, and only when, something of it does."""

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

    @cached_property
    def digest(self) -> str:
        """A hash of all that is shown."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]


def summary_id(flywheel: str, key: str, turn: str, phase: int) -> str:
    """One summary per flywheel, turn and phase, for ever; short, and fit for any key."""
    return hashlib.sha256("\0".join((flywheel, key, turn, str(phase))).encode()).hexdigest()[:32]
