"""The words for a figure beside its own earlier value: the one place that says better and worse, and of what.

The verdict is that of the report's `trends` (value.md §4), never a comparison of two numbers: a figure without a test
of its own, or that of another, is shown beside its earlier value and nothing more.
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.catalogue.figure import FigureKind

UP, DOWN = "↑", "↓"

Verdict = Literal["better", "worse", "changed", "same"]


class Change(Struct, frozen=True):
    """A figure's change: an arrow only where it is real, and whether it was real a week ago as well."""

    arrow: str = ""
    verdict: Verdict | None = None
    is_news: bool = False

    @property
    def is_real(self) -> bool:
        """Whether the change is unlikely to be chance."""
        return self.verdict not in {None, "same"}


NO_CHANGE = Change()


def change_of(kind: FigureKind, report: Mapping[str, Any]) -> Change:
    """A figure's change by the trends of a report; NO_CHANGE where there is none, or too little to tell."""
    trend = report["trends"].get(kind.trend)
    if trend is None or trend["trend"] is None:
        return NO_CHANGE
    verdict: Verdict = trend["trend"]
    is_news = kind.trend in report["context"]["news"]
    return Change(_arrow(kind, verdict, report, trend["previous"]), verdict, is_news)


def untested(report: Mapping[str, Any]) -> str:
    """Why no figure of a report could be tested, as a clause; empty where one could."""
    trends = report["trends"].values()
    if any(each["trend"] is not None for each in trends):
        return ""
    if all(each["previous"] is None for each in trends):
        return "too early to tell: there is no earlier window to compare with"
    if not report["turns"]["delivered"] and report["trends"]["turns.rate_per_28d"]["previous"] == 0:
        return "nothing to compare: no turn was delivered in this window or the one before"
    return "too little to tell: too few cases in this window or in the one before"


def _arrow(kind: FigureKind, verdict: Verdict, report: Mapping[str, Any], previous: float | None) -> str:
    """The direction that was tested; of a figure of which neither way is better that of its value."""
    if verdict == "same":
        return ""
    if verdict == "changed" or kind.better is None:
        value = kind.value_in(report)
        return "" if value is None or previous is None or value == previous else UP if value > previous else DOWN
    return UP if (verdict == "better") == (kind.better == "up") else DOWN
