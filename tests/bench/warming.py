"""A warm `record` of one event against the least that anybody could do: one conditional put through PynamoDB."""

import time
from datetime import timedelta
from statistics import median
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from tests.bench.driven import Driven
from tests.bench.figure import Bar, Row, row
from tests.bench.mix import Days
from tests.bench.writing import HISTORY

WARM = Bar("≤ 2.3", "≤ 2", 2.3, 2)
ROUNDS = 150


def records(handlers: Driven, days: Days, table: str) -> Row:
    """In turn, one and the other; medians."""
    bare_model = _bare(table)
    events = [event for event in days.span(8, HISTORY + 5) if event["detail-type"] == "Deployment Finished"][:ROUNDS]
    ours, bare = [], []
    for number, event in enumerate(events):
        at = days.begin.fromisoformat(event["detail"]["time"]) + timedelta(seconds=5)
        began = time.perf_counter()
        item = bare_model(f"bare-{number}", "x", detail="d" * 400)
        item.save(bare_model.pk.does_not_exist())
        between = time.perf_counter()
        handlers.record([event], at)
        ours.append(time.perf_counter() - between)
        bare.append(between - began)
    handlers.meter.clear()
    handlers.record([{**events[0], "detail": {**events[0]["detail"], "id": "the-last"}}], at)
    calls = ", ".join(f"{name} {count}" for name, count in handlers.meter.calls.items())
    ratio = median(mine / floor for mine, floor in zip(ours[20:], bare[20:], strict=True))
    return row(
        "warm `record` of one event / one conditional put through PynamoDB",
        WARM,
        ratio,
        f"{ratio:.2f}",
        f"{median(ours[20:]) * 1000:.1f} ms and {median(bare[20:]) * 1000:.1f} ms on DynamoDB Local; calls: {calls}",
    )


def _bare(name: str) -> Any:
    class Bare(Model):
        class Meta:
            table_name = name

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)
        kind = UnicodeAttribute(default="BARE")
        detail = UnicodeAttribute()

    return Bare
