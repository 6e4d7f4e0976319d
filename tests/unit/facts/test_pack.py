"""Packed facts: nothing is lost, the same set gives the same bytes, and a year of events stays small."""

import random
import sys
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import decode
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import copy_of
from shared.flywheel.facts.of_event import FACT_TYPES, fact_of
from shared.store.segments.pack import VERSION, PackError, pack, unpack

pytestmark = pytest.mark.slow


def column(letter: str, numbers: list[int]) -> Sequence[int]:
    """Commits as a fact holds them."""
    return array(letter, numbers) if numbers else ()


TEXT = st.text(max_size=8)
HASH = st.integers(0, 2**64 - 1)
TIME = st.integers(-(2**50), 2**52)
NUMBER = st.floats(allow_nan=False)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "time": TIME,
    "key": HASH,
    "content": st.integers(0, 2**32 - 1),
    "content_tail": st.none() | st.integers(0, 2**32 - 1),
    "revision": st.integers(1, 2**31 - 1),
    "head": HASH,
    "shas": st.lists(HASH, max_size=3).map(partial(column, "Q")),
    "commit_times": st.lists(TIME, max_size=3).map(partial(column, "q")),
    "answers": st.lists(st.integers(1, 7) | st.none(), max_size=7).map(tuple),
    "period_start": TIME,
    "period_end": TIME,
    "started_at": TIME | st.none(),
    "cause_commit": HASH | st.none(),
}
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(-(2**40), 2**40),
    float: NUMBER,
    bool: st.booleans(),
    str: TEXT,
    type(None): st.none(),
    tuple[str, ...]: st.lists(TEXT, max_size=3).map(tuple),
    tuple[tuple[str, ...], ...]: st.lists(st.lists(TEXT, max_size=2).map(tuple), max_size=3).map(tuple),
}


def values(name: str, type_: Any, fact_type: type[Fact]) -> st.SearchStrategy[Any]:
    if name == "target" and fact_type.kind == "Event Retracted":
        return HASH
    if name == "head" and fact_type.kind != "Change Recorded":
        return HASH | st.none()
    if name in BY_NAME:
        return BY_NAME[name]
    if type_ in BY_TYPE:
        return BY_TYPE[type_]
    return st.one_of(*(BY_TYPE[part] for part in type_.__args__))


FACTS = st.one_of(
    *(
        st.builds(type_, *(values(field.name, field.type, type_) for field in msgspec.structs.fields(type_)))
        for type_ in FACT_TYPES
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(FACTS, max_size=30))
def test_nothing_is_lost(facts: list[Fact]) -> None:
    found = unpack(pack(facts))
    assert sorted(map(repr, found)) == sorted(map(repr, facts))


@settings(max_examples=50, deadline=None)
@given(st.lists(FACTS, max_size=20, unique_by=copy_of), st.randoms())
def test_the_same_facts_give_the_same_bytes_in_any_order(facts: list[Fact], shuffle: random.Random) -> None:
    packed = pack(facts)
    shuffled = list(facts)
    shuffle.shuffle(shuffled)
    assert pack(shuffled) == packed
    assert pack(unpack(packed)) == packed


def test_no_facts_are_a_segment_too() -> None:
    assert unpack(pack([])) == []


@pytest.mark.parametrize("data", [b"", bytes([VERSION + 1]) + b"x", bytes([0])])
def test_bytes_of_another_version_are_refused(data: bytes) -> None:
    with pytest.raises(PackError) as caught:
        unpack(data)
    assert caught.value.version == (data[0] if data else None)


def test_an_event_takes_at_most_40_bytes_with_three_commits_a_deployment() -> None:
    chance = random.Random(7)
    facts = [fact_of(decode(envelope(chance, number))) for number in range(4000)]
    assert len(pack(facts)) / len(facts) <= 40


def test_a_commit_takes_16_bytes_in_memory() -> None:
    finished = [each for each in FACT_TYPES if each.kind == "Deployment Finished"]
    few, many = (unpack(pack([fact_of(decode(deployed(count)))])) for count in (10, 110))
    assert [type(fact) for fact in (*few, *many)] == [*finished, *finished]
    assert [held(fact) for fact in many] == [held(fact) + 100 * 8 for fact in few]


def held(fact: Any) -> int:
    """Bytes of the commits' hashes; as many are their times'."""
    assert sys.getsizeof(fact.shas) == sys.getsizeof(fact.commit_times)
    return sys.getsizeof(fact.shas)


def deployed(commits: int) -> dict[str, Any]:
    """A deployment of so many commits."""
    at = "2026-01-01T00:00:00Z"
    told = {"deployment": "d", "environment": "production", "outcome": "succeeded", "service": "web"}
    listed = [{"sha": f"{number:040x}", "time": at} for number in range(commits)]
    detail = {"id": "1", "time": at, **told, "commits": listed}
    return {"source": "ci", "detail-type": "Deployment Finished", "detail": detail}


def envelope(chance: random.Random, number: int) -> dict[str, Any]:
    """A plausible event: a third are deployments, the rest ideas, work, challenges, releases and incidents."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=14 * number)
    idea = f"PAY-{number // 25}"
    detail = {"id": chance.randbytes(16).hex(), "time": at.isoformat(), "service": f"service-{chance.randrange(6)}"}
    sort = chance.randrange(6)
    if sort < 2:
        commits = [
            {"sha": chance.randbytes(20).hex(), "time": (at - timedelta(seconds=chance.randrange(90_000))).isoformat()}
            for _ in range(3)
        ]
        detail |= {
            "deployment": f"run-{number + 48_211}",
            "environment": "production",
            "outcome": "succeeded",
            "service": "web",
        }
        return {"source": "ci", "detail-type": "Deployment Finished", "detail": {**detail, "commits": commits}}
    kinds: dict[int, tuple[str, dict[str, Any]]] = {
        2: ("Idea Proposed", {"idea": idea}),
        3: ("Work Started", {"idea": idea}),
        4: ("Challenge Opened", {"idea": idea, "challenge": f"pull-{number}"}),
        5: ("Feature Released", {"feature": f"feature-{number // 30}", "deployments": [f"run-{number + 48_100}"]}),
    }
    kind, extra = kinds[sort]
    return {"source": "ci", "detail-type": kind, "detail": {**detail, **extra}}
