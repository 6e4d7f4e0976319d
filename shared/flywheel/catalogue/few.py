"""Figures of few cases, never without them: a share of four says of what, a median of four what they were."""

from collections.abc import Mapping
from typing import Any

from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.distribution import FEW
from shared.flywheel.wording import listing, percent


def told(kind: FigureKind, report: Mapping[str, Any]) -> str | None:
    """A figure of a report with its unit; what it stands on where that is little. None where it is unknown."""
    value = kind.value_in(report)
    if value is None:
        return None
    shown, found = kind.unit.tell(value), kind.found_in(report)
    if kind.shape == "distribution" and found["values"]:
        of = listing([kind.unit.show(each) for each in found["values"]])
        return f"{shown} (of {of})" if found["n"] > 1 else f"{shown} (1 {kind.of})"
    if kind.shape == "share" and found["interval"]:
        return f"{shown} ({_of(found)})"
    return shown


def _of(share: Mapping[str, Any]) -> str:
    """`1 of 2` of fewer than five, else `2 of 7, 8–64%`: with its interval."""
    counted = f"{share['count']} of {share['n']}"
    if share["n"] < FEW:
        return counted
    low, high = share["interval"]
    return f"{counted}, {percent(low).removesuffix('%')}–{percent(high)}"
