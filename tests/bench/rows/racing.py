"""Races: whether twenty who write to one flywheel at once get as much done as four, and whether anybody is lost."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import events
from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import advance
from shared.store.log.append import Delivery, append
from shared.store.store import Store
from shared.store.table.errors import LostRaceError
from shared.store.table.table import Table
from tests.bench.figure import NONE, Bar, Row, row
from tests.bench.ground.mix import Days, Envelope
from tests.bench.ground.surroundings import Surroundings

LOST = Bar(0, 0)
THROUGHPUT = Bar(1.0, least=True)
AGE = 3
"""Days of events that lie there before."""


class Race:
    """So many writers of one flywheel, each a process of its own as far as memory goes, and warm when it begins."""

    def __init__(self, table: Table, writers: int) -> None:
        self._days, self._settings = Days(), Settings()
        self._table = table
        self._writers = writers
        self.lost = 0
        self.seconds = self.cpu = 0.0

    def run(self, advances: int) -> None:
        """That many events, each appended and advanced by one of the writers, who all begin at once."""
        stores = [Store(Table(self._table.name)) for _ in range(self._writers)]
        self._append(stores[0], [*self._days.span(AGE)])
        for store in stores:
            advance(store, self._days.flywheel, self._settings, self._days.at(AGE))
        news = [event for event in self._days.span(advances, AGE) if event["detail-type"] == "Metric Measured"]
        shares = [news[:advances][place :: self._writers] for place in range(self._writers)]
        line = threading.Barrier(self._writers + 1)
        with ThreadPoolExecutor(self._writers) as pool:
            works = [pool.submit(self._work, *each, line) for each in zip(stores, shares, strict=True)]
            line.wait()
            began, busy = time.perf_counter(), time.process_time()
            self.lost = sum(work.result() for work in works)
            self.seconds, self.cpu = time.perf_counter() - began, time.process_time() - busy

    def _work(self, store: Store, share: list[Envelope], line: threading.Barrier) -> int:
        line.wait()
        lost = 0
        for event in share:
            self._append(store, [event])
            try:
                advance(store, self._days.flywheel, self._settings, self._days.at(AGE + 60))
            except LostRaceError:
                lost += 1
        return lost

    def _append(self, store: Store, news: list[Envelope]) -> None:
        append(store, [Delivery(events.decode(event), self._days.at(AGE)) for event in news], self._settings)


def rows(ground: Surroundings) -> Iterator[Row]:
    """Few and many in turn, each on a table of its own."""
    few, many = ground.sizes.writers
    lost, throughput, cpu = [], [], []
    for _ in range(ground.sizes.rounds):
        races = {writers: Race(ground.table("raced"), writers) for writers in (few, many)}
        for race in races.values():
            race.run(ground.sizes.advances)
        lost.append(float(races[many].lost))
        throughput.append(races[few].seconds / races[many].seconds)
        cpu.append(races[many].cpu / races[few].cpu)
    what = f"{many} writers to one flywheel, {ground.sizes.advances} advances"
    yield row(f"{what}: lost for good", "", LOST, lost)
    yield row(f"{what}: throughput / that of {few}", "", THROUGHPUT, throughput)
    yield row(f"{what}: CPU / that of {few}", "", NONE, cpu)
