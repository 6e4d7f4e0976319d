"""The figures of a summary: those of the catalogue that its reader is shown, what changed for real first."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.flywheel.catalogue.catalogue import read_by
from shared.flywheel.catalogue.change import DOWN, UP, change_of
from shared.flywheel.catalogue.few import figure_text
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.summaries.summary import Figure
from shared.flywheel.wording import amounts, number, outside, quoted

MAX_FIGURES = 6
USUAL = 2
"""So many figures are shown where fewer changed for real: a message is read in one go."""

Report = Mapping[str, Any]


def figures_of(
    phase: int, now: Report, before: Report, first: Sequence[Figure] = (), usual: int = USUAL
) -> tuple[Figure, ...]:
    """At most six figures: what changed for real, then `first`, then the phase's, those that read as before last.

    `usual`: so many are shown where fewer changed for real.
    """
    kinds = [kind for kind in read_by(phase) if kind.section != "around"]
    shown = [(kind, figure) for kind in kinds if (figure := figure_of(kind, now, before)) is not None]
    real = [figure for kind, figure in sorted(shown, key=lambda each: p_of(each[0], now)) if is_news(kind, now)]
    others = [figure for kind, figure in shown if not is_news(kind, now)]
    steady = sorted([*first, *others], key=_is_as_before)[: max(1 if first else 0, usual - len(real))]
    return tuple([*real, *steady][:MAX_FIGURES])


def figure_of(kind: FigureKind, now: Report, before: Report) -> Figure | None:
    """One figure beside its own value one period earlier; None where it is not known now, or says nothing yet."""
    value, previous, shown = kind.value_in(now), kind.value_in(before), figure_text(kind, now)
    if value is None or shown is None or (previous is None and value == 0 and kind.silent_at_zero):
        return None
    earlier = None if previous is None else kind.unit.show(previous)
    change = change_of(kind, now)
    if change.is_news:
        return Figure(label=label_of(kind), value=shown, previous=earlier, arrow=change.arrow, trend=change.verdict)
    same = earlier == kind.unit.show(value)
    return Figure(label=label_of(kind), value=shown, previous=earlier, trend="same" if same else None)


def label_of(kind: FigureKind) -> str:
    """A figure's name beside a value that stands for many: `Turn time (median)`."""
    return f"{kind.label} (median)" if kind.shape == "distribution" else kind.label


def is_news(kind: FigureKind, report: Report) -> bool:
    """True of a figure that changed for real, and had a week ago (value: "What is real")."""
    return change_of(kind, report).is_news


def p_of(kind: FigureKind, report: Report) -> float:
    """How likely chance alone makes such a change of a figure; 1 where nobody can tell."""
    p = report["trends"].get(kind.trend, {}).get("p")
    return 1.0 if p is None else float(p)


def counted(label: str, now: int, before: int | None) -> Figure:
    """A count of things done in a period beside that of the period before: no verdict of its own."""
    same = now == before
    previous = None if before is None else number(before)
    return Figure(label=label, value=number(now), previous=previous, trend="same" if same else None)


def metrics_of(report: Report, phase: int, headline: str) -> tuple[Figure, ...]:
    """The north star, for everyone and for whom purpose is, unless the headline says it; for those inputs too."""
    value = report["value"]
    metrics = [value["north_star"], *(value["inputs"] if phase == 1 else ())] if phase < 2 else []
    known = [_metric(metric) for metric in metrics if metric is not None and metric["value"] is not None]
    return tuple(figure for figure in known if figure.label.casefold() not in headline.casefold())


def _metric(metric: Mapping[str, Any]) -> Figure:
    """A metric in the unit of who sends it, with its direction and no verdict."""
    role = "North star" if metric["role"] == "north_star" else "Input"
    unit = f" {outside(metric['unit'])}" if metric["unit"] else ""
    change, previous = metric["change"], metric["previous"]
    was, now = amounts(metric["value"] if previous is None else previous, metric["value"])
    return Figure(
        label=f"{role} {quoted(metric['metric'])}",
        value=f"{now}{unit}",
        previous=None if previous is None else was,
        arrow="" if not change else UP if change > 0 else DOWN,
        trend="same" if change == 0 else None,
    )


def _is_as_before(figure: Figure) -> bool:
    return figure.trend == "same"
