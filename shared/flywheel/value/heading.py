"""The heading of a metric: towards what is wanted of it, away, or level (value §2)."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Literal

from shared.flywheel.distribution import median
from shared.flywheel.facts.fact import MetricMeasured
from shared.flywheel.moments import DAY

Heading = Literal["towards", "away", "level"]

MONTH = 27 * DAY
"""A month by any calendar: what was measured so long before is the value of a month ago, at least."""
USUAL = 182 * DAY
"""The 26 weeks whose steps tell how much a metric wobbles."""
ENOUGH_STEPS = 6
NOISE = 2.0
"""A change of at most so many usual wobbles is none."""


def heading(change: float | None, direction: str, series: Sequence[MetricMeasured], at: int) -> Heading | None:
    """The way of a change that ends with the measurement at `at`; None of no change known.

    It is `level` where it is not larger than twice the median of |step − the median step|, over the steps between
    neighbouring measurements of the 26 weeks up to `at`, if there are at least six.
    """
    if change is None:
        return None
    wobble = _wobble(series, at)
    if change == 0 or (wobble is not None and abs(change) <= NOISE * wobble):
        return "level"
    return "towards" if (change > 0) == (direction == "up") else "away"


def _wobble(series: Sequence[MetricMeasured], at: int) -> float | None:
    values = [fact.value for fact in series if at - USUAL < fact.time <= at]
    steps = [later - earlier for earlier, later in pairwise(values)]
    usual = median(steps)
    if usual is None or len(steps) < ENOUGH_STEPS or not all(map(isfinite, steps)):
        return None
    return median(abs(step - usual) for step in steps)


def change_from(before: MetricMeasured | None, after: MetricMeasured | None) -> float | None:
    """The later value − the earlier one; None where one is missing, or the difference is beyond what a double holds."""
    if before is None or after is None:
        return None
    change = after.value - before.value
    return change if isfinite(change) else None


def newest(series: Sequence[MetricMeasured], at: int) -> MetricMeasured | None:
    """The newest measurement at or before a time; the series is in order."""
    place = bisect_right(series, at, key=lambda fact: fact.time)
    return series[place - 1] if place else None
