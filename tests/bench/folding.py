"""The pure fold, without any store: events a second of CPU on one core, and whether more of them cost more each."""

import gc
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

import events
from shared.flywheel.facts.fact import Fact, fact_of
from shared.flywheel.moments import moment
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.bench.figure import Bar, Row, row
from tests.bench.mix import Days

FOLD = Bar("≥ 100,000 events/s, linear to 10⁶", "≥ 300,000/s", 100_000, 300_000, least=True)


def facts_of_days(days: Days, size: int) -> Iterator[Fact]:
    """The first so many facts of a flywheel's days."""
    return islice((fact_of(events.decode(event)) for event in days.span(100_000)), size)


def folds(sizes: Sequence[int]) -> Row:
    """Best of three at each size: what else runs on the machine can only make it slower."""
    days = Days(per_day=max(100, max(sizes) // 70_000 * 100))
    facts = list(facts_of_days(days, max(sizes)))
    speeds = [size / _seconds(facts[:size], days) for size in sizes]
    shown = ", ".join(f"{speed / 1000:.0f} k/s at {size:,}" for size, speed in zip(sizes, speeds, strict=True))
    growth = speeds[0] / speeds[-1]
    value = speeds[-1] if growth <= 1.6 else 0.0
    return row(
        "pure fold from facts, one core", FOLD, value, shown, f"cost per event grows by {growth:.2f} (linear: ≤ 1.6)"
    )


def _seconds(facts: list[Fact], days: Days) -> float:
    last = max(fact.time for fact in facts)
    as_of = moment(last) + timedelta(days=1)
    took = []
    for _ in range(3):
        gc.collect()
        began = time.process_time()
        fold(facts, days.flywheel, Settings(), as_of)
        took.append(time.process_time() - began)
    return min(took)
