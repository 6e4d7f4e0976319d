"""A window cut into weeks, newest last: what the sparklines of a page are drawn from."""

from collections.abc import Iterable
from statistics import median

from msgspec import Struct

from shared.flywheel.dora import lead_times
from shared.flywheel.model import Wheel
from shared.flywheel.moments import DAY, HOUR, micros
from shared.flywheel.window import window_of

_WEEK = 7 * DAY
_MOST = 26


class Weeks(Struct, frozen=True):
    """Per week: turns delivered, effective deployments, median change lead time in hours (None without commits)."""

    delivered: list[float | None]
    deployments: list[float | None]
    lead_time_hours: list[float | None]


def weeks_of(wheel: Wheel, window_days: float) -> Weeks:
    """The weeks that end at as_of, as many as begin in the window (at most half a year)."""
    count = max(1, min(_MOST, -int(-window_days // 7)))
    end = micros(wheel.as_of)
    leads: list[list[float]] = [[] for _ in range(count)]
    for lead in lead_times(wheel, window_of(wheel, window_days)):
        week = _week(wheel.deployments[lead.place].time, end, count)
        if week is not None and lead.length >= 0:
            leads[week].append(lead.length / HOUR)
    closes = [micros(turn.closed_at) for turn in wheel.turns if turn.state == "delivered" and turn.closed_at]
    return Weeks(
        delivered=_counted(closes, end, count),
        deployments=_counted((each.time for each in wheel.deployments if each.effective), end, count),
        lead_time_hours=[median(hours) if hours else None for hours in leads],
    )


def _counted(times: Iterable[int], end: int, count: int) -> list[float | None]:
    weeks = [0.0] * count
    for time in times:
        week = _week(time, end, count)
        if week is not None:
            weeks[week] += 1
    return list(weeks)


def _week(time: int, end: int, count: int) -> int | None:
    """The place of the week (end − 7 d × n, end − 7 d × (n − 1)] that a time falls in; None outside."""
    back = (end - time) // _WEEK
    return count - 1 - back if 0 <= back < count else None
