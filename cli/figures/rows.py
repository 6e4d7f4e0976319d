"""The figures of a report as rows of its page: value, the value one window earlier, a picture and a note."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from cli.figures.spark import bar, spark
from cli.figures.weeks import Weeks
from shared.flywheel.wording import duration, number, percent, plural

UNKNOWN = "–"
Report = Mapping[str, Any]
Trend = Literal["better", "worse", "same"]
PICTURE = 12
"""Characters of a bar, and of a sparkline of twelve weeks."""
_NEARLY = 1e-9


class Row(Struct, frozen=True, kw_only=True):
    """One figure. `previous` is empty where it was unknown."""

    label: str
    value: str
    known: bool = True
    previous: str = ""
    arrow: str = ""
    trend: Trend | None = None
    picture: str = ""
    note: str = ""
    marked: bool = False
    """The note is a finding, not a footnote."""


def turning_rows(figures: Report, before: Report, weeks: Weeks) -> list[Row]:
    """Rate of turn, momentum, turn time and time to value."""
    turns, momentum = figures["turns"], figures["momentum"]
    since = f"×{number(momentum['trend'])} in 28 d" if momentum["trend"] is not None else ""
    return [
        _row("Rate of turn", figures, before, ("turns", "rate_per_28d"), number, "up",
             picture=spark(weeks.delivered), note="per 28 days"),
        _row("Momentum", figures, before, ("momentum", "value"), number, "up",
             note=_joined(f"as {number(momentum['rate_equivalent'])} per 28 d", since)),
        _row("Turn time, P50", figures, before, ("turns", "turn_time_hours", "p50"), duration, "down",
             note=_spread(turns["turn_time_hours"], duration, "turn")),
        *(
            _row(label, figures, before, ("turns", "time_to_value_hours", basis, "p50"), duration,
                 "down", note=_spread(turns["time_to_value_hours"][basis], duration, "release"))
            for basis, label in (("idea", "Time to value, P50"), ("first_commit", "  from first commit"))
            if basis == "idea" or turns["time_to_value_hours"][basis]["n"]
        ),
    ]  # fmt: skip


def drag_rows(figures: Report, before: Report) -> list[Row]:
    """The parts of drag, the largest marked."""
    labels = {
        "rework_rate": "Rework",
        "stalled_share": "Stalled turns",
        "incident_time_share": "Time with an incident",
        "blocked_share": "Blocked time",
        "map_inertia_share": "Inertia on the map",
    }
    rows = []
    for part, label in labels.items():
        value = figures["drag"][part]
        largest = figures["drag"]["largest"] == part
        note = "◄ largest" if largest else "" if value is not None else "no event tells"
        row = _row(label, figures, before, ("drag", part), percent, "down", picture=_bar(value), note=note)
        rows.append(replace(row, marked=largest))
    return rows


def delivery_rows(figures: Report, before: Report, weeks: Weeks) -> list[Row]:
    """DORA's five with what they stand on, and the Quick Check."""
    dora = figures["dora"]
    check = dora["quick_check"]
    recovery = figures["dora"]["recovery_minutes"]
    left_open = f"{len(dora['recovery_open'])} still open" if dora["recovery_open"] else ""
    return [
        _row("Change lead time, P50", figures, before, ("dora", "lead_time_hours", "p50"), duration, "down",
             picture=spark(weeks.lead_time_hours), note=_spread(dora["lead_time_hours"], duration, "commit")),
        _row("Deployments a week", figures, before, ("dora", "per_week"), number, "up",
             picture=spark(weeks.deployments),
             note=f"{dora['deployments']} on {plural(dora['days_with_deployment'], 'day')}"),
        _row("Change fail rate", figures, before, ("dora", "change_fail_rate", "value"), percent, "down",
             picture=_bar(dora["change_fail_rate"]["value"]), note=_share(dora["change_fail_rate"])),
        _row("Recovery time, P50", figures, before, ("dora", "recovery_minutes", "p50"), _minutes, "down",
             note=_joined(_spread(recovery, _minutes, "recovery"), left_open)),
        _row("Deployment rework rate", figures, before, ("dora", "rework_rate", "value"), percent, "down",
             picture=_bar(dora["rework_rate"]["value"]), note=_share(dora["rework_rate"])),
        _row("Quick Check, of 10", figures, before, ("dora", "quick_check", "overall"), number, "up",
             note=f"throughput {_number(check['throughput'])}, stability {_number(check['stability'])}"),
    ]  # fmt: skip


def _row(  # noqa: PLR0913, PLR0917  what a row is made of
    label: str,
    figures: Report,
    before: Report,
    path: tuple[str, ...],
    show: Callable[[float], str],
    better: Literal["up", "down"],
    *,
    picture: str = "",
    note: str = "",
) -> Row:
    value, previous = _at(figures, path), _at(before, path)
    if value is None:
        return Row(label=label, value=UNKNOWN, known=False, note=note)
    row = Row(label=label, value=show(value), picture=picture, note=note)
    if previous is None or not before["receipt"]["counted"]:
        return row
    arrow, trend = _change(value, previous, better)
    return replace(row, previous=show(previous), arrow=arrow, trend=trend)


def _change(value: float, previous: float, better: Literal["up", "down"]) -> tuple[str, Trend]:
    if abs(value - previous) <= _NEARLY * max(abs(value), abs(previous)):
        return "→", "same"
    went = "up" if value > previous else "down"
    return ("↑" if went == "up" else "↓"), ("better" if went == better else "worse")


def _at(figures: Report, path: tuple[str, ...]) -> float | None:
    value: Any = figures
    for step in path:
        value = value[step]
    return None if value is None else float(value)


def _spread(summary: Report, show: Callable[[float], str], noun: str) -> str:
    """The 85th percentile and how many; the values themselves where they are few."""
    n = summary["n"]
    if n == 0:
        return f"no {noun} in the window"
    if summary["values"]:
        return f"of {', '.join(map(show, summary['values']))}"
    return f"P85 {show(summary['p85'])}, n {n}"


def _share(rate: Report) -> str:
    if rate["n"] == 0:
        return "no deployment in the window"
    text = f"{rate['count']}/{rate['n']}"
    if rate["interval"]:
        low, high = rate["interval"]
        text += f" ({percent(low).removesuffix('%')}–{percent(high)})"
    return text


def _bar(share: float | None) -> str:
    return "" if share is None else bar(share, PICTURE)


def _minutes(value: float) -> str:
    return duration(value / 60)


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else number(value)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
