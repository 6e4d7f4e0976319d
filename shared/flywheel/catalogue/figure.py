"""One row of the catalogue: all that the faces of the flywheel need to know of one figure of the report."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.catalogue.unit import Unit
from shared.flywheel.figures.account import Teller

Better = Literal["up", "down"]
Shape = Literal["number", "distribution", "share", "word", "names"]
"""The shape of the value at the path: a number or null; an object with `p50`; one with `value`; a word; a list."""
Test = Literal["share", "count", "times"]
"""Which test of reality tells a change of the figure from chance (value.md §4)."""
Group = Literal["value", "phases", "flow", "stability"]
"""Under which heading a page lists a tested figure."""
Section = Literal["value", "turning", "drag", "delivery", "around"]
"""Where a page shows the figure."""

_SHOWN_PART: Mapping[str, tuple[str, ...]] = {"distribution": ("p50",), "share": ("value",)}


class FigureKind(Struct, frozen=True, kw_only=True):
    """A figure: where it stands in the report, and how it is told.

    `label` is its name; `short` the same where a column is narrow; `formula` how it is made, `explanation` what it
    tells its reader. `of`: the singular of what a distribution or share is of. `better` None: neither way is.
    `tested_as`: the figure of `trends` whose verdict this one takes; with `test` None it has none of its own.
    `read_by`: the phases whose persona sees it in a summary (0: everyone), each with its place there, 0 first.
    `silent_at_zero`: a first value of 0 says only that nothing has happened yet. `of_turn`: a summary's headline speaks
    of this time already, for its own turn. `account`: the rows that make it, of a figure that the report takes from
    here; None where a module of the report's own computes it.
    """

    path: str
    label: str
    unit: Unit
    formula: str
    explanation: str
    section: Section
    short: str = ""
    shape: Shape = "number"
    of: str = ""
    better: Better | None = None
    test: Test | None = None
    group: Group | None = None
    tested_as: str = ""
    read_by: Mapping[int, int] = {}
    silent_at_zero: bool = False
    of_turn: bool = False
    account: Teller | None = None

    @property
    def name(self) -> str:
        """The label for a narrow column."""
        return self.short or self.label

    @property
    def trend(self) -> str:
        """The figure of `trends` that tells whether a change of this one is real; empty where none does."""
        return self.tested_as or (self.path if self.test else "")

    def entry_in(self, report: Mapping[str, Any]) -> Any:
        """Whatever stands at the figure's path in a report; None where nothing does."""
        return _at(report, tuple(self.path.split(".")))

    def value_in(self, report: Mapping[str, Any]) -> float | None:
        """The number of a report that is shown and compared: a median, a share or the value itself."""
        value = _at(report, (*self.path.split("."), *_SHOWN_PART.get(self.shape, ())))
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _at(report: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = report
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
