"""A window cut into weeks, newest last: what the sparklines of a page are drawn from."""

from collections.abc import Iterable
from math import ceil
from statistics import median

from msgspec import Struct

from shared.flywheel.figures.dora import lead_times
from shared.flywheel.moments import DAY, HOUR, micros
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import window_of

MOST = 12
"""Marks of a sparkline; in a window of more weeks each stands for several."""


class Weeks(Struct, frozen=True):
    """Per mark: turns delivered, effective deployments, median change lead time in hours (None without commits)."""

    weeks_a_mark: int
    delivered: list[float | None]
    deployments: list[float | None]
    lead_time_hours: list[float | None]

    def of(self, path: str) -> list[float | None] | None:
        """The marks of a figure of the catalogue; None of one that is not cut into weeks."""
        drawn = {
            "turns.rate_per_28d": self.delivered,
            "dora.per_week": self.deployments,
            "dora.lead_time_hours": self.lead_time_hours,
        }
        return drawn.get(path)


class _Marks(Struct, frozen=True):
    """`count` spans of equal `length` that end at `end`; microseconds."""

    end: int
    length: int
    count: int

    def place(self, time: int) -> int | None:
        """The mark whose span (end − length × n, end − length × (n − 1)] holds the time; None outside."""
        back = (self.end - time) // self.length
        return self.count - 1 - back if 0 <= back < self.count else None


def weeks_of(wheel: Wheel, window_days: float) -> Weeks:
    """The weeks of the window that ends at as_of."""
    weeks = max(1, ceil(window_days / 7))
    each = ceil(weeks / MOST)
    marks = _Marks(micros(wheel.as_of), each * 7 * DAY, ceil(weeks / each))
    leads: list[list[float]] = [[] for _ in range(marks.count)]
    for lead in lead_times(wheel, window_of(wheel, window_days)):
        place = marks.place(wheel.deployments[lead.place].time)
        if place is not None and lead.length >= 0:
            leads[place].append(lead.length / HOUR)
    closes = [micros(turn.closed_at) for turn in wheel.turns if turn.state == "delivered" and turn.closed_at]
    return Weeks(
        weeks_a_mark=each,
        delivered=_counted(closes, marks),
        deployments=_counted((deployment.time for deployment in wheel.deployments if deployment.effective), marks),
        lead_time_hours=[median(hours) if hours else None for hours in leads],
    )


def _counted(times: Iterable[int], marks: _Marks) -> list[float | None]:
    counts = [0.0] * marks.count
    for time in times:
        place = marks.place(time)
        if place is not None:
            counts[place] += 1
    return list(counts)
