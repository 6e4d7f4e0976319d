"""The figures of a summary: which ones each phase's persona sees, and how each is read out of a report."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.summaries.summary import Figure
from shared.flywheel.wording import duration, number, percent, plural

UP, DOWN, LEVEL = "↑", "↓", "→"
MAX_FIGURES = 6

Report = Mapping[str, Any]


class FigureKind(Struct, frozen=True, kw_only=True):
    """A figure of the report: where it stands there, how it is shown, and which direction is the better one.

    `silent_at_zero`: a first value of 0 says only that nothing has happened yet. `of_turn`: the headline speaks of this
    time already, for its own turn.
    """

    label: str
    path: tuple[str, ...]
    show: Callable[[float], str]
    better: Literal["up", "down"]
    show_previous: Callable[[float], str] | None = None
    silent_at_zero: bool = False
    of_turn: bool = False


def _per_28_days(value: float) -> str:
    return f"{plural(value, 'turn')} per 28 days"


def _minutes(value: float) -> str:
    return duration(value / 60)


def _per_week(value: float) -> str:
    return f"{number(value)} a week"


RATE = FigureKind(
    label="Rate of turn",
    path=("turns", "rate_per_28d"),
    show=_per_28_days,
    better="up",
    show_previous=number,
    silent_at_zero=True,
)
TURN_TIME = FigureKind(
    label="Turn time (median)",
    path=("turns", "turn_time_hours", "p50"),
    show=duration,
    better="down",
    of_turn=True,
)
VALUE_FROM_IDEA = FigureKind(
    label="Time to value from the idea (median)",
    path=("turns", "time_to_value_hours", "idea", "p50"),
    show=duration,
    better="down",
)
VALUE_FROM_COMMIT = FigureKind(
    label="Time to value from the first commit (median)",
    path=("turns", "time_to_value_hours", "first_commit", "p50"),
    show=duration,
    better="down",
)
MOMENTUM = FigureKind(
    label="Momentum, as a rate of turn",
    path=("momentum", "rate_equivalent"),
    show=_per_28_days,
    better="up",
    show_previous=number,
    silent_at_zero=True,
)
LEAD_TIME = FigureKind(
    label="Change lead time (median)", path=("dora", "lead_time_hours", "p50"), show=duration, better="down"
)
FREQUENCY = FigureKind(
    label="Deployment frequency", path=("dora", "per_week"), show=_per_week, better="up", show_previous=number
)
FAIL_RATE = FigureKind(
    label="Change fail rate", path=("dora", "change_fail_rate", "value"), show=percent, better="down"
)
RECOVERY = FigureKind(
    label="Failed deployment recovery time (median)",
    path=("dora", "recovery_minutes", "p50"),
    show=_minutes,
    better="down",
)
REWORK = FigureKind(label="Deployment rework rate", path=("dora", "rework_rate", "value"), show=percent, better="down")
INCIDENT_TIME = FigureKind(
    label="Time with an incident open", path=("drag", "incident_time_share"), show=percent, better="down"
)
STALLED = FigureKind(
    label="Stalled among open turns",
    path=("drag", "stalled_share"),
    show=percent,
    better="down",
    silent_at_zero=True,
)
BLOCKED = FigureKind(label="Turn time spent blocked", path=("drag", "blocked_share"), show=percent, better="down")


def _in_phase(phase: int) -> FigureKind:
    return FigureKind(
        label="Time in this phase (median)",
        path=("turns", "phase_hours", str(phase), "p50"),
        show=duration,
        better="down",
        of_turn=True,
    )


FIGURES: dict[int, tuple[FigureKind, ...]] = {
    0: (TURN_TIME, RATE, MOMENTUM, VALUE_FROM_IDEA, VALUE_FROM_COMMIT, FREQUENCY, FAIL_RATE, LEAD_TIME),
    1: (_in_phase(1), VALUE_FROM_IDEA, RATE, MOMENTUM, TURN_TIME, STALLED, VALUE_FROM_COMMIT),
    2: (_in_phase(2), BLOCKED, FAIL_RATE, RECOVERY, TURN_TIME, LEAD_TIME, STALLED),
    3: (LEAD_TIME, FREQUENCY, REWORK, _in_phase(3), VALUE_FROM_IDEA, VALUE_FROM_COMMIT, STALLED),
    4: (FAIL_RATE, RECOVERY, INCIDENT_TIME, _in_phase(4), REWORK, MOMENTUM, RATE),
}
"""By phase (0: the whole turn), the most telling first; the first six that are known are shown."""


def figures_of(phase: int, now: Report, before: Report) -> tuple[Figure, ...]:
    """At most six figures of a summary: those of its phase that are known at its time."""
    known = (figure for kind in FIGURES[phase] if (figure := figure_of(kind, now, before)) is not None)
    return tuple(figure for figure, _ in zip(known, range(MAX_FIGURES), strict=False))


def finding_of(phase: int, now: Report, before: Report) -> str:
    """The phase's first figure that moved, else the first that can be compared, else the first that is known."""
    found = [(kind, figure) for kind in FIGURES[phase] if (figure := figure_of(kind, now, before))]
    kinds = sorted(found, key=lambda each: (each[0].of_turn, _telling(each[1])))
    if not kinds:
        return "no turn of this wheel has been delivered yet"
    kind, figure = kinds[0]
    name = kind.label.partition(" (")[0].partition(",")[0]
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
    value, previous = value_at(now, kind.path), value_at(before, kind.path)
    if value is None or (previous is None and value == 0 and kind.silent_at_zero):
        return None
    shown = kind.show(value)
    if previous is None:
        return Figure(label=kind.label, value=shown)
    earlier = (kind.show_previous or kind.show)(previous)
    if kind.show(previous) == shown:
        return Figure(label=kind.label, value=shown, previous=earlier, arrow=LEVEL, trend="same")
    went = "up" if value > previous else "down"
    return Figure(
        label=kind.label,
        value=shown,
        previous=earlier,
        arrow=UP if went == "up" else DOWN,
        trend="better" if went == kind.better else "worse",
    )


def compared(label: str, now: int, before: int | None) -> Figure:
    """A count of things done in a period, of which more is better, beside that of the period before."""
    if before is None:
        return Figure(label=label, value=number(now))
    if now == before:
        return Figure(label=label, value=number(now), previous=number(before), arrow=LEVEL, trend="same")
    rose = now > before
    return Figure(
        label=label,
        value=number(now),
        previous=number(before),
        arrow=UP if rose else DOWN,
        trend="better" if rose else "worse",
    )


def value_at(report: Report, path: tuple[str, ...]) -> float | None:
    """The number at a path of a report; None where there is none."""
    found: Any = report
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return float(found) if isinstance(found, int | float) else None
