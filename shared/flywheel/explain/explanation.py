"""An explanation: the rows behind one figure, which added up by hand give it, and what was left out and why."""

from collections.abc import Callable, Iterable
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.moments import moment, rfc3339, rfc3339_or_none
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
]
"""How the counted rows make the figure:

- `count`: how many rows, times `scale`; `sum`: Σ value × scale; `ratio`: Σ value / Σ of, times `scale`
- `distribution`: n, percentiles and values of `value`; `share`: Σ value of n rows, with its interval
- `mean`: Σ value / rows; `distinct`: how many different `group`s; `list`: the names of the rows
- `largest`: the name of the row with the largest value above 0; `largest_median`: the group with the largest median
- `word`: a word that `rule` chooses from the rows; `reading`: what `rule` reads from the events in the rows
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


class Explanation(Struct, frozen=True):
    """A figure, the rule it follows, and its rows. `value` is what the report shows."""

    figure: str
    flywheel: str
    as_of: str
    window_days: float
    value: Any
    operation: Operation
    scale: float
    rule: str
    rows: tuple[Row, ...]


class Account(Struct, frozen=True):
    """What tells how a figure comes about: its rule, the operation on its rows, and the rows."""

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
    """Events as such."""
    return [Row(kinds.get(key, "event"), None, 1.0, counted=True, why=why, keys=(key,)) for key in keys]
