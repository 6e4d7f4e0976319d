"""Thresholds of signals, healthy, watch and act: data, with a version.

Sources: the Value Flywheel's practices as its authors describe them, Edmondson's survey, and for ages of maps and
reviews the rhythm at which their makers work. Where only the healthy bound is told, one may watch until twice (at
most) or half (at least) of it. A flywheel can set its own bounds; a signal that is not here has a trend and no verdict.
"""

from typing import Literal

from msgspec import Struct

VERSION = "2026.1"
"""Changes with any bound below, so that a stored verdict can be told apart from a newer one."""

Bound = float | tuple[float, float]


class Threshold(Struct, frozen=True):
    """`better`: `up` is healthy from the bound on, `down` up to it, `between` within the two."""

    better: Literal["up", "down", "between"]
    healthy: Bound
    watch: Bound


def at_least(healthy: float, watch: float | None = None) -> Threshold:
    """Healthy from a bound upwards."""
    return Threshold("up", healthy, healthy / 2 if watch is None else watch)


def at_most(healthy: float, watch: float | None = None) -> Threshold:
    """Healthy up to a bound."""
    return Threshold("down", healthy, healthy * 2 if watch is None else watch)


THRESHOLDS: dict[str, Threshold] = {
    "north_star_freshness": at_most(1.5),
    "inputs_declared": Threshold("between", (3.0, 6.0), (1.5, 12.0)),
    "features_with_input": at_least(0.8),
    "market_map_age": at_most(90.0),
    "market_anchors": at_least(1.0),
    "psychological_safety": at_least(5.0, 4.0),
    "challenge_days": at_most(7.0),
    "failed_reviewed": at_least(0.8),
    "organisation_map_age": at_most(180.0),
    "solution_map_age": at_most(90.0),
    "mapped_before_commit": at_least(0.5),
    "review_age": at_most(92.0),
    "emerging_map_age": at_most(180.0),
}
"""By signal (domain §5)."""

CONFIGURABLE = tuple(name for name, threshold in THRESHOLDS.items() if threshold.better != "between")
"""Signals whose bounds a flywheel may set."""


def judge(value: float, threshold: Threshold) -> Literal["healthy", "watch", "act"]:
    """The verdict on a value; a bound belongs to its better side."""
    if _within(value, threshold.better, threshold.healthy):
        return "healthy"
    return "watch" if _within(value, threshold.better, threshold.watch) else "act"


def _within(value: float, better: str, bound: Bound) -> bool:
    if isinstance(bound, tuple):
        return bound[0] <= value <= bound[1]
    return value >= bound if better == "up" else value <= bound
