"""The pure fold, without any store: events a second of CPU on one core, and whether more of them cost more each."""

from collections.abc import Iterator

from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from shared.runtime.collecting import collecting_later
from tests.bench.figure import Bar, Row, grown
from tests.bench.ground.cpu import rounds
from tests.bench.ground.lived import facts_of
from tests.bench.ground.mix import Days
from tests.bench.ground.surroundings import Surroundings

FOLD = Bar(10e-6, 3.3e-6, growth=1.1)
"""CPU of an event: 100,000 a second, 300,000 hoped for."""


def rows(ground: Surroundings) -> Iterator[Row]:
    """All within the memory, none left out."""
    measured = {size: _seconds(size, ground.sizes.rounds) for size in ground.sizes.folded}
    yield from grown("the pure fold of {:,} events", "s", FOLD, measured, each=True)


def _seconds(size: int, times: int) -> list[float]:
    days = Days.holding(size)
    facts, settings, as_of = facts_of(days.first(size)), Settings(), days.after(size)
    with collecting_later():  # as whoever folds does
        took = rounds(times, lambda: fold(facts, days.flywheel, settings, as_of))
    counted = len(fold(facts, days.flywheel, settings, as_of).tally.counted)
    assert counted == size, counted
    return took
