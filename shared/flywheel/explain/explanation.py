"""An explanation: the rows behind one figure, which added up by hand give it, and what was left out and why."""

from typing import Any

from msgspec import Struct

from shared.flywheel.figures.account import Operation, Row


class Explanation(Struct, frozen=True):
    """A figure, the rule it follows, and its rows. `value` is what the report shows.

    `label`, `unit` and `explanation` are the catalogue's; None of a signal, a turn and the receipt.
    """

    figure: str
    flywheel: str
    as_of: str
    window_days: float
    value: Any
    operation: Operation
    scale: float
    rule: str
    rows: tuple[Row, ...]
    label: str | None = None
    unit: str | None = None
    explanation: str | None = None
    notes: tuple[str, ...] = ()
    """Notes on the parts that are inferred, or unknown by the way events are sent."""
