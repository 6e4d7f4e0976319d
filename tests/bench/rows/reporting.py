"""A report from the store: read units, and the CPU of reading, unpacking, folding and all figures."""

from collections.abc import Iterator

from shared.flywheel.facts.fact import Fact
from shared.flywheel.settings.values import Settings
from shared.store.log.reading import load
from shared.store.store import Store
from shared.store.table.table import Table
from tests.bench.figure import Bar, Row, grown
from tests.bench.ground.lived import as_stored, facts_of, sealed_in
from tests.bench.ground.mix import Days
from tests.bench.ground.reported import reported
from tests.bench.ground.surroundings import Surroundings

UNITS = Bar(0.01, growth=1.1)
"""One for each hundred events."""
SECONDS = Bar(8e-6, 5e-6, growth=1.1)
"""Of an event; 10⁶ in 8 s."""
Measured = dict[int, list[float]]


def rows(ground: Surroundings) -> Iterator[Row]:
    """All sealed, as they lie after months; all of them within the memory."""
    units: Measured = {}
    seconds: Measured = {}
    for size in ground.sizes.reported:
        days = Days.holding(size)
        table = _filled(ground, days, size)
        units[size], seconds[size] = [], []
        for _ in range(ground.sizes.rounds):
            ground.meter.clear()
            seconds[size].append(_seconds(table, days, size))
            units[size].append(ground.meter.read)
    yield from grown("a report of {:,} events from the store", "s", SECONDS, seconds, each=True)
    yield from grown("a report of {:,} events from the store: reads", "units", UNITS, units, each=True)


def _filled(ground: Surroundings, days: Days, size: int) -> Table:
    table = ground.table("report")
    sealed_in(table, days.flywheel, as_stored(facts_of(days.first(size))), days.after(size), days.after(size))
    return table


def _seconds(table: Table, days: Days, size: int) -> float:
    store, settings = Store(table), Settings()

    def facts() -> list[Fact]:
        return load(store, days.flywheel, settings).facts

    return reported(facts, days.flywheel, settings, days.after(size), size)
