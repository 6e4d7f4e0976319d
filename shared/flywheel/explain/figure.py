"""`flywheel explain`: the events, links and exclusions behind one figure of the report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec.structs import replace

from events.times import rfc3339
from shared.flywheel.catalogue.catalogue import CATALOGUE, accounts
from shared.flywheel.explain import context as explain_context
from shared.flywheel.explain import dora as explain_dora
from shared.flywheel.explain import drag as explain_drag
from shared.flywheel.explain import tenets as explain_tenets
from shared.flywheel.explain import trends as explain_trends
from shared.flywheel.explain import turns as explain_turns
from shared.flywheel.explain import value as explain_value
from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.facts.fact import Fact
from shared.flywheel.figures.account import Account, Row, Teller
from shared.flywheel.figures.notes import notes_on
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, window_of
from shared.flywheel.wording import nearest

_WORK: dict[str, Teller] = {**explain_turns.TELLERS, **explain_dora.TELLERS, **explain_drag.TELLERS}
TELLERS: dict[str, Teller] = {**_WORK, **explain_value.TELLERS}
"""By dotted path the figures that modules of the report compute.

Signals are `tenets.NAME`, verdicts `trends.FIGURE`, turns `turn_list.NAME`, metrics `value.inputs.NAME`.
"""

_TURN = "turn_list."
_PARTS = (
    *("n", "p50", "p85", "values", "value", "count", "interval", "previous", "p", "trend", "per_step", "verdict"),
    *("change", "heading", "reached", "gap_closed", "stale", "measured_at", "previous_at"),
    *("before", "after", "shared", "outcome", "chain"),
)
_NAMES = ("turn", "metric", "ritual", "flywheel", "kind")
"""By what the entries of a list are known."""

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

    `dora.lead_time_hours`, `lead_time_hours` and `dora.lead_time_hours.p50` are one figure, and so are `momentum` and
    `momentum.value`; `turn_list.NAME` is a turn. Raises UnknownFigureError.
    """
    wheel = fold(facts, flywheel, settings, as_of, from_files=from_files)
    return explain_wheel(wheel, figure, settings.window_days if window_days is None else window_days, origins)


def explain_wheel(wheel: Wheel, figure: str, window_days: float, origins: Origins | None = None) -> Explanation:
    """Explain a figure of a wheel that is folded already."""
    path, teller = _teller(wheel, window_of(wheel, window_days), figure)
    return _explanation(wheel, report_of(wheel, window_days), path, teller, window_days, origins or {})


def explanations(
    wheel: Wheel, report: Mapping[str, Any], figures: Sequence[str], window_days: float, origins: Origins | None = None
) -> list[Explanation]:
    """Explain several figures, by their whole paths, of a wheel that is folded and reported already.

    A figure that the wheel has no account of is left out.
    """
    tiers = _tiers(wheel, window_of(wheel, window_days))
    known = [(path, tier[path]) for path in figures for tier in tiers if path in tier]
    return [_explanation(wheel, report, path, teller, window_days, origins or {}) for path, teller in known]


def _explanation(  # noqa: PLR0913, PLR0917  one figure's way through one report
    wheel: Wheel, report: Mapping[str, Any], path: str, teller: Teller, window_days: float, origins: Origins
) -> Explanation:
    account, kind = teller(wheel, window_of(wheel, window_days)), CATALOGUE.get(path)
    return Explanation(
        figure=path,
        flywheel=wheel.flywheel,
        as_of=rfc3339(wheel.as_of),
        window_days=window_days,
        value=_value(report, path),
        operation=account.operation,
        scale=account.scale,
        rule=kind.formula if kind and not account.rule else account.rule,
        label=kind.label if kind else None,
        unit=kind.unit.name if kind else None,
        explanation=kind.explanation if kind else None,
        notes=notes_on(report["receipt"]["notes"], path),
        rows=tuple(_with_origins(row, origins) for row in account.rows),
    )


def accounts_of(wheel: Wheel, window: Window) -> Iterator[tuple[str, Account]]:
    """Every figure with its rows, but for verdicts, whose rows are those of their figures."""
    for tier in _tiers(wheel, window)[:-1]:
        for figure, teller in tier.items():
            yield figure, teller(wheel, window)


def _tiers(wheel: Wheel, window: Window) -> tuple[Mapping[str, Teller], ...]:
    """Everything that can be explained: of several that end alike, those of the first group are meant."""
    turns = {f"{_TURN}{turn.turn}": partial(explain_turns.one_turn, turn) for turn in wheel.turns}
    signals = {path: partial(explain_tenets.signal_account, signal) for path, signal in explain_tenets.SIGNALS.items()}
    named = dict(explain_value.named_parts(wheel, window))
    return (
        {**_WORK, **accounts()},
        {**explain_value.TELLERS, **explain_value.WHOLES},
        explain_context.tellers(wheel, window),
        signals,
        {**turns, **named},
        explain_trends.TELLERS,
    )


def _teller(wheel: Wheel, window: Window, figure: str) -> tuple[str, Teller]:
    tiers = _tiers(wheel, window)
    base, _, part = figure.rpartition(".")
    for name in (figure, base) if part in _PARTS else (figure,):
        for exact in (name, f"{name}.value"):
            for tier in tiers:
                if exact in tier:
                    return exact, tier[exact]
        for tier in tiers:
            paths = [path for path in tier if path.endswith(f".{name}")]
            if len(paths) == 1:
                return paths[0], tier[paths[0]]
            if paths:
                break
    known = [path for tier in tiers for path in tier]
    ends = {path.rpartition(".")[2]: path for path in known}
    near = [*nearest(figure, known, 3, 0.5), *(ends[end] for end in nearest(figure, list(ends), 2))]
    paths = [path for path in known if path.endswith(f".{figure}")]
    raise UnknownFigureError(figure, list(dict.fromkeys([*paths, *near])))


def _value(report: Mapping[str, Any], path: str) -> Any:
    if path in explain_tenets.SIGNALS:
        name = path.removeprefix(explain_tenets.PREFIX)
        signals = (signal for tenet in report["tenets"] for signal in tenet["signals"])
        return next(signal["value"] for signal in signals if signal["name"] == name)
    return _at(report, path)


def _at(value: Any, path: str) -> Any:
    """The value at a path: names of list entries, and of figures, may have dots of their own."""
    if isinstance(value, list):
        return _in_list(value, path)
    if not isinstance(value, Mapping):
        return value
    step, _, rest = path.partition(".")
    if path in value or not rest:
        return value.get(path, 0)
    return _at(value.get(step, 0), rest)


def _in_list(entries: list[Any], path: str) -> Any:
    """The entry of that name, else what stands below the one whose name the path begins with."""
    named = [(str(each[name]), each) for each in entries for name in _NAMES if each.get(name) is not None]
    whole = next((each for name, each in named if name == path), None)
    if whole is not None:
        return whole
    name, entry = next((name, each) for name, each in named if path.startswith(f"{name}."))
    return _at(entry, path.removeprefix(f"{name}."))


def _with_origins(row: Row, origins: Origins) -> Row:
    """Name the events of a row by source and id, those that are not known by their key."""
    names = (" ".join(origins[key]) if key in origins else f"{key:016x}" for key in row.keys)
    return replace(row, events=tuple(names))
