"""What sealing makes of facts: bytes of an event."""

from collections.abc import Iterator, Sequence

from shared.flywheel.facts.fact import Fact
from shared.pipeline.upkeep.sealing import by_day
from shared.store.segments.pack import pack
from tests.bench.figure import Bar, Row, row
from tests.bench.ground.lived import as_stored, facts_of
from tests.bench.ground.mix import Days
from tests.bench.ground.surroundings import Surroundings

SEALED = Bar(64, 40)


def rows(_: Surroundings) -> Iterator[Row]:
    """Of 28 days; and of busier ones, where more of it repeats."""
    facts = as_stored(facts_of(Days().first(2_800)))
    busy = as_stored(facts_of(Days(per_day=1_000).first(10_000)))
    yield row(
        "sealed bytes per event, 3 commits a deployment",
        "B",
        SEALED,
        _bytes(facts),
        f"at 1,000 events a day {_bytes(busy):.1f}; of it {_hashed(facts):.1f} are hashes (key 8, content 4, commits "
        "8 each), which nothing compresses",
    )


def _bytes(facts: Sequence[Fact]) -> float:
    return sum(len(pack(chunk)) for chunk in by_day(facts).values()) / len(facts)


def _hashed(facts: Sequence[Fact]) -> float:
    """Bytes of hashes per event."""
    return sum(12 + 8 * sum(1 for _ in _shas(fact)) for fact in facts) / len(facts)


def _shas(fact: Fact) -> Iterator[int]:
    yield from getattr(fact, "shas", None) or ()
    head = getattr(fact, "head", None)
    if head is not None:
        yield head
