"""The rule above all, on random histories: every number is a pure function of (set of events, as_of, settings)."""

import copy
import json
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from math import fsum
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.flywheel.facts.fact import Fact
from shared.flywheel.figures.drag import SHARES
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from shared.store.segments.pack import pack, unpack
from tests.unit.domain.histories import (
    FLYWHEEL,
    MOMENTS,
    SEEDS,
    SETTINGS,
    START,
    WINDOWS,
    Envelope,
    Report,
    facts_of,
    histories,
    is_final,
    random_corrections,
    random_history,
    random_retractions,
    rules,
)

pytestmark = pytest.mark.slow

often = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(facts: list[Fact], settled: Settings, as_of: datetime, window: float = 84) -> Report:
    """The report without what only says how often, or in which revisions, the events were sent."""
    found = copy.deepcopy(report(facts, flywheel=FLYWHEEL, settings=settled, as_of=as_of, window_days=window))
    for reason in ("duplicate", "superseded", "retracted"):
        found["receipt"]["excluded"].pop(reason, None)
    return found


def happened(event: Envelope) -> datetime:
    return datetime.fromisoformat(event["detail"]["time"])


EVERYTHING = histories(retracted=True, corrected=True)


@often
@given(EVERYTHING, SEEDS, SETTINGS, MOMENTS, WINDOWS)
def test_the_order_and_the_number_of_arrivals_change_nothing(
    events: list[Envelope], seed: int, settled: Settings, as_of: datetime, window: float
) -> None:
    chance = Random(seed)
    facts = facts_of(events)
    arrived = facts + [fact for fact in facts if chance.random() < 0.3]
    chance.shuffle(arrived)
    first = report(facts, flywheel=FLYWHEEL, settings=settled, as_of=as_of, window_days=window)
    second = report(arrived, flywheel=FLYWHEEL, settings=settled, as_of=as_of, window_days=window)
    second["receipt"]["excluded"].pop("duplicate", None)
    assert json.dumps(second) == json.dumps(first)


@often
@given(EVERYTHING, st.lists(st.integers(0, 40), max_size=4), st.integers(0, 3), SETTINGS, MOMENTS)
def test_batches_packed_into_segments_and_united_give_the_same_report(
    events: list[Envelope], cuts: list[int], overlap: int, settled: Settings, as_of: datetime
) -> None:
    """Neighbouring batches share `overlap` events, as when a batch is delivered again after a crash."""
    facts = facts_of(events)
    edges = sorted({0, *(cut for cut in cuts if cut < len(facts)), len(facts)})
    segments = [pack(facts[max(0, low - overlap) : high]) for low, high in pairwise(edges)]
    united = [fact for segment in segments for fact in unpack(segment)]
    assert told(united, settled, as_of) == told(facts, settled, as_of)
    assert set(united) == set(facts)
    assert pack(reversed(facts)) == pack(facts)


@often
@given(histories(), SEEDS, SETTINGS, MOMENTS)
def test_a_retracted_event_equals_one_that_never_was(
    events: list[Envelope], seed: int, settled: Settings, as_of: datetime
) -> None:
    taken_back = random_retractions(seed, len(events), most=10)
    gone = {r["detail"]["retracts"] for r in taken_back if happened(r) <= as_of}
    gone -= {event["detail"]["id"] for event in events if is_final(event)}
    never = [event for event in events if event["detail"]["id"] not in gone]
    assert told(facts_of(events + taken_back), settled, as_of) == told(facts_of(never), settled, as_of)


@often
@given(histories(retracted=True), SETTINGS, MOMENTS)
def test_a_report_as_of_a_time_is_that_of_the_events_up_to_it(
    events: list[Envelope], settled: Settings, as_of: datetime
) -> None:
    known = [event for event in events if happened(event) <= as_of]
    whole = report(facts_of(events), flywheel=FLYWHEEL, settings=settled, as_of=as_of)
    assert report(facts_of(known), flywheel=FLYWHEEL, settings=settled, as_of=as_of) == whole


@often
@given(histories(), SEEDS, SETTINGS, MOMENTS)
def test_a_higher_revision_equals_having_sent_only_that(
    events: list[Envelope], seed: int, settled: Settings, as_of: datetime
) -> None:
    final = {event["detail"]["id"] for event in events if is_final(event)}
    corrections = [event for event in random_corrections(seed, events, most=10) if not is_final(event)]
    latest = {event["detail"]["id"]: event for event in corrections if event["detail"]["id"] not in final}
    for event in latest.values():
        event["detail"]["revision"] = 4
    only = [latest.get(event["detail"]["id"], event) for event in events]
    assert told(facts_of(events + list(latest.values())), settled, as_of) == told(facts_of(only), settled, as_of)


@often
@given(EVERYTHING, SETTINGS, MOMENTS)
def test_observed_hours_add_up_to_the_turn_time(events: list[Envelope], settled: Settings, as_of: datetime) -> None:
    for turn in told(facts_of(events), settled, as_of)["turn_list"]:
        hours = [phase["hours"] for phase in turn["phases"].values() if phase["hours"] is not None]
        if turn["turn_time_hours"] is not None:
            assert fsum(hours) == pytest.approx(turn["turn_time_hours"], rel=1e-12, abs=1e-9)
            assert min(hours) >= 0
        entries = [phase["entered_at"] for phase in turn["phases"].values() if phase["entered_at"] is not None]
        assert entries == sorted(entries)
        assert len(entries) / 4 == turn["completeness"]
        assert turn["completeness"] > 0


@often
@given(EVERYTHING, SETTINGS, MOMENTS, WINDOWS)
def test_no_share_leaves_zero_to_one(events: list[Envelope], settled: Settings, as_of: datetime, window: float) -> None:
    found = told(facts_of(events), settled, as_of, window)
    rates = [found["dora"]["change_fail_rate"], found["dora"]["rework_rate"]]
    shares = [found["drag"][part] for part in SHARES] + [rate["value"] for rate in rates]
    assert all(0 <= share <= 1 for share in shares if share is not None)
    for rate in rates:
        if rate["interval"] is not None:
            low, high = rate["interval"]
            assert -1e-12 <= low <= rate["value"] + 1e-12
            assert rate["value"] - 1e-12 <= high <= 1 + 1e-12
    assert all(0 <= score <= 10 for score in found["dora"]["quick_check"].values() if score is not None)


@often
@given(EVERYTHING, SETTINGS, MOMENTS, WINDOWS)
def test_the_figures_of_turns_are_those_of_the_list(
    events: list[Envelope], settled: Settings, as_of: datetime, window: float
) -> None:
    """Counts, percentiles' n and momentum, worked out again from `turn_list` alone."""
    found = told(facts_of(events), settled, as_of, window)
    closed = [turn for turn in found["turn_list"] if turn["closed_at"] is not None]
    ages = [(as_of - datetime.fromisoformat(turn["closed_at"])) / timedelta(days=1) for turn in closed]
    inside = [turn for turn, age in zip(closed, ages, strict=True) if age < window]
    delivered = [turn for turn in inside if turn["state"] == "delivered"]
    assert found["turns"]["delivered"] == len(delivered)
    assert found["turns"]["stopped"] == len(inside) - len(delivered)
    assert sum(found["turns"]["open"].values()) == len(found["turn_list"]) - len(closed)
    times = [turn["turn_time_hours"] for turn in delivered if turn["turn_time_hours"] is not None]
    assert found["turns"]["turn_time_hours"]["n"] == len(times)
    weights = [turn["weight"] * 2 ** (-age / 28) for turn, age in zip(closed, ages, strict=True)]
    assert found["momentum"]["value"] == pytest.approx(fsum(weights))
    assert {turn["state"] for turn in closed} <= {"delivered", "stopped"}


@often
@given(EVERYTHING, SETTINGS, MOMENTS, st.integers(1, 60))
def test_what_closed_stays_closed_as_time_goes_by(
    events: list[Envelope], settled: Settings, as_of: datetime, days: int
) -> None:
    """With no new event a delivered turn stays as it was: its close is a fact, not a matter of when one looks."""
    known = [event for event in events if happened(event) <= as_of]
    before = told(facts_of(known), settled, as_of)["turn_list"]
    after = told(facts_of(known), settled, as_of + timedelta(days=days))["turn_list"]
    assert [turn for turn in after if turn in before and turn["state"] != "open"] == [
        turn for turn in before if turn["state"] != "open"
    ]


@often
@given(histories(), st.integers(0, 60), SETTINGS, MOMENTS)
def test_events_of_another_flywheel_that_name_nothing_of_this_one_change_nothing(
    events: list[Envelope], days: int, settled: Settings, as_of: datetime
) -> None:
    time = (START + timedelta(days=days)).isoformat()
    stranger = [
        {"source": "elsewhere", "detail-type": kind, "detail": {"id": kind, "time": time, "flywheel": "other"} | more}
        for kind, more in (
            ("Idea Proposed", {"idea": "theirs"}),
            ("Deployment Finished", {"deployment": "x", "service": "w", "environment": "prod", "outcome": "succeeded"}),
            ("Incident Opened", {"incident": "theirs"}),
        )
    ]
    assert told(facts_of(events + stranger), settled, as_of) == told(facts_of(events), settled, as_of)


def test_the_random_histories_are_rich() -> None:
    """Guards the properties above: every state, link and kind of drag is common in such histories."""
    seen: Counter[str] = Counter()
    for seed in range(100):
        found = told(facts_of(random_history(seed, 50)), rules(), START + timedelta(days=50))
        seen.update({turn["state"] for turn in found["turn_list"]})
        seen.update({phase["evidence"] for turn in found["turn_list"] for phase in turn["phases"].values()})
        seen.update({kind for kind, n in found["receipt"]["links"].items() if n})
        seen.update(set(found["receipt"]["excluded"]))
        seen.update({name for name in SHARES if found["drag"][name]})
        seen.update({f"weight {turn['weight']}" for turn in found["turn_list"]})
    expected = {"open", "delivered", "stopped", "explicit", "inferred", "external", "unlinked", "none"}
    expected |= {"not_production", "negative_lead_time", "recovery_unknown", "weight 0.5", "weight 1.0"}
    expected |= {"rework_rate", "incident_time_share", "blocked_share"}
    assert {name: seen[name] for name in expected if seen[name] < 5} == {}
