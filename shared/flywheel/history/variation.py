"""Natural variation: where eight of ten weeks fall while nothing changes, by one rule for each sort of figure."""

from collections.abc import Sequence
from math import exp, sqrt

from shared.flywheel.distribution import percentile, wilson

Z80 = 1.281552
"""Two-sided 80% of the standard normal distribution."""
TAIL = 0.1
MOST = 10_000
"""A count beyond this varies by less than its line is thick."""

Field = tuple[float | None, float | None]


def of_shares(k: int, n: int) -> Field:
    """The Wilson 80% interval of `k` of `n`."""
    low, high = wilson(k, n, Z80)
    return low, high


def of_times(values: Sequence[float]) -> Field:
    """The 10th and the 90th percentile; unknown of nothing."""
    ordered = sorted(values)
    return percentile(ordered, TAIL), percentile(ordered, 1 - TAIL)


def of_counts(mean: float) -> Field:
    """The counts between which a Poisson variable of this mean falls, but for a tenth on either side."""
    if mean > MOST:
        return mean, mean
    return float(_quantile(mean, TAIL)), float(_quantile(mean, 1 - TAIL))


def _quantile(mean: float, share: float) -> int:
    """The least count that is not exceeded with at least this probability."""
    count, weight = 0, exp(-mean) if mean < 700 else 0.0
    if not weight:
        return round(mean + (Z80 if share > 0.5 else -Z80) * sqrt(mean))
    reached = weight
    while reached < share:
        count += 1
        weight *= mean / count
        reached += weight
    return count
