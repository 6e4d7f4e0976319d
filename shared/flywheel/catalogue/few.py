"""Figures of few cases, never without them: a share of four says of what, a median of four what they were."""

from collections.abc import Mapping
from typing import Any

from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import MONEY
from shared.flywheel.distribution import FEW
from shared.flywheel.wording import listing, percent


def figure_text(kind: FigureKind, report: Mapping[str, Any]) -> str | None:
    """A figure of a report with its unit; what it stands on where that is little. None where it is unknown."""
    value = kind.value_in(report)
    if value is None:
        return None
    shown, entry = kind.unit.tell(value), kind.entry_in(report)
    if kind.unit is MONEY:
        return f"{shown} {report['context']['cost']['currency']}"
    if kind.shape == "distribution" and entry["values"]:
        of = listing([kind.unit.show(each) for each in entry["values"]])
        return f"{shown} (of {of})" if entry["n"] > 1 else f"{shown} (1 {kind.of})"
    if kind.shape == "share" and entry["interval"]:
        return f"{shown} ({_of(entry)})"
    return shown


def _of(share: Mapping[str, Any]) -> str:
    """`1 of 2` of fewer than five, else `2 of 7, 8–64%`: with its interval."""
    counted = f"{share['count']} of {share['n']}"
    if share["n"] < FEW:
        return counted
    low, high = share["interval"]
    return f"{counted}, {percent(low).removesuffix('%')}–{percent(high)}"
