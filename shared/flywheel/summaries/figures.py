"""The figures of a summary: those of the catalogue that a phase's persona reads, as read out of a report."""

from collections.abc import Mapping
from typing import Any

from shared.flywheel.catalogue.catalogue import read_by
from shared.flywheel.catalogue.comparison import NOTHING, SAME, UP, comparison, moved
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.summaries.summary import Figure
from shared.flywheel.wording import number

MAX_FIGURES = 6

Report = Mapping[str, Any]


def figures_of(phase: int, now: Report, before: Report) -> tuple[Figure, ...]:
    """At most six figures of a summary: those of its phase that are known at its time."""
    known = (figure for kind in read_by(phase) if (figure := figure_of(kind, now, before)) is not None)
    return tuple(figure for figure, _ in zip(known, range(MAX_FIGURES), strict=False))


def finding_of(phase: int, now: Report, before: Report) -> str:
    """The phase's first figure that moved, else the first that can be compared, else the first that is known."""
    found = [(kind, figure) for kind in read_by(phase) if (figure := figure_of(kind, now, before))]
    kinds = sorted(found, key=lambda each: (each[0].of_turn, _telling(each[1])))
    if not kinds:
        return "no turn of this wheel has been delivered yet"
    kind, figure = kinds[0]
    name = kind.label.partition(",")[0]
    name = name[0].lower() + name[1:]
    if figure.previous is None:
        return f"{name} stands at {figure.value}"
    if figure.trend == "same":
        return f"{name} holds at {figure.value}"
    return f"{name} {'rose' if figure.arrow == UP else 'fell'} to {figure.value} from {figure.previous}"


def _telling(figure: Figure) -> int:
    """What moved comes before what stayed, and that before what cannot be compared."""
    return 2 if figure.previous is None else 1 if figure.trend == "same" else 0


def figure_of(kind: FigureKind, now: Report, before: Report) -> Figure | None:
    """One figure beside its own value one period earlier; None where it is not known now."""
    value, previous = kind.value_in(now), kind.value_in(before)
    if value is None or (previous is None and value == 0 and kind.silent_at_zero):
        return None
    compared_with = comparison(kind, now, before)
    return Figure(
        label=label_of(kind),
        value=kind.unit.tell(value),
        previous=None if previous is None else kind.unit.show(previous),
        arrow=compared_with.arrow,
        trend=compared_with.verdict,
    )


def label_of(kind: FigureKind) -> str:
    """A figure's name beside a value that stands for many: `Turn time (median)`."""
    return f"{kind.label} (median)" if kind.shape == "distribution" else kind.label


def compared(label: str, now: int, before: int | None) -> Figure:
    """A count of things done in a period, of which more is better, beside that of the period before."""
    went = NOTHING if before is None else SAME if now == before else moved(now, before, "up")
    previous = None if before is None else number(before)
    return Figure(label=label, value=number(now), previous=previous, arrow=went.arrow, trend=went.verdict)
