"""Advances: the CPU and the reads of one event, for a flywheel that has lived for days, a year, two years."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.bench.figure import Bar, Row, grown
from tests.bench.ground.lived import Lived, as_stored, facts_of
from tests.bench.ground.mix import Days
from tests.bench.ground.surroundings import Surroundings


class Kind(NamedTuple):
    """One way to advance."""

    what: str
    unit: str
    bar: Bar


_KINDS = {
    "warm": Kind("a warm advance of one event", "s", Bar(0.3)),
    "release": Kind("a warm advance of a `Feature Released`", "s", Bar(0.8)),
    "cold": Kind("a cold advance of one event", "s", Bar(1.0)),
    "reads": Kind("reads of a cold advance", "units", Bar(400)),
    "first": Kind("the first advance of all", "s", Bar(6.0)),
}
Measured = dict[str, list[float]]


def rows(ground: Surroundings) -> Iterator[Row]:
    """The first of all, warm ones of one event, of a release, and those of a process that remembers nothing."""
    by_age = {age: _advances(ground, age) for age in ground.sizes.ages}
    for name, kind in _KINDS.items():
        measured = {age: each[name] for age, each in by_age.items()}
        yield from grown(kind.what + " after {:,} days", kind.unit, kind.bar, measured)


def _advances(ground: Surroundings, age: int) -> Measured:
    days, times = Days(), ground.sizes.rounds
    facts = as_stored(facts_of(days.span(age)))
    measured: Measured = {name: [] for name in _KINDS}
    for _ in range(times):
        lived = Lived(ground.table("lived"), days, age, facts)
        metrics = iter(lived.of_kind("Metric Measured"))
        lived.news(next(metrics))
        measured["first"].append(lived.advanced()[0])
    lived.settled()
    for _ in range(times):
        lived.news(next(metrics))
        measured["warm"].append(lived.advanced()[0])
    for place in range(times):
        lived.news(days.release(age + place))
        measured["release"].append(lived.advanced()[0])
        lived.settled()
    for _ in range(times):
        lived.restart()
        lived.news(next(metrics))
        ground.meter.clear()
        measured["cold"].append(lived.advanced()[0])
        measured["reads"].append(ground.meter.read)
    return measured
