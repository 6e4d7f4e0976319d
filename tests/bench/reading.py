"""Read units and time of what reads most: an advance, and a report of many events."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import msgspec

from shared.flywheel.facts.fact import Fact
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import advance
from shared.pipeline.sealing import by_day, write_parts
from shared.store.log.reading import load
from shared.store.segments.pack import pack
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import TransitionItem, TurnItem
from shared.store.table.keys import flywheel_partition, wheel_partition
from shared.store.table.table import Table
from tests.bench.driven import Driven, create_table
from tests.bench.figure import Bar, Row, row, worst
from tests.bench.folding import facts_of_days
from tests.bench.metering import Meter
from tests.bench.mix import Days
from tests.bench.simulation import Measured
from tests.bench.writing import HISTORY

CALLS, CALL_SECONDS = 10, 0.005
"""Of an advance, one after the other; what one takes within a Region."""
ADVANCE = Bar("≤ 40", "≤ 15", 40, 15)
REPORT = Bar("≤ 100 and ≤ 10,000; linear", "10⁶ in < 5 s with reading")


def advances(handlers: Driven, days: Days, table: str) -> Row:
    """Advances of one flywheel after a month at a hundred events a day, some of them not sealed yet."""
    store, settings = Store(Table(table)), Settings()
    warm: list[float] = []
    first = 0.0
    for number, event in enumerate(days.day(HISTORY + 3)[:6]):
        at = days.begin.fromisoformat(event["detail"]["time"])
        handlers.record([event], at + timedelta(seconds=5))
        handlers.meter.stream.clear()
        handlers.meter.clear()
        advance(store, days.flywheel, settings, at + timedelta(seconds=10))
        if number:
            warm.append(handlers.meter.read)
        else:
            first = handlers.meter.read
    read = median(warm)
    return row(
        "read units per advance, 100 events a day, turns open for 28 d",
        ADVANCE,
        read,
        f"{read:.0f} warm, {first:.0f} cold",
        f"history: {HISTORY + 3} days of {len(days.day(HISTORY))} events; of the units "
        f"{_derived_bytes(store, days.flywheel) / 4096:.0f} are turns and transitions, the rest facts",
    )


def reports(meter: Meter, sizes: Sequence[int]) -> Row:
    """Reports of so many events, all sealed, as they lie after months."""
    told = [_report(meter, size) for size in sizes]
    limits = {size: size / 100 for size in sizes}
    (small, _, small_time), (large, _, large_time) = told[0], told[-1]
    growth = (large_time / large) / (small_time / small) if large > small else 1.0
    fine = all(read <= limits[size] for size, read, _ in told) and growth <= 2
    shown = "; ".join(f"{size:,}: {read:.0f} units, {seconds:.2f} s of CPU" for size, read, seconds in told)
    fast = large < 1_000_000 or large_time < 5
    return Row(
        "report: read units; time",
        REPORT,
        shown,
        worst([REPORT.verdict(0) if fine else "MISSED", "hoped for" if fast and large >= 1_000_000 else "reached"]),
        (f"time per event at {large:,} is {growth:.2f} of that at {small:,}; bar in units: one per 100 events",),
    )


def _report(meter: Meter, size: int) -> tuple[int, float, float]:
    """Size, read units, seconds: reading and all figures."""
    name = f"report-{size}"
    create_table(name)
    per_day = max(100, size // 70_000 * 100)
    days = Days(per_day=per_day)
    facts = list(facts_of_days(days, size))
    table = Table(name)
    for day, chunk in by_day(facts).items():
        write_parts(table, flywheel_partition(days.flywheel), day, chunk, 1)
    settings, as_of = Settings(), days.at(int(size / per_day) + 1)
    store = Store(table)
    meter.clear()
    began = time.process_time()
    loaded = load(store, days.flywheel, settings)
    report(loaded.facts, flywheel=days.flywheel, settings=settings, as_of=as_of)
    seconds = time.process_time() - began
    assert len(loaded.facts) == len(facts)
    return size, meter.read, seconds


def _as_stored(facts: Iterable[Fact]) -> list[Fact]:
    """As segments hold them: without the bits that only versions of equal rank are told apart by."""
    return [msgspec.structs.replace(fact, content_tail=None) for fact in facts]


def sealed_bytes(days: Days) -> Row:
    """What sealing makes of 28 days: packed facts by event."""
    facts = _as_stored(facts_of_days(days, 2_800))
    per_event = [len(pack(chunk)) / len(chunk) for chunk in by_day(facts).values()]
    mean = sum(per_event) / len(per_event)
    busy = _as_stored(facts_of_days(Days(per_day=1_000), 10_000))
    dense = sum(len(pack(chunk)) for chunk in by_day(busy).values()) / len(busy)
    hashes = _hashed(facts)
    return row(
        "sealed bytes per event, 3 commits a deployment",
        Bar("≤ 64", "≤ 40", 64, 40),
        mean,
        f"{mean:.1f}",
        f"at 1,000 events a day {dense:.1f}; of it {hashes:.1f} are hashes (key 8, content 4, commits 8 each), "
        "which nothing compresses",
    )


def _hashed(facts: Sequence[Fact]) -> float:
    """Bytes of hashes per event."""
    return sum(12 + 8 * sum(1 for _ in _shas(fact)) for fact in facts) / len(facts)


def _shas(fact: Fact) -> Iterator[int]:
    yield from getattr(fact, "shas", None) or ()
    head = getattr(fact, "head", None)
    if head is not None:
        yield head


def costs(handlers: Driven, days: Days, table: str) -> Measured:
    """What the simulation needs: an advance's time and bytes, by the facts that it folds."""
    store, settings = Store(Table(table)), Settings()
    loaded = load(store, days.flywheel, settings)
    at = days.at(HISTORY + 6)
    full = [_cpu(store, days.flywheel, settings, at + timedelta(minutes=place)) for place in range(3)]
    empty = [_cpu(store, f"nobody-{place}", settings, at) for place in range(3)]
    derived = _derived_bytes(store, days.flywheel)
    facts = len(loaded.facts)
    return Measured(
        bytes_per_event=sum(len(pack(chunk)) for chunk in by_day(loaded.facts).values()) / facts,
        seconds_per_fact=(min(full) - min(empty)) / facts,
        seconds_per_advance=min(empty) + CALLS * CALL_SECONDS,
        derived_bytes_per_event=derived / facts,
    )


def _derived_bytes(store: Store, flywheel: str) -> int:
    """Of all TURN and TRANSITION items: an advance compares with each of them."""
    return sum(
        item_size(item.serialize())
        for kind, sort in ((TurnItem, names.TURN_SORT), (TransitionItem, names.TRANSITION_SORT))
        for item in store.table.query(kind, wheel_partition(flywheel), begins=sort)
    )


def _cpu(store: Store, flywheel: str, settings: Settings, at: datetime) -> float:
    began = time.process_time()
    advance(store, flywheel, settings, at)
    return time.process_time() - began


def item_size(value: Any) -> int:
    """About the bytes of an item: names and contents."""
    if isinstance(value, dict):
        return sum(len(name) + item_size(each) for name, each in value.items())
    return len(value) if isinstance(value, str | bytes) else 1
