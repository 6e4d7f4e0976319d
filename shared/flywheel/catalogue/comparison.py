"""A figure beside its own earlier value: the one place that says how two values of a figure compare."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.catalogue.figure import Better, FigureKind

UP, DOWN, LEVEL = "↑", "↓", "→"

Verdict = Literal["better", "worse", "same"]


class Comparison(Struct, frozen=True):
    """Where a value went from an earlier one, and whether that is the better way; empty where nothing compares."""

    arrow: str = ""
    verdict: Verdict | None = None


NOTHING = Comparison()
SAME = Comparison(LEVEL, "same")


def comparison(kind: FigureKind, now: Mapping[str, Any], before: Mapping[str, Any]) -> Comparison:
    """How a figure of a report compares with that of an earlier one; NOTHING where either is unknown.

    What reads the same is the same: nobody is told that 11% is better than 11%.
    """
    value, previous = kind.value_in(now), kind.value_in(before)
    if value is None or previous is None:
        return NOTHING
    return SAME if kind.unit.show(value) == kind.unit.show(previous) else moved(value, previous, kind.better)


def moved(value: float, previous: float, better: Better | None) -> Comparison:
    """How a value that differs from an earlier one went."""
    went: Better = "up" if value > previous else "down"
    arrow = UP if went == "up" else DOWN
    return Comparison(arrow, None if better is None else "better" if went == better else "worse")
