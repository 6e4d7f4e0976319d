"""The account of a figure: rows that, added up by the named operation, give it."""

from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import Any, Literal

from msgspec import Struct

from events.times import rfc3339
from shared.flywheel.distribution import distribution, percentile, share, total
from shared.flywheel.moments import moment, rfc3339_or_none
from shared.flywheel.wheel.model import Deployment, Incident, Turn, Wheel
from shared.flywheel.wheel.window import Window

Operation = Literal[
    "count",
    "sum",
    "ratio",
    "distribution",
    "share",
    "mean",
    "distinct",
    "list",
    "largest",
    "largest_median",
    "word",
    "reading",
    "test",
    "median",
    "p85",
]
"""How the counted rows make the figure:

- `count`: how many rows, times `scale`; `sum`: Σ value × scale; `ratio`: Σ value / Σ of, times `scale`
- `distribution`: n, percentiles and values of `value`; `share`: Σ value of n rows, with its interval
- `median`, `p85`: that percentile of `value`; `mean`: Σ value / rows
- `distinct`: how many different `group`s; `list`: the names of the rows
- `largest`: the name of the row with the largest value above 0; `largest_median`: the group with the largest median
- `word`: a word that `rule` chooses from the rows; `reading`: what `rule` reads from the events in the rows
- `test`: the test that `rule` names, of the values of the group `now` beside those of the group `before`
"""


class Row(Struct, frozen=True):
    """One part of a figure, in (`counted`) or out, with the keys of the events that it stands on."""

    what: str
    at: str | None
    value: float | None
    counted: bool
    why: str
    keys: tuple[int, ...] = ()
    of: float = 1.0
    group: str | None = None
    events: tuple[str, ...] = ()


CATALOGUED = ""
"""The rule of an account whose figure's formula in the catalogue says it all."""


class Account(Struct, frozen=True):
    """How a figure comes about: the operation on its rows, the rule in numbers of this report, and the rows."""

    operation: Operation
    rule: str
    rows: list[Row]
    scale: float = 1.0


Teller = Callable[[Wheel, Window], Account]


def turn_row(turn: Turn, value: float | None, why: str, *, counted: bool = True, of: float = 1.0) -> Row:
    """A turn's part of a figure; it stands on the events that belong to the turn."""
    at = turn.closed_at or turn.released_at or turn.started_at
    return Row(f"{turn.key} {turn.turn}", rfc3339_or_none(at), value, counted, why, turn.keys, of)


def deployment_row(deployment: Deployment, value: float | None, why: str, *, counted: bool = True) -> Row:
    """A deployment's part of a figure."""
    what = f"deployment {deployment.name} of {deployment.service}"
    return Row(what, rfc3339(moment(deployment.time)), value, counted, why, deployment.keys)


def incident_row(incident: Incident, value: float | None, why: str, *, counted: bool = True) -> Row:
    """An incident's part of a figure."""
    what = f"incident {incident.name}"
    return Row(what, rfc3339(moment(incident.opened)), value, counted, why, incident.keys)


def event_rows(kinds: dict[int, str], keys: Iterable[int], why: str) -> list[Row]:
    """Events as such, by kind and identity: the order in which they were read may hang on what they say."""
    named = sorted((kinds.get(key, "event"), key) for key in keys)
    return [Row(kind, None, 1.0, counted=True, why=why, keys=(key,)) for kind, key in named]


def value_of(account: Account) -> Any:
    """The figure that an account gives, as the report shows it; ValueError where its rule alone decides."""
    add_up = _OPERATIONS.get(account.operation)
    if add_up is None:
        raise ValueError(f"operation: got {account.operation!r}, expected one of {', '.join(_OPERATIONS)}")
    return add_up([row for row in account.rows if row.counted], account.scale)


def _values(rows: Iterable[Row]) -> list[float]:
    return [row.value for row in rows if row.value is not None]


def _ratio(rows: Sequence[Row], scale: float) -> float | None:
    whole = total(row.of for row in rows)
    value = total(_values(rows)) / whole * scale if whole else None
    return value if value is not None and isfinite(value) else None


def _mean(rows: Sequence[Row], _: float) -> float | None:
    values = _values(rows)
    return total(values) / len(values) if values else None


_OPERATIONS: dict[Operation, Callable[[Sequence[Row], float], Any]] = {
    "count": lambda rows, scale: len(rows) if scale == 1 else len(rows) * scale,
    "sum": lambda rows, scale: total(_values(rows)) * scale,
    "ratio": _ratio,
    "distribution": lambda rows, _: distribution(_values(rows)),
    "share": lambda rows, _: share(round(total(_values(rows))), len(rows)),
    "mean": _mean,
    "median": lambda rows, _: percentile(sorted(_values(rows)), 0.5),
    "p85": lambda rows, _: percentile(sorted(_values(rows)), 0.85),
    "distinct": lambda rows, _: len({row.group for row in rows}),
}
"""The operations whose rows alone give the figure."""
