"""Read units of an advance, after a month at a hundred events a day."""

from collections.abc import Iterator
from datetime import timedelta

from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import advance
from tests.bench.figure import NONE, Bar, Row, row
from tests.bench.ground.surroundings import Surroundings

ADVANCE = Bar(40, 15)


def rows(ground: Surroundings) -> Iterator[Row]:
    """Some of what lies there is not sealed yet."""
    month = ground.month
    handlers, days, store = month.handlers, month.days, month.store
    units: list[float] = []
    for event in days.day(month.history + 3)[: 1 + ground.sizes.rounds]:
        at = days.begin.fromisoformat(event["detail"]["time"])
        handlers.record([event], at + timedelta(seconds=5))
        handlers.meter.clear()
        advance(store, days.flywheel, Settings(), at + timedelta(seconds=10))
        units.append(handlers.meter.read)
    cold, *warm = units
    yield row(f"a warm advance after {month.history + 3} days: reads", "units", ADVANCE, warm)
    yield row(f"a cold advance after {month.history + 3} days: reads", "units", NONE, cold)
