"""Packed facts: a sequence like a list of them, whose memory is a fraction of it."""

import tracemalloc
from collections.abc import Sequence
from random import Random
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from events import decode
from shared.flywheel.facts import packed
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.facts.packed import Codec, Packed, Packing
from shared.flywheel.facts.stated import ORDER, cut
from shared.store.segments.pack import pack, unpack

CODEC = Codec(pack, unpack)
TIMES = st.lists(st.integers(0, 40), max_size=40)
SEEDS = st.integers(0, 2**32 - 1)


def measured(number: int, day: int, **more: Any) -> Fact:
    """A measurement on a day from the first on."""
    time = f"2026-{1 + day // 28:02}-{1 + day % 28:02}T09:00:00Z"
    detail = {"id": str(number), "time": time, "metric": "m", "value": number, **more}
    return fact_of(decode({"source": "ci", "detail-type": "Metric Measured", "detail": detail}))


def packed_of(facts: Sequence[Fact]) -> Packed[Fact]:
    """As they come, in blocks of three."""
    packing = Packing[Fact](CODEC)
    for fact in facts:
        packing.add(fact)
    return packing.packed()


@patch.object(packed, "BLOCK", 3)
@given(TIMES, SEEDS)
def test_it_reads_like_a_list_of_them_by_time(days: list[int], seed: int) -> None:
    facts, chance = [measured(number, day) for number, day in enumerate(days)], Random(seed)
    found, known = packed_of(facts), sorted(facts, key=ORDER)
    first, end = sorted((chance.randint(0, len(facts)), chance.randint(0, len(facts))))

    assert (list(found), len(found), bool(found)) == (known, len(known), bool(known))
    assert [*found.keys] == [fact.key for fact in known]
    assert list(found[first:end]) == known[first:end]
    assert [found[place] for place in range(-len(found), len(found))] == known * 2
    assert [*found[first:end].keys] == [fact.key for fact in known[first:end]]


@patch.object(packed, "BLOCK", 3)
@given(TIMES, TIMES, SEEDS)
def test_it_is_cut_and_joined_like_a_list(days: list[int], more: list[int], seed: int) -> None:
    chance = Random(seed)
    made = [measured(number, day, service=chance.choice("ab")) for number, day in enumerate(days)]
    facts = sorted(made, key=ORDER)
    others = sorted((measured(100 + number, day) for number, day in enumerate(more)), key=ORDER)
    after, until = sorted(chance.choice([0, *(fact.time for fact in facts)]) for _ in range(2))
    without = {fact.key for fact in facts if chance.random() < 0.2}
    found = packed_of(facts)
    parted = found.parted(lambda fact: fact.service)

    assert list(found.between(after, until, without)) == list(cut(facts, after, until, without))
    assert list(found.and_of(others)) == sorted([*facts, *others], key=ORDER)
    assert {part: list(those) for part, those in parted.items()} == {
        part: [fact for fact in facts if fact.service == part] for part in {fact.service for fact in facts}
    }


def test_whether_any_names_a_turn_is_known_of_them() -> None:
    assert not packed_of([measured(1, 1)]).names_turns
    assert packed_of([measured(1, 1), measured(2, 2, idea="cart")]).names_turns


def test_a_packed_fact_takes_a_fraction_of_its_memory() -> None:
    known = [measured(number, number % 40) for number in range(8 * packed.BLOCK)]
    tracemalloc.start()
    try:
        found = packed_of(unpack(pack(known)))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == len(known)
    assert held / len(known) < 100
