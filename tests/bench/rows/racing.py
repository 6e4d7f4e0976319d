"""Races: whether twenty who write to one flywheel at once get as much done as four, and whether anybody is lost.

Each writer has a core of its own, as functions do: its CPU seconds, each call and each pause pass in a time of their
own, in which only one of them runs at a time. What else the machine does counts for nothing.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any
from unittest import mock

import events
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from shared.pipeline.advance import advance
from shared.store.log.append import Delivery, append
from shared.store.store import Store
from shared.store.table.errors import LostRaceError
from shared.store.table.table import Table
from tests.bench.figure import NONE, Bar, Row, row
from tests.bench.ground.metering import Meter
from tests.bench.ground.mix import Days, Envelope
from tests.bench.ground.surroundings import Surroundings
from tests.fakes.together import Together

LOST = Bar(0, 0)
THROUGHPUT = Bar(1.0, least=True)
CALL = 0.005
"""Seconds that a call takes besides its CPU."""
AGE = 3
"""Days of events that lie there before."""


class Cores(Together):
    """Each with a core of its own: what one has computed since it went on is time that passes for it alone."""

    def __init__(self) -> None:
        super().__init__()
        self._mine = threading.local()
        self.cpu = 0.0

    def spend(self, seconds: float) -> None:
        """Besides what was computed."""
        computed = time.thread_time() - getattr(self._mine, "since", 0.0)
        self.cpu += computed
        super().spend(seconds + computed)
        self._mine.since = time.thread_time()


class Race:
    """So many writers of one flywheel, each a process of its own as far as memory goes, and warm when it begins."""

    def __init__(self, table: Table, meter: Meter, writers: int) -> None:
        self._days, self._settings = Days(), Settings()
        self._table, self._meter = table, meter
        self._writers = writers
        self._cores = Cores()
        self.lost = self.folds = 0

    @property
    def seconds(self) -> float:
        """That all of them took together."""
        return self._cores.now

    @property
    def cpu(self) -> float:
        """CPU seconds of all of them."""
        return self._cores.cpu

    def run(self, advances: int) -> None:
        """That many events, each appended and advanced by one of the writers, who all begin at once."""
        stores = [Store(Table(self._table.name)) for _ in range(self._writers)]
        self._append(stores[0], [*self._days.span(AGE)])
        for store in stores:
            advance(store, self._days.flywheel, self._settings, self._days.at(AGE))
        news = [event for event in self._days.span(advances, AGE) if event["detail-type"] == "Metric Measured"]
        shares = [news[:advances][place :: self._writers] for place in range(self._writers)]
        called = self._meter.call

        def call(*asked: Any) -> Any:
            self._cores.spend(CALL)
            return called(*asked)

        with ExitStack() as patched:
            patched.enter_context(mock.patch.object(self._meter, "call", call))
            patched.enter_context(mock.patch("shared.pipeline.pausing.time.sleep", self._cores.spend))
            patched.enter_context(mock.patch("shared.pipeline.advance.fold", self._fold))
            self._cores.run([partial(self._work, *each) for each in zip(stores, shares, strict=True)])

    def _work(self, store: Store, share: Sequence[Envelope]) -> None:
        for event in share:
            self._append(store, [event])
            try:
                advance(store, self._days.flywheel, self._settings, self._days.at(AGE + 60))
            except LostRaceError:
                self.lost += 1

    def _fold(self, *facts: Any, **more: Any) -> Any:
        self.folds += 1
        return fold(*facts, **more)

    def _append(self, store: Store, news: Sequence[Envelope]) -> None:
        arrived = self._days.at(AGE) + timedelta(seconds=self.seconds)
        append(store, [Delivery(events.decode(event), arrived) for event in news], self._settings)


def rows(ground: Surroundings) -> Iterator[Row]:
    """Few and many in turn, each on a table of its own."""
    few, many = ground.sizes.writers
    lost, throughput, folds, cpu = [], [], [], []
    for _ in range(ground.sizes.rounds):
        races = {writers: Race(ground.table("raced"), ground.meter, writers) for writers in (few, many)}
        for race in races.values():
            race.run(ground.sizes.advances)
        lost.append(float(races[many].lost))
        throughput.append(races[few].seconds / races[many].seconds)
        folds.append(races[many].folds / races[few].folds)
        cpu.append(races[many].cpu / races[few].cpu)
    what = f"{many} writers to one flywheel, {ground.sizes.advances} advances"
    yield row(f"{what}: lost for good", "", LOST, lost)
    yield row(f"{what}, a core for each: throughput / that of {few}", "", THROUGHPUT, throughput)
    yield row(f"{what}: folds / those of {few}", "", NONE, folds)
    yield row(f"{what}: CPU / that of {few}", "", NONE, cpu)
