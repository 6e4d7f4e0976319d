"""Medians and shares as the report shows them, with what an honest reader needs beside them (domain: "Figures")."""

from collections.abc import Iterable, Sequence
from math import floor, fsum, sqrt
from typing import Any

FEW = 5
"""Below this many values a distribution shows the values themselves."""
FEW_FOR_SHARE = 20
"""Below this many a share comes with its Wilson interval."""
Z95 = 1.959964
"""Two-sided 95 % of the standard normal distribution."""


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """By linear interpolation between order statistics; None of nothing."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * share
    below = floor(place)
    if below + 1 >= len(ordered):
        return ordered[-1]
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])


def median(values: Iterable[float]) -> float | None:
    """The middle value; None of nothing."""
    return percentile(sorted(values), 0.5)


def total(values: Iterable[float]) -> float:
    """A sum that does not depend on the order of its parts."""
    return fsum(sorted(values))


def distribution(values: Iterable[float]) -> dict[str, Any]:
    """Count, median and 85th percentile; the sorted values themselves where they are few."""
    ordered = sorted(values)
    return {
        "n": len(ordered),
        "p50": percentile(ordered, 0.5),
        "p85": percentile(ordered, 0.85),
        "values": ordered if 0 < len(ordered) < FEW else None,
    }


def share(count: int, n: int) -> dict[str, Any]:
    """A share with what it is of; with an interval where n is small. None of nothing."""
    return {
        "value": count / n if n else None,
        "count": count,
        "n": n,
        "interval": wilson(count, n) if 0 < n < FEW_FOR_SHARE else None,
    }


def wilson(count: int, n: int, z: float = Z95) -> list[float]:
    """The Wilson interval of a share, 95 % unless another quantile `z` is given (Wilson 1927)."""
    p = count / n
    z2 = z * z
    middle = p + z2 / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    whole = 1 + z2 / n
    return [max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)]
