"""Past one machine: ten busy minutes of 10,000 flywheels, second by second, against the limits of a partition.

What an event writes, and what an advance reads and takes, is what was measured in this run; the rest is arithmetic on
how queues batch (100 messages or 2 s), streams batch (100 records or 3 s) and a shard is read (ten batches at a time).
Ordinary hours have four times the month's mean. The hottest flywheel sends 100 events a second on top. Nobody
remembers anything: each advance reads all, which is the dearest case. Each transition is a summary, and that a fold of
its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random
from typing import NamedTuple
from zlib import crc32

from shared.pipeline.budget import FACTS, ITEMS
from tests.bench.bill.costs import Measured
from tests.bench.figure import NONE, Bar, Row, row

FLYWHEELS, MONTHLY, HOTTEST = 10_000, 100_000_000, 100
SECONDS = 600
BUSY = 4 * MONTHLY / (30 * 86_400)
WRITES, READS, ALARM = 1_000, 3_000, 1_800
"""Units a second of one partition key, and seconds of stream age that raise the alarm."""
POLLERS, QUEUE_WINDOW, STREAM_WINDOW, BATCH = 5, 2, 3, 100
SHARD_GB = 10
ITEM_BYTES = 700
"""Of an EVENT and its share of everything else, as measured in the table."""
TIMEOUT = 300
"""Seconds that `project` may take for one batch."""


class Age(NamedTuple):
    """A stack after some months of such traffic."""

    months: int
    parallel: int
    """Batches of one shard at a time (ParallelizationFactor)."""

    @property
    def facts(self) -> int:
        """Events in the memory of an ordinary flywheel."""
        return MONTHLY // FLYWHEELS * min(self.months, 24)

    @property
    def shards(self) -> int:
        """One to a partition: 4 from the beginning, then by size."""
        return max(4, MONTHLY * self.months * ITEM_BYTES // (SHARD_GB * 10**9))


class Outcome(NamedTuple):
    """What ten minutes came to."""

    written: float
    read: float
    age: float
    longest: float
    """Seconds of the longest batch of `project`."""
    busy: float
    """Seconds of `project` a second: the concurrency it needs."""
    owed: int
    """Summaries that no advance had the budget for yet."""


PARALLEL = 10
"""`stream_parallel` as docs/deploying.md sets it for much traffic."""
AGES = (Age(1, PARALLEL), Age(24, PARALLEL))
"""A young stack, and one with two years in it."""


def rows(measured: Measured, seed: int = 7) -> Iterator[Row]:
    """Of a young stack and of an old one."""
    for age in AGES:
        outcome = _run(age, measured, Random(seed))
        what = f"past one machine, month {age.months}"
        note = f"{age.shards} shards, {age.parallel} batches of each at once, {age.facts:,} facts of each flywheel"
        yield row(f"{what}: writes of one key", "units/s", Bar(WRITES), outcome.written, note)
        yield row(f"{what}: reads of one key", "units/s", Bar(READS), outcome.read)
        yield row(f"{what}: the stream is behind", "s", Bar(ALARM), outcome.age)
        yield row(f"{what}: longest batch of `project`", "s", Bar(TIMEOUT), outcome.longest)
        yield row(f"{what}: `project` at once", "", Bar(age.shards * age.parallel), outcome.busy)
        yield row(f"{what}: summaries left to the clock", "", NONE, outcome.owed)


class _Arrival(NamedTuple):
    """A segment in the stream."""

    second: int
    flywheel: str
    events: int


class _Batch(NamedTuple):
    """One batch of `project`: seconds, and how old its oldest record was when it was done."""

    began: float
    took: float
    waited: float
    flywheels: set[str]


def _run(age: Age, measured: Measured, chance: Random) -> Outcome:
    written: Counter[tuple[str, int]] = Counter()
    read: Counter[tuple[str, int]] = Counter()
    arrivals: defaultdict[int, list[_Arrival]] = defaultdict(list)
    for second, segments in _recorded(chance):
        for flywheel, count in segments.items():
            units = -(-round(90 + count * measured.bytes_per_event * 2) // 1024)
            written[f"F#{flywheel}", second] += units
            arrivals[_spread(flywheel) % age.shards].append(_Arrival(second, flywheel, count))
    oldest = longest = busy = 0.0
    summaries = _Summaries(age, measured)
    for arrived in arrivals.values():
        for batch in _projected(arrived, age, measured, summaries):
            oldest, longest, busy = max(oldest, batch.waited), max(longest, batch.took), busy + batch.took
            for flywheel in batch.flywheels:
                facts = _facts(flywheel, age)
                spread = max(1.0, measured.cold.of(facts))
                read[f"F#{flywheel}", int(batch.began)] += round(facts * measured.bytes_per_event / 4096 / spread)
                written[f"W#{flywheel}", int(batch.began)] += 2
    return Outcome(max(written.values()), max(read.values()), oldest, longest, busy / SECONDS, summaries.owed)


def _recorded(chance: Random) -> Iterator[tuple[int, Counter[str]]]:
    """Per batch of `record`: its second, and how many events of which flywheel it holds."""
    for second in range(0, SECONDS, QUEUE_WINDOW):
        ordinary = round(chance.gauss(BUSY * QUEUE_WINDOW, (BUSY * QUEUE_WINDOW) ** 0.5))
        names = [str(chance.randrange(FLYWHEELS)) for _ in range(ordinary)]
        names += ["hottest"] * (HOTTEST * QUEUE_WINDOW)
        chance.shuffle(names)
        batches = max(POLLERS, -(-len(names) // BATCH))
        for place in range(batches):
            yield second + 1, Counter(names[place::batches])


def _projected(arrived: list[_Arrival], age: Age, measured: Measured, summaries: "_Summaries") -> Iterator[_Batch]:
    """The batches of one shard."""
    lanes: defaultdict[int, list[_Arrival]] = defaultdict(list)
    for each in arrived:
        lanes[_spread(each.flywheel) // age.shards % age.parallel].append(each)
    for lane in lanes.values():
        free, place = 0.0, 0
        while place < len(lane):
            first = lane[place].second
            began = max(free, first + STREAM_WINDOW)
            batch = [each for each in lane[place : place + BATCH] if each.second <= began]
            flywheels = {each.flywheel for each in batch}
            for each in batch:
                summaries.add(each)
            took = sum(measured.cold.of(_facts(each, age)) + summaries.made(each) for each in sorted(flywheels))
            yield _Batch(began, took, began + took - first, flywheels)
            free, place = began + took, place + len(batch)


class _Summaries:
    """Transitions whose summaries are still to be made: an advance makes as many as its budget grants."""

    def __init__(self, age: Age, measured: Measured) -> None:
        self._age, self._measured = age, measured
        self._owed: defaultdict[str, float] = defaultdict(float)

    @property
    def owed(self) -> int:
        """How many are left to later advances, and to the clock."""
        return sum(int(each) for each in self._owed.values())

    def add(self, arrival: _Arrival) -> None:
        """Some of these events end phases."""
        self._owed[arrival.flywheel] += arrival.events * self._measured.transitions_per_event

    def made(self, flywheel: str) -> float:
        """CPU seconds of those that one advance makes."""
        facts = _facts(flywheel, self._age)
        granted = min(int(self._owed[flywheel]), max(1, ITEMS // (1 + facts // FACTS)))
        self._owed[flywheel] -= granted
        return granted * self._measured.summary.of(facts)


def _spread(flywheel: str) -> int:
    """The same in every run, unlike Python's own hash of a text."""
    return crc32(flywheel.encode())


def _facts(flywheel: str, age: Age) -> int:
    """The hottest has three times an ordinary one's: it is hot now, not always."""
    return age.facts * (3 if flywheel == "hottest" else 1)
