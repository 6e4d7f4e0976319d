"""The finds among many tests, so that no more than a set share of them is chance."""

from collections.abc import Mapping
from typing import TypeVar

Name = TypeVar("Name")
NEARLY = 1 + 1e-9
"""A p that misses its threshold by less than this relative distance meets it."""


def discoveries(tests: Mapping[Name, float], false_share: float) -> set[Name]:
    """The names of the tests that Benjamini and Hochberg's procedure takes as real (1995).

    `tests`: p by name, of one family; `false_share`: the share of false finds that is borne, 0 to 1. With the m values
    of p in order, all up to the largest k-th that is at most k/m × `false_share` are real.
    """
    ordered = sorted(tests.values())
    limits = (false_share * k / len(ordered) for k in range(1, len(ordered) + 1))
    passed = [p for p, limit in zip(ordered, limits, strict=True) if p <= limit * NEARLY]
    return {name for name, p in tests.items() if passed and p <= passed[-1]}
