"""Advances: the CPU and the reads of one event, for a flywheel that has lived for days, a year, two years."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from math import log
from statistics import median
from typing import NamedTuple

import msgspec

import events
from events.times import rfc3339
from shared.flywheel.facts.fact import Fact
from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import advance
from shared.pipeline.sealing import by_day, write_parts
from shared.store.log.append import Delivery, append
from shared.store.segments.sealed_cache import begin_edition
from shared.store.store import Store
from shared.store.table.keys import flywheel_partition
from shared.store.table.table import Table
from tests.bench.driven import create_table
from tests.bench.figure import Bar, Row
from tests.bench.folding import facts_of_days
from tests.bench.metering import Meter
from tests.bench.mix import Days, Envelope

ADVANCES = Bar("warm ≤ 0.3 s, release ≤ 0.8 s, cold ≤ 1 s and ≤ 400 reads, first ≤ 6 s", "1.5 × day 35")
_MOST = {"warm": 0.3, "release": 0.8, "cold": 1.0, "first": 6.0}
_READS = 400
WARM = 5
STEP = timedelta(minutes=3)


class Lived(NamedTuple):
    """CPU seconds of advances of a flywheel of so many days."""

    days: int
    first: float
    warm: float
    spread: tuple[float, float]
    release: float
    cold: float
    reads: int


def advances(meter: Meter, ages: Sequence[int]) -> Row:
    """The first advance of all, warm ones of one event, of a release, and one of a process that remembers nothing."""
    lived = [_lived(meter, age) for age in ages]
    young, old = lived[0], lived[-1]
    fine = all(getattr(old, name) <= most for name, most in _MOST.items()) and old.reads <= _READS
    grows = log(old.warm / young.warm) / log(old.days / young.days) if old.days > young.days else 0.0
    shown = "; ".join(
        f"{each.days} d: {each.warm:.2f} warm, {each.release:.2f} release, {each.cold:.2f} cold" for each in lived
    )
    notes = [
        f"{each.days} days: warm {each.spread[0]:.2f} to {each.spread[1]:.2f}, first of all {each.first:.1f} s, "
        f"cold {each.reads} read units"
        for each in lived
    ]
    return Row(
        "one advance, 100 events a day, CPU seconds",
        ADVANCES,
        shown,
        "reached" if fine else "MISSED",
        (*notes, f"warm grows with the age to the power of {grows:.2f}"),
    )


def _lived(meter: Meter, age: int) -> Lived:
    days, name = Days(), f"lived-{age}"
    create_table(name)
    table = Table(name)
    home = flywheel_partition(days.flywheel)
    for day, chunk in by_day(list(_sealed(days, age))).items():
        write_parts(table, home, day, chunk, 1)
    begin_edition(table, home, days.at(age), days.at(age + 400))
    of_the_day = _Day(Store(table), days, age)
    first = of_the_day.advanced(next(of_the_day.metrics))
    of_the_day.settle()
    warm = sorted(of_the_day.advanced(event) for event in islice(of_the_day.metrics, WARM))
    release = of_the_day.advanced(next(of_the_day.of_kind("Feature Released")))
    of_the_day.settle()
    of_the_day.restart(Store(table))
    of_the_day.arrives(next(of_the_day.metrics))
    meter.clear()
    cold = of_the_day.taken()
    reads = round(meter.read)
    meter.stream.clear()
    return Lived(age, first, median(warm), (warm[0], warm[-1]), release, cold, reads)


def _sealed(days: Days, age: int) -> Iterator[Fact]:
    size = sum(len(days.day(number)) for number in range(age))
    return (msgspec.structs.replace(fact, content_tail=None) for fact in facts_of_days(days, size))


class _Day:
    """The day on which a flywheel is looked at: its events come one by one, and each is advanced."""

    def __init__(self, store: Store, days: Days, number: int) -> None:
        self._store, self._days, self._events = store, days, days.day(number)
        self._now: datetime = days.at(number, 20)
        self.metrics = self.of_kind("Metric Measured")

    def of_kind(self, kind: str) -> Iterator[Envelope]:
        """The day's events of one kind."""
        return (event for event in self._events if event["detail-type"] == kind)

    def restart(self, store: Store) -> None:
        """Remember nothing."""
        self._store = store

    def advanced(self, event: Envelope) -> float:
        """CPU seconds of the advance that one event brings, of what happened just now."""
        self.arrives(event)
        return self.taken()

    def arrives(self, event: Envelope) -> None:
        """An event of what happened just now is in the log."""
        self._now += STEP
        news = {**event, "detail": {**event["detail"], "time": rfc3339(self._now)}}
        append(self._store, [Delivery(events.decode(news), self._now)], Settings())

    def taken(self) -> float:
        """CPU seconds of an advance."""
        began = time.process_time()
        advance(self._store, self._days.flywheel, Settings(), self._now)
        return time.process_time() - began

    def settle(self) -> None:
        """Go on until nothing is left."""
        while advance(self._store, self._days.flywheel, Settings(), self._now).left:
            self._now += STEP
