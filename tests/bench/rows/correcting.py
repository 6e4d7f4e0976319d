"""Corrections: what one late event, or one changed setting, costs a flywheel that has told of its turns for weeks."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from tests.bench.figure import Bar, Row, grown
from tests.bench.ground.lived import Lived, as_stored, facts_of
from tests.bench.ground.mix import Days
from tests.bench.ground.surroundings import Surroundings

WINDOWS = (77.0, 70.0, 63.0, 56.0, 49.0)
"""Days of the window that figures look at, one setting after the other."""
_FIGURES = (
    ("the dearest advance", "s", Bar(5.0)),
    ("all advances", "s", Bar(50.0, 5.0)),
    ("advances", "", Bar(10)),
)
"""Of the fields of Corrected, in their order."""


class Corrected(NamedTuple):
    """Of each round: the dearest advance, all together, and how many there were."""

    dearest: list[float]
    total: list[float]
    advances: list[float]

    def add(self, took: list[float]) -> None:
        """One round more."""
        self.dearest.append(max(took))
        self.total.append(sum(took))
        self.advances.append(len(took))


def rows(ground: Surroundings) -> Iterator[Row]:
    """Of both, by the age of the flywheel."""
    late: dict[int, Corrected] = {}
    changed: dict[int, Corrected] = {}
    for age in ground.sizes.corrected:
        late[age], changed[age] = _corrections(ground, age)
    for what, measured in (("an event that is late by a month", late), ("a changed window", changed)):
        yield from _rows(what, measured)


def _rows(what: str, measured: dict[int, Corrected]) -> Iterator[Row]:
    after = f"{what}, after {{:,}} days"
    for place, (figure, unit, bar) in enumerate(_FIGURES):
        yield from grown(f"{after}: {figure}", unit, bar, {age: each[place] for age, each in measured.items()})


def _corrections(ground: Surroundings, age: int) -> tuple[Corrected, Corrected]:
    days, times, told = Days(), ground.sizes.rounds, ground.sizes.told
    lived = Lived(ground.table("corrected"), days, age - told, as_stored(facts_of(days.span(age - told))))
    lived.settled()
    lived.live(told)
    before = days.day(age - told - 2)
    finished = next(event for event in before if event["detail-type"] == "Deployment Finished")
    late, changed = Corrected([], [], []), Corrected([], [], [])
    for number in range(times):
        name = {"id": f"late-{number}", "deployment": f"late-{number}"}
        lived.arrives([{**finished, "detail": {**finished["detail"], **name}}])
        late.add(lived.settled())
    for window in WINDOWS[:times]:
        changed.add(lived.settled(replace(lived.settings, window_days=window)))
    return late, changed
