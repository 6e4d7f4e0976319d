"""DORA's five over the weeks, with their natural variation."""

from collections.abc import Callable

from msgspec import Struct

from shared.flywheel.distribution import median, wilson
from shared.flywheel.figures.dora import (
    fail_rate,
    lead_times,
    recoveries,
    recovery_minutes,
    rework,
)
from shared.flywheel.history.spans import WEEK, beginning, is_known, spans_of
from shared.flywheel.history.values import Level, Series, Span
from shared.flywheel.history.variation import of_counts, of_shares, of_times
from shared.flywheel.moments import HOUR, moment
from shared.flywheel.reality.samples import Count, Sample, Share, Times
from shared.flywheel.wheel.leads import Leads
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, effective_in, exposure, places_in

FOUR_WEEKS = 4
"""Shares and recoveries are too few in a single week."""


class Ground(Struct, frozen=True):
    """A wheel with its lead times of all the weeks, negative ones too."""

    wheel: Wheel
    leads: Leads


Gather = Callable[[Ground, Window], Sample | None]


def delivery_series(wheel: Wheel, window: Window) -> dict[str, Series]:
    """DORA's five by path in the catalogue: the weeks, the window and the window before."""
    before = Window(window.start - (window.end - window.start), window.start, window.days)
    everything = Window(min(before.start, beginning(wheel)), window.end, window.days)
    ground = Ground(wheel, lead_times(wheel, everything))
    return {
        path: Series(
            weeks=weeks,
            spans=tuple(_span(ground, span, gather) for span in spans_of(wheel, weeks)),
            before=_level(ground, before, gather),
            now=_level(ground, window, gather),
        )
        for path, (weeks, gather) in FIVE.items()
    }


def _leads(ground: Ground, window: Window) -> Sample | None:
    places = places_in(ground.wheel, window)
    return Times(tuple(each.length / HOUR for each in ground.leads if each.place in places and each.length >= 0))


def _deployments(ground: Ground, window: Window) -> Sample | None:
    return Count(len(effective_in(ground.wheel, window)), window.end - window.start)


def _failed(ground: Ground, window: Window) -> Sample | None:
    rate = fail_rate(ground.wheel, window)
    return None if rate["n"] and rate["value"] is None else Share(rate["count"], rate["n"])


def _recovered(ground: Ground, window: Window) -> Sample | None:
    return Times(tuple(recovery_minutes(recoveries(ground.wheel, window))))


def _reworked(ground: Ground, window: Window) -> Sample | None:
    rate = rework(ground.wheel, window)
    return Share(rate["count"], rate["n"])


FIVE: dict[str, tuple[int, Gather]] = {
    "dora.lead_time_hours": (1, _leads),
    "dora.per_week": (1, _deployments),
    "dora.change_fail_rate": (FOUR_WEEKS, _failed),
    "dora.recovery_minutes": (FOUR_WEEKS, _recovered),
    "dora.rework_rate": (FOUR_WEEKS, _reworked),
}
"""Of each how many weeks a span covers, and its cases in a window."""


def _span(ground: Ground, window: Window, gather: Gather) -> Span:
    end, cases = moment(window.end), gather(ground, window) if is_known(ground.wheel, window) else None
    if isinstance(cases, Times):
        return Span(end=end, value=median(cases.values), n=len(cases.values))
    if isinstance(cases, Count):
        return Span(end=end, value=float(cases.n), n=cases.n)
    if cases is None or not cases.n:
        return Span(end=end, value=None, n=0)
    low, high = wilson(cases.k, cases.n)
    return Span(end=end, value=cases.k / cases.n, n=cases.n, low=low, high=high)


def _level(ground: Ground, window: Window, gather: Gather) -> Level:
    start, end, cases = moment(window.start), moment(window.end), None
    if is_known(ground.wheel, window):
        cases = gather(ground, window)
    if isinstance(cases, Times):
        low, high = of_times(cases.values)
        return Level(start=start, end=end, value=median(cases.values), n=len(cases.values), low=low, high=high)
    if isinstance(cases, Count):
        weeks = exposure(ground.wheel, window) / WEEK
        low, high = of_counts(cases.n / weeks)
        return Level(start=start, end=end, value=cases.n / weeks, n=cases.n, count=cases.n, low=low, high=high)
    if cases is None or not cases.n:
        return Level(start=start, end=end, value=None, n=0)
    low, high = of_shares(cases.k, cases.n)
    return Level(start=start, end=end, value=cases.k / cases.n, n=cases.n, count=cases.k, low=low, high=high)
