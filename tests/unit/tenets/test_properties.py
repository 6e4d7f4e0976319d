"""Tenets and context are functions of (set of events, as_of, settings), as every figure is."""

import json
from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.flywheel.facts.fact import Fact
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from shared.store.segments.pack import pack, unpack
from tests.unit.domain.histories import MOMENTS, WINDOWS, Envelope, facts_of
from tests.unit.tenets.everything import FAMILY, HISTORIES, KINDS, WHEELS, random_history

pytestmark = pytest.mark.slow

STATUSES = {"healthy", "watch", "act", "trend_only", "not_wired", "suppressed"}


def told(facts: list[Fact], flywheel: str, as_of: datetime, window: float = 84.0) -> str:
    """The whole report as JSON, which no NaN or infinity can be in."""
    found = report(facts, flywheel=flywheel, settings=FAMILY, as_of=as_of, window_days=window)
    return json.dumps(found, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.sampled_from(WHEELS), MOMENTS, WINDOWS, st.randoms())
def test_order_repetition_and_packing_change_nothing(
    events: list[Envelope], flywheel: str, as_of: datetime, window: float, chance: Random
) -> None:
    facts = facts_of(events)
    shuffled = unpack(pack([*facts, *facts[: len(facts) // 2]]))
    chance.shuffle(shuffled)
    assert told(shuffled, flywheel, as_of, window) == told(facts, flywheel, as_of, window)


@settings(max_examples=30, deadline=None)
@given(HISTORIES, st.sampled_from(WHEELS), MOMENTS)
def test_what_happens_later_changes_nothing(events: list[Envelope], flywheel: str, as_of: datetime) -> None:
    facts = facts_of(events)
    until = [fact for fact in facts if fact.time <= int(as_of.timestamp()) * 1_000_000]
    assert told(until, flywheel, as_of) == told(facts, flywheel, as_of)


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.sampled_from(WHEELS), MOMENTS)
def test_a_signal_without_a_source_has_no_number(events: list[Envelope], flywheel: str, as_of: datetime) -> None:
    found = report(facts_of(events), flywheel=flywheel, settings=FAMILY, as_of=as_of)
    for signal in (each for tenet in found["tenets"] for each in tenet["signals"]):
        assert signal["status"] in STATUSES
        if signal["status"] in {"not_wired", "suppressed"}:
            assert signal["value"] is signal["n"] is None
        if signal["unit"] == "share" and signal["name"] not in {"sci_change"} and signal["value"] is not None:
            assert 0 <= signal["value"] <= 1
        if signal["status"] in {"healthy", "watch", "act"}:
            assert signal["threshold"] is not None


@settings(max_examples=20, deadline=None)
@given(HISTORIES, st.sampled_from(WHEELS), MOMENTS, st.sampled_from(["scaling", "data"]))
def test_a_vocabulary_changes_words_and_nothing_else(
    events: list[Envelope], flywheel: str, as_of: datetime, words: str
) -> None:
    others = {name: replace(each, vocabulary=words) for name, each in FAMILY.flywheels.items()}
    facts, speaking = facts_of(events), Settings(flywheels=others)
    found = [report(facts, flywheel=flywheel, settings=each, as_of=as_of) for each in (FAMILY, speaking)]
    assert _without_words(found[0]) == _without_words(found[1])


def _without_words(found: dict[str, Any]) -> dict[str, Any]:
    tenets = [{name: part for name, part in each.items() if name != "persona"} for each in found["tenets"]]
    context = {name: part for name, part in found["context"].items() if name != "phases"}
    actions = [
        {name: part for name, part in each.items() if name not in {"text", "because"}} for each in found["actions"]
    ]
    return {**found, "tenets": tenets, "context": context, "actions": actions}


@settings(max_examples=30, deadline=None)
@given(HISTORIES, st.sampled_from(WHEELS), MOMENTS)
def test_what_only_strangers_do_changes_no_tenet(events: list[Envelope], flywheel: str, as_of: datetime) -> None:
    strangers = [_of_stranger(event, number) for number, event in enumerate(events)]
    alone: dict[str, Any] = json.loads(told(facts_of(events), flywheel, as_of))
    beside: dict[str, Any] = json.loads(told(facts_of([*events, *strangers]), flywheel, as_of))
    assert [alone["tenets"][place] for place in (2, 3, 10, 11)] == [beside["tenets"][place] for place in (2, 3, 10, 11)]


def _of_stranger(event: Envelope, number: int) -> Envelope:
    """The same event of another flywheel, about ideas and features of its own."""
    detail = event["detail"]
    own = {name: f"x-{detail[name]}" for name in ("idea", "feature") if name in detail}
    return event | {"detail": detail | own | {"id": f"x{number}", "flywheel": "stranger"}}


def test_the_random_histories_hold_every_detail_type_and_give_every_status() -> None:
    kinds, statuses = set(), set()
    for seed in range(40):
        events = random_history(seed, 80)
        kinds |= {event["detail-type"] for event in events}
        for flywheel in WHEELS[:2]:
            as_of = datetime.fromisoformat("2026-04-20T00:00:00+00:00")
            found = report(facts_of(events), flywheel=flywheel, settings=FAMILY, as_of=as_of)
            statuses |= {signal["status"] for tenet in found["tenets"] for signal in tenet["signals"]}
    assert kinds >= KINDS
    assert statuses == STATUSES
