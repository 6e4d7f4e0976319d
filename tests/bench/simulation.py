"""Past one machine: ten busy minutes of 10,000 flywheels, second by second, against the limits of a partition.

What an event writes, and what an advance reads and takes, is what was measured in this run; the rest is arithmetic on
how queues batch (100 messages or 2 s), streams batch (100 records or 3 s) and a shard is read (ten batches at a time).
Ordinary hours have four times the month's mean. The hottest flywheel sends 100 events a second on top. Nobody
remembers anything: each advance reads all, which is the dearest case.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from tests.bench.figure import Bar, Row, Verdict

FLYWHEELS, MONTHLY, HOTTEST = 10_000, 100_000_000, 100
SECONDS = 600
BUSY = 4 * MONTHLY / (30 * 86_400)
WRITES, READS, ALARM = 1_000, 3_000, 1_800
"""Units a second of one partition key, and seconds of stream age that raise the alarm."""
POLLERS, QUEUE_WINDOW, STREAM_WINDOW, BATCH = 5, 2, 3, 100
SHARD_GB = 10
ITEM_BYTES = 700
"""Of an EVENT and its share of everything else, as measured in the table."""
LIMITS = Bar("≤ 1,000 write and 3,000 read units/s a key; stream age < 30 min", "")
TIMEOUT = 300
"""Seconds that `project` may take for one batch."""


class Measured(NamedTuple):
    """What this run measured."""

    bytes_per_event: float
    seconds_per_fact: float
    seconds_per_advance: float
    """Of an advance with next to no facts: its calls."""
    derived_bytes_per_event: float
    """TURN and TRANSITION items, read with every advance."""


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


PARALLEL = 10
"""`stream_parallel` as docs/deploying.md sets it for much traffic."""
AGES = (Age(1, PARALLEL), Age(24, PARALLEL))
"""A young stack, and one with two years in it."""


def simulate(measured: Measured, seed: int = 7) -> Row:
    """The verdict is that of the worst."""
    outcomes = [(age, _run(age, measured, Random(seed))) for age in AGES]
    verdicts: list[Verdict] = ["reached" if _fits(age, each) else "MISSED" for age, each in outcomes]
    kept = "writes and reads of a key kept" if all(_keys_fit(each) for _, each in outcomes) else "a key's limit passed"
    needed = ", ".join(f"{each.busy:,.0f}" for _, each in outcomes)
    return Row(
        "10,000 flywheels, 10⁸ events a month, the hottest 100 a second",
        LIMITS,
        f"{kept}; `project` needs {needed} at once (notes)",
        "MISSED" if "MISSED" in verdicts else "reached",
        tuple(_told(age, each) for age, each in outcomes),
    )


def _told(age: Age, outcome: Outcome) -> str:
    return (
        f"month {age.months}, {age.shards} shards, {age.parallel} batches of each at once, {age.facts:,} facts each: "
        f"{outcome.written:.0f} write and {outcome.read:,.0f} read units/s on one key, longest batch "
        f"{outcome.longest:,.0f} s, `project` needs {outcome.busy:,.0f} at once, stream {outcome.age:,.0f} s behind"
    )


def _keys_fit(outcome: Outcome) -> bool:
    return outcome.written <= WRITES and outcome.read <= READS


def _fits(age: Age, outcome: Outcome) -> bool:
    """Also that `project` keeps up: where it does not, ten minutes only show how the stream begins to age."""
    keeps_up = outcome.busy <= age.shards * age.parallel
    return _keys_fit(outcome) and keeps_up and outcome.age < ALARM and outcome.longest < TIMEOUT


def _run(age: Age, measured: Measured, chance: Random) -> Outcome:
    written: Counter[tuple[str, int]] = Counter()
    read: Counter[tuple[str, int]] = Counter()
    arrivals: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for second, segments in _recorded(chance):
        for flywheel, count in segments.items():
            units = -(-round(90 + count * measured.bytes_per_event * 2) // 1024)
            written[f"F#{flywheel}", second] += units
            arrivals[hash(flywheel) % age.shards].append((second, flywheel))
    oldest = longest = busy = 0.0
    for records in arrivals.values():
        for began, took, waited, flywheels in _projected(records, age, measured):
            oldest, longest, busy = max(oldest, waited), max(longest, took), busy + took
            for flywheel in flywheels:
                facts = _facts(flywheel, age)
                spread = max(1.0, facts * measured.seconds_per_fact)
                read[f"F#{flywheel}", int(began)] += round(facts * measured.bytes_per_event / 4096 / spread)
                written[f"W#{flywheel}", int(began)] += 2
    return Outcome(max(written.values()), max(read.values()), oldest, longest, busy / SECONDS)


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


def _projected(
    records: list[tuple[int, str]], age: Age, measured: Measured
) -> Iterator[tuple[float, float, float, set[str]]]:
    """Per batch of `project` of one shard: when it began, how long it took, how old its oldest record was, whom."""
    lanes: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for second, flywheel in records:
        lanes[hash(flywheel) % age.parallel].append((second, flywheel))
    for lane in lanes.values():
        free, place = 0.0, 0
        while place < len(lane):
            first = lane[place][0]
            began = max(free, first + STREAM_WINDOW)
            batch = [each for each in lane[place : place + BATCH] if each[0] <= began]
            flywheels = {flywheel for _, flywheel in batch}
            facts = sum(_facts(each, age) for each in flywheels)
            took = len(flywheels) * measured.seconds_per_advance + facts * measured.seconds_per_fact
            yield began, took, began + took - first, flywheels
            free, place = began + took, place + len(batch)


def _facts(flywheel: str, age: Age) -> int:
    """The hottest has three times an ordinary one's: it is hot now, not always."""
    return age.facts * (3 if flywheel == "hottest" else 1)
