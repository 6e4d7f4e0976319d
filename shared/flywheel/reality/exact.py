"""Exact tests of shares and of counts over time: how likely is a difference this large, if nothing changed?

Both tests weigh every outcome that could have come about, by its probability relative to the likeliest one, and add
up those that are no likelier than what was observed (a relative 1e-7 counts as equal, as R does). Weights follow from
their neighbours by one multiplication, from the likeliest outward: large counts neither overflow nor lose digits.
"""

from collections.abc import Callable
from math import fsum

EQUALLY_LIKELY = 1 + 1e-7
NOTHING = 1e-300
"""A weight below this adds nothing to a sum that holds 1."""

Step = Callable[[int], float]
"""The weight of an outcome's next larger neighbour, relative to its own."""


def fisher(k1: int, n1: int, k0: int, n0: int) -> float:
    """Two-sided p of Fisher's exact test: `k1` of `n1` beside `k0` of `n0`, both n above 0.

    The sum of all tables with these margins that are no likelier than the observed one (Fisher 1935).
    """
    whole = k1 + k0
    low, high = max(0, whole - n0), min(whole, n1)
    likeliest = (n1 + 1) * (whole + 1) // (n1 + n0 + 2)
    return _no_likelier(
        k1,
        range(low, high + 1),
        likeliest,
        lambda x: (n1 - x) * (whole - x) / ((x + 1) * (n0 - whole + x + 1)),
    )


def binomial(n1: int, t1: float, n0: int, t0: float) -> float:
    """Two-sided p of the exact binomial test: `n1` events in `t1` beside `n0` in `t0`, both times above 0.

    If the rate did not change, each of the n1 + n0 events falls into t1 with probability t1 / (t1 + t0).
    """
    n, odds = n1 + n0, t1 / t0
    likeliest = int((n + 1) * (t1 / (t1 + t0)))
    return _no_likelier(n1, range(n + 1), likeliest, lambda x: (n - x) / (x + 1) * odds)


def _no_likelier(observed: int, outcomes: range, likeliest: int, step: Step) -> float:
    """The probability of all outcomes whose weight is not above that of the observed one."""
    start = min(max(likeliest, outcomes.start), outcomes.stop - 1)
    weights = {start: 1.0}
    weight, x = 1.0, start
    while x + 1 < outcomes.stop and weight > NOTHING:
        weight *= step(x)
        x += 1
        weights[x] = weight
    weight, x = 1.0, start
    while x > outcomes.start and weight > NOTHING:
        x -= 1
        weight /= step(x)
        weights[x] = weight
    limit = weights.get(observed, 0.0) * EQUALLY_LIKELY
    return min(1.0, fsum(each for each in weights.values() if each <= limit) / fsum(weights.values()))
