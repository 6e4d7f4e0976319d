"""A row of the table: what was measured in each of its rounds, against its bar."""

from collections.abc import Mapping, Sequence
from math import log
from statistics import median
from typing import Literal, NamedTuple

Verdict = Literal["hoped for", "reached", "MISSED", "not measured", "no bar"]


class Bar(NamedTuple):
    """The figure to reach and the one hoped for; `growth`: the most exponent of size that a cost may have."""

    most: float | None = None
    best: float | None = None
    least: bool = False
    """Whether more is better."""
    growth: float | None = None

    @property
    def words(self) -> str:
        """`≤ 0.3`, and the growth that is let pass."""
        parts = [self._limit(self.most)] if self.most is not None else []
        if self.growth is not None:
            parts.append(f"size^{self.growth:g}")
        return "; ".join(parts)

    @property
    def hoped(self) -> str:
        """`≤ 0.1`; empty where the bar is all that is asked for."""
        return "" if self.best is None else self._limit(self.best)

    def times(self, size: int) -> "Bar":
        """The bar of so many, where this is that of one."""
        most, best = (None if limit is None else limit * size for limit in (self.most, self.best))
        return self._replace(most=most, best=best)

    def verdict(self, value: float, growth: float | None = None) -> Verdict:
        """How a measured value stands, and how it grew."""
        if self.most is None and self.growth is None:
            return "no bar"
        too_steep = self.growth is not None and growth is not None and growth > self.growth
        if too_steep or (self.most is not None and not self._within(value, self.most)):
            return "MISSED"
        return "hoped for" if self.best is not None and self._within(value, self.best) else "reached"

    def _limit(self, value: float) -> str:
        return f"{'≥' if self.least else '≤'} {number(value)}"

    def _within(self, value: float, limit: float) -> bool:
        return value >= limit if self.least else value <= limit


NONE = Bar()
"""Of what nobody asked for, and which explains a row beside it."""


class Row(NamedTuple):
    """One figure: the median of its rounds counts. `growth`: the exponent of size with which it grew from the smallest
    size measured; `lacking`: why nothing was measured, and what to install.
    """

    what: str
    unit: str
    bar: Bar
    rounds: tuple[float, ...]
    notes: tuple[str, ...] = ()
    growth: float | None = None
    lacking: str = ""

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def measured(self) -> str:
        """The figure with its unit."""
        return self.lacking or f"{number(self.value)} {self.unit}".strip()

    @property
    def spread(self) -> str:
        """The least and the most of the rounds, and how many there were; empty of what is counted, not timed."""
        if len(self.rounds) < 2:
            return ""
        return f"{number(min(self.rounds))} – {number(max(self.rounds))} ({len(self.rounds)})"

    @property
    def verdict(self) -> Verdict:
        """How it stands."""
        return "not measured" if self.lacking else self.bar.verdict(self.value, self.growth)


def row(what: str, unit: str, bar: Bar, rounds: Sequence[float] | float, *notes: str) -> Row:
    """A row of one size; a single figure is one that was counted."""
    return Row(what, unit, bar, tuple(rounds) if isinstance(rounds, Sequence) else (rounds,), notes)


def lacking(what: str, bar: Bar, reason: str) -> Row:
    """A row that cannot be measured here."""
    return Row(what, "", bar, (), lacking=f"not measured: {reason}")


def grown(what: str, unit: str, bar: Bar, measured: Mapping[int, Sequence[float]], *, each: bool = False) -> list[Row]:
    """The rows of one figure at several sizes, from the smallest; `what` has a place for the size, and each row says
    how the figure grew. `each`: the bar is of one of so many.
    """
    first, rows = min(measured), []
    for size, rounds in sorted(measured.items()):
        growth = exponent((first, median(measured[first])), (size, median(rounds)))
        rows.append(Row(what.format(size), unit, bar.times(size) if each else bar, tuple(rounds), growth=growth))
    return rows


def exponent(small: tuple[float, float], large: tuple[float, float]) -> float | None:
    """With which power of size a cost grows, by two (size, cost): 0 is flat, 1 linear; None where nothing tells."""
    if large[0] <= small[0] or small[1] <= 0 or large[1] <= 0:
        return None
    return log(large[1] / small[1]) / log(large[0] / small[0])


def number(value: float) -> str:
    """Three digits that count, or all before the point: `0.0312`, `4.8`, `1,204`."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
