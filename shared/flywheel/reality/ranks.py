"""Tests by rank: of two sets of times, and of a series that may be drifting. Normal approximations, corrected."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import repeat
from math import erfc, sqrt

from msgspec import Struct


class Ranked(Struct, frozen=True):
    """The two-sided p of a rank test, and which way it points: 1 where the first is larger (or rising), -1, or 0."""

    p: float
    sign: int


def mann_whitney(now: Sequence[float], before: Sequence[float]) -> Ranked:
    """Mann–Whitney U of two sets, with tie and continuity (0.5) corrections (Mann & Whitney 1947).

    p is 1 where all values are equal. The sign is that of the difference of the mean ranks.
    """
    n1, n0 = len(now), len(before)
    n = n1 + n0
    excess = _rank_sum(now, before) - n1 * (n + 1) / 2
    variance = n1 * n0 / 12 * (n + 1 - _tied((*now, *before)) / (n * (n - 1)))
    if variance <= 0:
        return Ranked(1.0, 0)
    return Ranked(two_sided((abs(excess) - 0.5) / sqrt(variance)), _sign(excess))


def mann_kendall(series: Sequence[float]) -> Ranked:
    """Mann–Kendall's S of a series in order, with the tie-corrected variance (Mann 1945, Kendall 1975).

    p is 1 where S or its variance is 0.
    """
    n = len(series)
    s = sum(_sign(series[j] - series[i]) for j in range(n) for i in range(j))
    ties = (count for count in Counter(series).values())
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if s == 0 or variance <= 0:
        return Ranked(1.0, 0)
    return Ranked(two_sided((abs(s) - 1) / sqrt(variance)), _sign(s))


def two_sided(z: float) -> float:
    """The probability that a standard normal is at least z from 0; never above 1."""
    return min(1.0, erfc(z / sqrt(2)))


def _rank_sum(now: Sequence[float], before: Iterable[float]) -> float:
    """The sum of the ranks of `now` among all; equal values share the mean of their ranks."""
    ordered = sorted(before)
    below = sum(sum(map(place, repeat(ordered), now)) for place in (bisect_left, bisect_right))
    return (len(now) * (len(now) + 1) + below) / 2


def _tied(values: Iterable[float]) -> int:
    return sum(t**3 - t for t in Counter(values).values())


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
