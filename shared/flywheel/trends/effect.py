"""The flywheel effect: does a turn make the next one faster? (value §4)"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from math import exp, log
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.distribution import median
from shared.flywheel.moments import HOUR, micros
from shared.flywheel.reality.ranks import mann_kendall
from shared.flywheel.reality.slope import slope
from shared.flywheel.wheel.model import Turn, Wheel

DAYS = 12
LEAST_DAYS = 6
SETTLED = 2
"""Turns begun within so many usual times before as_of are left out: of them only the short ones could be there."""

Effect = Literal["accelerating", "slowing", "steady"]


class Released(Struct, frozen=True):
    """A turn that was released after its start."""

    turn: Turn
    start: int
    hours: float

    @property
    def day(self) -> date | None:
        """The day of its start, UTC."""
        return None if self.turn.started_at is None else self.turn.started_at.date()


def flywheel_effect(wheel: Wheel) -> dict[str, Any]:
    """The `flywheel_effect` part of the report: whether the hours from start to first release drift, day by day."""
    series = [log(middle) for middle in daily(counted(wheel)).values()]
    rise = slope(series) if len(series) >= LEAST_DAYS else None
    if rise is None:
        return {"n": len(series), "per_step": None, "p": None, "verdict": None}
    p = mann_kendall(series).p
    return {"n": len(series), "per_step": exp(rise) - 1, "p": p, "verdict": _verdict(rise, p, wheel)}


def released(wheel: Wheel) -> list[Released]:
    """Every turn with a start and a later first release."""
    timed = []
    for turn in wheel.turns:
        if turn.started_at is not None and turn.released_at is not None:
            start = micros(turn.started_at)
            hours = (micros(turn.released_at) - start) / HOUR
            if hours > 0:
                timed.append(Released(turn, start, hours))
    return timed


def counted(wheel: Wheel) -> list[Released]:
    """Those that began long enough ago that a slow one would be there as well."""
    candidates = released(wheel)
    usual = median(each.hours for each in candidates)
    if usual is None:
        return []
    return [each for each in candidates if each.start <= micros(wheel.as_of) - SETTLED * usual * HOUR]


def daily(turns: Sequence[Released]) -> dict[date, float]:
    """The median hours of the turns begun on each of the last twelve days with any, in order."""
    hours: defaultdict[date, list[float]] = defaultdict(list)
    for each in turns:
        if each.day is not None:
            hours[each.day].append(each.hours)
    return {day: middle for day in sorted(hours)[-DAYS:] if (middle := median(hours[day])) is not None}


def _verdict(rise: float, p: float, wheel: Wheel) -> Effect:
    if p > 1 - wheel.settings.certainty or rise == 0:
        return "steady"
    return "accelerating" if rise < 0 else "slowing"
