"""The slope of a series that a few odd values do not bend (Theil 1950, Sen 1968)."""

from collections.abc import Sequence

from shared.flywheel.distribution import median


def slope(series: Sequence[float]) -> float | None:
    """The median of (yⱼ − yᵢ)/(j − i) over all i < j: what one step adds; None of fewer than two values."""
    return median((series[j] - series[i]) / (j - i) for j in range(len(series)) for i in range(j))
