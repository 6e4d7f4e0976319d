"""DORA's five over the weeks, with their natural variation."""

from collections.abc import Callable

from shared.flywheel.distribution import median, wilson
from shared.flywheel.figures.dora import (
    fail_rate,
    recoveries,
    recovery_minutes,
    rework,
)
from shared.flywheel.history.spans import WEEK, is_known, spans_of
from shared.flywheel.history.values import Level, Series, Span
from shared.flywheel.history.variation import of_counts, of_shares, of_times
from shared.flywheel.moments import HOUR, moment
from shared.flywheel.reality.samples import Count, Sample, Share, Times
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, effective_in, exposure, places_in

FOUR_WEEKS = 4
"""Shares and recoveries are too few in a single week."""


Gather = Callable[[Wheel, Window], Sample | None]


def delivery_series(wheel: Wheel, window: Window) -> dict[str, Series]:
    """DORA's five by path in the catalogue: the weeks, the window and the window before."""
    before = Window(window.start - (window.end - window.start), window.start, window.days)
    return {
        path: Series(
            weeks=weeks,
            spans=tuple(_span(wheel, span, gather) for span in spans_of(wheel, weeks)),
            before=_level(wheel, before, gather),
            now=_level(wheel, window, gather),
        )
        for path, (weeks, gather) in FIVE.items()
    }


def _leads(wheel: Wheel, window: Window) -> Sample | None:
    lengths = wheel.leads(places_in(wheel, window)).lengths
    return Times(tuple(length / HOUR for length in lengths if length >= 0))


def _deployments(wheel: Wheel, window: Window) -> Sample | None:
    return Count(len(effective_in(wheel, window)), window.end - window.start)


def _failed(wheel: Wheel, window: Window) -> Sample | None:
    rate = fail_rate(wheel, window)
    return None if rate["n"] and rate["value"] is None else Share(rate["count"], rate["n"])


def _recovered(wheel: Wheel, window: Window) -> Sample | None:
    return Times(tuple(recovery_minutes(recoveries(wheel, window))))


def _reworked(wheel: Wheel, window: Window) -> Sample | None:
    rate = rework(wheel, window)
    return Share(rate["count"], rate["n"])


FIVE: dict[str, tuple[int, Gather]] = {
    "dora.lead_time_hours": (1, _leads),
    "dora.per_week": (1, _deployments),
    "dora.change_fail_rate": (FOUR_WEEKS, _failed),
    "dora.recovery_minutes": (FOUR_WEEKS, _recovered),
    "dora.rework_rate": (FOUR_WEEKS, _reworked),
}
"""Of each how many weeks a span covers, and its cases in a window."""


def _span(wheel: Wheel, window: Window, gather: Gather) -> Span:
    end, cases = moment(window.end), gather(wheel, window) if is_known(wheel, window) else None
    if isinstance(cases, Times):
        return Span(end=end, value=median(cases.values), n=len(cases.values))
    if isinstance(cases, Count):
        return Span(end=end, value=float(cases.n), n=cases.n)
    if cases is None or not cases.n:
        return Span(end=end, value=None, n=0)
    low, high = wilson(cases.k, cases.n)
    return Span(end=end, value=cases.k / cases.n, n=cases.n, low=low, high=high)


def _level(wheel: Wheel, window: Window, gather: Gather) -> Level:
    start, end, cases = moment(window.start), moment(window.end), None
    if is_known(wheel, window):
        cases = gather(wheel, window)
    if isinstance(cases, Times):
        low, high = of_times(cases.values)
        return Level(start=start, end=end, value=median(cases.values), n=len(cases.values), low=low, high=high)
    if isinstance(cases, Count):
        weeks = exposure(wheel, window) / WEEK
        low, high = of_counts(cases.n / weeks)
        return Level(start=start, end=end, value=cases.n / weeks, n=cases.n, count=cases.n, low=low, high=high)
    if cases is None or not cases.n:
        return Level(start=start, end=end, value=None, n=0)
    low, high = of_shares(cases.k, cases.n)
    return Level(start=start, end=end, value=cases.k / cases.n, n=cases.n, count=cases.k, low=low, high=high)
