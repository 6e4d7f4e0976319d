"""The catalogue's figures of a report as rows of its page: value, the value a window earlier, a picture, a note."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cli.figures.weeks import Weeks
from cli.spark import bar, spark
from shared.flywheel.catalogue.catalogue import CATALOGUE, section
from shared.flywheel.catalogue.change import Verdict, change_of
from shared.flywheel.catalogue.figure import FigureKind, Section
from shared.flywheel.catalogue.unit import SHARE, Show
from shared.flywheel.wording import number, percent, plural

UNKNOWN = "–"
Report = Mapping[str, Any]
PICTURE = 12
"""Characters of a bar, and of a sparkline of twelve weeks."""

_SAID_ELSEWHERE = {
    "momentum.rate_equivalent",
    "momentum.trend",
    "turns.delivered",
    "turns.stopped",
    *(f"turns.{part}.{phase}" for part in ("open", "phase_hours") for phase in "1234"),
    "dora.deployments",
    "dora.per_day",
    "dora.days_with_deployment",
    "dora.quick_check.throughput",
    "dora.quick_check.stability",
    *(f"value.outcomes.{result}" for result in ("met", "missed", "learned", "unknown")),
    *(f"value.momentum.{part}" for part in ("rate_equivalent", "trend", "known_share")),
}
"""Figures that the page tells in its finding, at the wheel or in another figure's note."""


class Row(Struct, frozen=True, kw_only=True):
    """One figure. `previous` is empty where it was unknown."""

    label: str
    value: str
    known: bool = True
    previous: str = ""
    arrow: str = ""
    trend: Verdict | None = None
    picture: str = ""
    note: str = ""
    marked: bool = False
    """The note is a finding, not a footnote."""


def rows_of(name: Section, figures: Report, before: Report, weeks: Weeks) -> list[Row]:
    """The rows of one section of the page: whatever of it the catalogue has."""
    return [
        _row(kind, figures, before, weeks)
        for kind in section(name)
        if kind.path not in _SAID_ELSEWHERE and kind.shape not in {"word", "names"} and _says_something(kind, figures)
    ]


def label_of(kind: FigureKind) -> str:
    """A figure's name in a narrow column: `Turn time, P50`."""
    is_spread = kind.shape == "distribution" and not kind.name.startswith(" ")
    return f"{kind.name}, P50" if is_spread else kind.name


def value_of(kind: FigureKind, figures: Report) -> str:
    """A figure as its label's unit has it."""
    value = kind.value_in(figures)
    return UNKNOWN if value is None else kind.unit.show(value)


def _says_something(kind: FigureKind, figures: Report) -> bool:
    """A figure that is told below another is left out where it is of nothing."""
    return not kind.name.startswith(" ") or bool(kind.entry_in(figures)["n"])


def _row(kind: FigureKind, figures: Report, before: Report, weeks: Weeks) -> Row:
    note = _NOTES.get(kind.path, _usual_note)(kind, figures)
    largest = kind.path == f"drag.{figures['drag']['largest']}"
    row = Row(label=label_of(kind), value=value_of(kind, figures), note=note, marked=largest)
    if kind.value_in(figures) is None:
        return replace(row, known=False)
    row = replace(row, picture=_picture(kind, figures, weeks))
    if kind.value_in(before) is None:
        return row
    change = change_of(kind, figures)
    row = replace(row, previous=value_of(kind, before), arrow=change.arrow, trend=change.verdict)
    return replace(row, note=", ".join(filter(None, (str(change.verdict), note)))) if change.is_real else row


def _picture(kind: FigureKind, figures: Report, weeks: Weeks) -> str:
    """Weeks as a sparkline where they are known, a share as a bar."""
    marks, value = weeks.of(kind.path), kind.value_in(figures)
    if marks is not None:
        return spark(marks)
    return bar(value, PICTURE) if kind.unit is SHARE and value is not None else ""


def _usual_note(kind: FigureKind, figures: Report) -> str:
    """The note of a figure's row: the count that it stands on."""
    if kind.entry_in(figures) is None:
        return ""
    if kind.shape == "distribution":
        return _spread(kind.entry_in(figures), kind.unit.show, kind.of)
    return _share(kind.entry_in(figures), kind.of) if kind.shape == "share" else ""


def _spread(summary: Report, show: Show, noun: str) -> str:
    """The 85th percentile and how many; the values themselves where they are few."""
    n = summary["n"]
    if n == 0:
        return f"no {noun} in the window"
    if summary["values"]:
        return f"of {', '.join(map(show, summary['values']))}"
    return f"P85 {show(summary['p85'])}, n {n}"


def _share(rate: Report, noun: str) -> str:
    if rate["n"] == 0:
        return f"no {noun} in the window"
    text = f"{rate['count']}/{rate['n']}"
    if rate["interval"]:
        low, high = rate["interval"]
        text += f" ({percent(low).removesuffix('%')}–{percent(high)})"
    return text


def _of_momentum(_: FigureKind, figures: Report) -> str:
    trend = figures["momentum"]["trend"]
    since = f", ×{number(trend)} in 28 d" if trend is not None else ""
    return f"as {number(figures['momentum']['rate_equivalent'])} per 28 d{since}"


def _of_hit_rate(kind: FigureKind, figures: Report) -> str:
    """All outcomes, those too that are neither hit nor miss, and the interval where there is one."""
    counts = figures["value"]["outcomes"]
    outcomes = ", ".join(f"{count} {result}" for result, count in counts.items() if count)
    return f"{outcomes}; {_usual_note(kind, figures)}" if outcomes else "no turn delivered"


def _of_value_momentum(_: FigureKind, figures: Report) -> str:
    momentum = figures["value"]["momentum"]
    known = momentum["known_share"]
    since = f", ×{number(momentum['trend'])} in 28 d" if momentum["trend"] is not None else ""
    judged = f", {percent(known)} of the momentum judged" if known is not None else ""
    return f"as {number(momentum['rate_equivalent'])} per 28 d{since}{judged}"


def _of_drag(kind: FigureKind, figures: Report) -> str:
    if kind.path == f"drag.{figures['drag']['largest']}":
        return "◄ largest"
    return "" if kind.value_in(figures) is not None else "no event tells"


def _of_frequency(_: FigureKind, figures: Report) -> str:
    dora = figures["dora"]
    return f"{dora['deployments']} on {plural(dora['days_with_deployment'], 'day')}"


def _of_recovery(kind: FigureKind, figures: Report) -> str:
    left_open = figures["dora"]["recovery_open"]
    still = f", {len(left_open)} still open" if left_open else ""
    return _usual_note(kind, figures) + still


def _of_check(_: FigureKind, figures: Report) -> str:
    parts = (CATALOGUE[f"dora.quick_check.{part}"] for part in ("throughput", "stability"))
    return ", ".join(f"{kind.path.rpartition('.')[2]} {value_of(kind, figures)}" for kind in parts)


def _of_cost(_: FigureKind, figures: Report) -> str:
    cost = figures["context"]["cost"]
    return "" if cost is None else str(cost["currency"])


_NOTES: Mapping[str, Callable[[FigureKind, Report], str]] = {
    "turns.rate_per_28d": lambda _, __: "per 28 days",
    "momentum.value": _of_momentum,
    **{f"context.cost.{part}": _of_cost for part in ("of_window", "per_delivered_turn", "per_met_outcome")},
    "value.hit_rate": _of_hit_rate,
    "value.momentum.value": _of_value_momentum,
    "dora.per_week": _of_frequency,
    "dora.recovery_minutes": _of_recovery,
    "dora.quick_check.overall": _of_check,
    **{kind.path: _of_drag for kind in section("drag")},
}
"""The text beside a figure, where that is not what the figure is of."""
