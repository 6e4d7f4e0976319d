"""A warm `record` of one event against the least that anybody could do: one conditional put through PynamoDB."""

import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from tests.bench.figure import Bar, Row, row
from tests.bench.ground.driven import Json, delivered
from tests.bench.ground.mix import Envelope
from tests.bench.ground.surroundings import Month, Surroundings

WARM = Bar(2.3, 2)
UNHEARD = 20
"""Calls that warm both."""


def rows(ground: Surroundings) -> Iterator[Row]:
    """In turn, one and the other; of each round the median."""
    month, puts, times = ground.month, ground.sizes.puts, ground.sizes.rounds
    meter = month.handlers.meter
    pairs = _Pairs(month)
    for _ in range(UNHEARD):
        pairs.measured()
    ratios, ours = [], []
    for _ in range(times):
        took = [pairs.measured() for _ in range(puts)]
        ratios.append(median(mine / floor for mine, floor in took))
        ours += [mine for mine, _ in took]
    meter.clear()
    pairs.record(pairs.event)
    calls = ", ".join(f"{name} {count}" for name, count in meter.calls.items())
    what = "warm `record` of one event / one conditional put through PynamoDB"
    yield row(what, "", WARM, ratios, f"{median(ours) * 1000:.1f} ms on DynamoDB Local; calls: {calls}")


class _Pairs:
    """A `record` beside a bare put, each of a new event."""

    def __init__(self, month: Month) -> None:
        self._handlers, self._days = month.handlers, month.days
        self._model = _bare(month.table.name)
        day = month.days.day(month.history + 5)
        self.event = next(event for event in day if event["detail-type"] == "Deployment Finished")
        self._number = 0

    def measured(self) -> tuple[float, float]:
        """Seconds of a `record`, and of a put."""
        self._number += 1
        event = {**self.event, "detail": {**self.event["detail"], "id": f"warm-{self._number}"}}
        batch = self._batch(event)
        began = time.perf_counter()
        item = self._model(f"bare-{self._number}", "x", detail="d" * 400)
        item.save(self._model.pk.does_not_exist())
        between = time.perf_counter()
        self._handlers.call("record", batch)
        return time.perf_counter() - between, between - began

    def record(self, event: Envelope) -> None:
        """One delivery of one event."""
        self._handlers.call("record", self._batch(event))

    def _batch(self, event: Envelope) -> Json:
        """The delivery as the inbox hands it over."""
        arrived = self._days.begin.fromisoformat(event["detail"]["time"]) + timedelta(seconds=5)
        return {"Records": delivered([event], arrived)}


def _bare(name: str) -> Any:
    class Bare(Model):
        class Meta:
            table_name = name

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)
        kind = UnicodeAttribute(default="BARE")
        detail = UnicodeAttribute()

    return Bare
