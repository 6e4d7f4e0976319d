"""`flywheel explain`: the events, links and exclusions behind one figure of the report."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from typing import Any

from msgspec.structs import replace

from events.times import rfc3339
from shared.flywheel.catalogue.catalogue import CATALOGUE, accounts
from shared.flywheel.explain import dora as explain_dora
from shared.flywheel.explain import drag as explain_drag
from shared.flywheel.explain import tenets as explain_tenets
from shared.flywheel.explain import turns as explain_turns
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.facts.fact import Fact
from shared.flywheel.figures.account import Account, Row, Teller
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, window_of

TELLERS: dict[str, Teller] = {**explain_turns.TELLERS, **explain_dora.TELLERS, **explain_drag.TELLERS}
"""By dotted path the figures that modules of the report compute; signals are `tenets.NAME`, turns `turn_list.NAME`."""

_TURN = "turn_list."
_PARTS = ("n", "p50", "p85", "values", "value", "count", "interval")

Origins = Mapping[int, tuple[str, str]]
"""Source and id of events by key, where the caller knows them."""


class UnknownFigureError(ValueError):
    """No figure of the report has that name; `nearest` are those that come close."""

    def __init__(self, figure: str, nearest: list[str]) -> None:
        hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
        super().__init__(f"figure: got {figure!r}, expected a figure of the report such as `turns.rate_per_28d`{hint}")
        self.figure = figure
        self.nearest = nearest


def explain(  # noqa: PLR0913  all by name, and each is part of what the numbers are a function of
    facts: Iterable[Fact],
    figure: str,
    *,
    flywheel: str,
    settings: Settings,
    as_of: datetime,
    window_days: float | None = None,
    from_files: bool = False,
    origins: Origins | None = None,
) -> Explanation:
    """Explain a figure by its path in the report, or by an end of it that only one figure has.

    `dora.lead_time_hours`, `lead_time_hours` and `dora.lead_time_hours.p50` are one figure; `turn_list.NAME` is a turn.
    Raises UnknownFigureError.
    """
    wheel = fold(facts, flywheel, settings, as_of, from_files=from_files)
    return explain_wheel(wheel, figure, settings.window_days if window_days is None else window_days, origins)


def explain_wheel(wheel: Wheel, figure: str, window_days: float, origins: Origins | None = None) -> Explanation:
    """Explain a figure of a wheel that is folded already."""
    path, teller = _teller(wheel, figure)
    account = teller(wheel, window_of(wheel, window_days))
    kind = CATALOGUE.get(path)
    return Explanation(
        figure=path,
        flywheel=wheel.flywheel,
        as_of=rfc3339(wheel.as_of),
        window_days=window_days,
        value=_value(report_of(wheel, window_days), path),
        operation=account.operation,
        scale=account.scale,
        rule=kind.formula if kind and not account.rule else account.rule,
        label=kind.label if kind else None,
        unit=kind.unit.name if kind else None,
        explanation=kind.explanation if kind else None,
        rows=tuple(_with_origins(row, origins or {}) for row in account.rows),
    )


def figures_of(wheel: Wheel) -> list[str]:
    """Every figure that can be explained, single turns last."""
    return [*TELLERS, *accounts(), *explain_tenets.SIGNALS, *(f"{_TURN}{turn.turn}" for turn in wheel.turns)]


def accounts_of(wheel: Wheel, window: Window) -> Iterator[tuple[str, Account]]:
    """Every figure with its rows."""
    for figure in figures_of(wheel):
        yield figure, _teller_of(wheel, figure)(wheel, window)


def _teller(wheel: Wheel, figure: str) -> tuple[str, Teller]:
    known = figures_of(wheel)
    base, _, part = figure.rpartition(".")
    for name in (figure, base) if part in _PARTS else (figure,):
        found = [name] if name in known else [path for path in known if path.endswith(f".{name}")]
        figures = [path for path in found if path not in explain_tenets.SIGNALS]
        found = figures or found  # of a figure and a signal with one name it is the figure that is meant
        if len(found) == 1:
            return (found[0], _teller_of(wheel, found[0]))
    ends = {path.rpartition(".")[2]: path for path in known}
    near = [*get_close_matches(figure, known, 3, 0.5), *(ends[end] for end in get_close_matches(figure, list(ends), 2))]
    found = [path for path in known if path.endswith(f".{figure}")]
    raise UnknownFigureError(figure, list(dict.fromkeys([*found, *near])))


def _teller_of(wheel: Wheel, path: str) -> Teller:
    if path in explain_tenets.SIGNALS:
        return partial(explain_tenets.signal_account, explain_tenets.SIGNALS[path])
    return _of_turn(wheel, path) if path.startswith(_TURN) else TELLERS.get(path) or accounts()[path]


def _of_turn(wheel: Wheel, path: str) -> Teller:
    name = path.removeprefix(_TURN)
    turn = next(turn for turn in wheel.turns if turn.turn == name)
    return partial(explain_turns.one_turn, turn)


def _value(report: Mapping[str, Any], path: str) -> Any:
    if path.startswith(_TURN):
        name = path.removeprefix(_TURN)
        return next(turn for turn in report["turn_list"] if turn["turn"] == name)
    if path in explain_tenets.SIGNALS:
        name = path.removeprefix(explain_tenets.PREFIX)
        signals = (signal for tenet in report["tenets"] for signal in tenet["signals"])
        return next(signal["value"] for signal in signals if signal["name"] == name)
    value: Any = report
    for step in path.split("."):
        value = value.get(step, 0) if isinstance(value, Mapping) else value
    return value


def _with_origins(row: Row, origins: Origins) -> Row:
    """Name the events of a row by source and id, those that are not known by their key."""
    names = (" ".join(origins[key]) if key in origins else f"{key:016x}" for key in row.keys)
    return replace(row, events=tuple(names))
