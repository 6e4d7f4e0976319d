"""Facts whose 32 bits of content are equal keep one order, whatever comes first; what is unknown tells none apart."""

from itertools import permutations
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import Copy, Place, copy_of, each_once, is_copy, place_of, precedence, united
from tests.unit.domain.histories import History, facts_of


def proposal(**known: Any) -> Fact:
    """One event; of the copies that differ in nothing but what is given, all have one key and one rank."""
    (fact,) = facts_of(History().proposed("03-02", "cart", id="one").events)
    return msgspec.structs.replace(fact, **{"content_tail": None, **known})


OLD = proposal(source=None)
LOW, HIGH = proposal(content_tail=1, idea="low"), proposal(content_tail=2, idea="high")
OWN, OTHERS = proposal(account="111111111111"), proposal(account="222222222222")


@pytest.mark.parametrize("order", list(permutations([LOW, HIGH, OLD])))
def test_the_further_bits_decide_where_both_are_known(order: tuple[Fact, ...]) -> None:
    versions = united(order)

    assert versions.survivors == {HIGH.key: HIGH}
    assert versions.superseded == [LOW]
    assert versions.duplicates == [OLD]


@pytest.mark.parametrize("order", list(permutations([OWN, OTHERS])))
def test_of_one_event_sent_from_two_accounts_the_same_one_counts_whatever_came_first(order: tuple[Fact, ...]) -> None:
    versions = united(order)

    assert versions.survivors == {OWN.key: OTHERS}
    assert (versions.superseded, versions.duplicates) == ([], [OWN])


@pytest.mark.parametrize("order", list(permutations([OLD, proposal(), proposal(account="111111111111")])))
def test_of_copies_the_one_that_knows_most_is_kept(order: tuple[Fact, ...]) -> None:
    assert each_once(order) == [proposal(account="111111111111")]


FACTS = st.builds(
    proposal,
    source=st.sampled_from([None, "ci"]),
    content_tail=st.sampled_from([None, 0, 1, 2]),
    account=st.sampled_from([None, "1", "2"]),
    content=st.sampled_from([64, 128]),
    revision=st.sampled_from([1, 2]),
)


@pytest.mark.slow
@given(st.lists(FACTS, min_size=1, max_size=8), st.integers(0, 2**32))
def test_what_counts_depends_on_no_order(facts: list[Fact], seed: int) -> None:
    shuffled = Random(seed).sample(facts, len(facts))

    (counted,) = united(facts).survivors.values()

    assert united(shuffled).survivors == {counted.key: counted}
    assert precedence(counted) == max(map(precedence, facts))
    kept = each_once(shuffled)
    assert set(kept) == set(each_once(facts))
    assert united(kept).survivors == {counted.key: counted}
    assert all(any(is_copy(fact, other) for other in kept) for fact in facts)
    assert len(set(map(copy_of, kept))) == len(kept)


@pytest.mark.slow
@given(st.lists(st.builds(msgspec.structs.replace, FACTS, key=st.integers(1, 3)), max_size=12))
def test_places_tell_the_same_copies_apart_in_the_same_order(facts: list[Fact]) -> None:
    by_place: dict[Place, Fact] = {}
    by_copy: dict[Copy, Fact] = {}
    for fact in facts:
        by_place.setdefault(place_of(fact, by_place), fact)
        by_copy.setdefault(copy_of(fact), fact)

    assert [*by_place.values()] == [*by_copy.values()]
