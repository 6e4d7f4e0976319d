"""One row of the table: what was measured, against its bar."""

from typing import Literal, NamedTuple

Verdict = Literal["hoped for", "reached", "MISSED", "not measured"]


class Bar(NamedTuple):
    """The figure to reach and the one hoped for, in words and as numbers (None: words alone)."""

    words: str
    hoped: str
    most: float | None = None
    best: float | None = None
    least: bool = False
    """Whether more is better."""

    def verdict(self, value: float) -> Verdict:
        """How a measured value stands."""
        if self.best is not None and self._within(value, self.best):
            return "hoped for"
        return "reached" if self.most is None or self._within(value, self.most) else "MISSED"

    def _within(self, value: float, limit: float) -> bool:
        return value >= limit if self.least else value <= limit


class Row(NamedTuple):
    """A row as it is printed; `notes` go below the table."""

    what: str
    bar: Bar
    measured: str
    verdict: Verdict
    notes: tuple[str, ...] = ()


def row(what: str, bar: Bar, value: float, measured: str, *notes: str) -> Row:
    """A measured row."""
    return Row(what, bar, measured, bar.verdict(value), notes)


def lacking(what: str, bar: Bar, reason: str) -> Row:
    """A row that cannot be measured here."""
    return Row(what, bar, f"not measured: {reason}", "not measured")


def worst(verdicts: list[Verdict]) -> Verdict:
    """Of several figures in one row the one that stands worst."""
    order: tuple[Verdict, ...] = ("MISSED", "not measured", "reached", "hoped for")
    return min(verdicts, key=order.index)
