"""Late, twice, in any order and in any batches: the stack ends with the numbers of the events themselves."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import events
from engine import Engine
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from shared.store.log.reading import load
from shared.store.store import Store
from shared.store.table.table import Table
from tests.e2e.story import Event, Started, turns

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
BESIDE = {"chain", "note", "reason"}
"""What a report says of a turn beside what is stored of it."""


def history(seed: int, ideas: int = 8) -> list[Event]:
    """Turns of two flywheels, with incidents, hotfixes, corrections and retractions among them."""
    chance = random.Random(seed)
    sent: list[Event] = []

    def add(detail_type: str, at: datetime, id: str, **detail: Any) -> None:
        moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"id": id, "time": moment, "flywheel": flywheel, **detail}
        sent.append({"source": "test", "detail-type": detail_type, "time": moment, "detail": body})

    for number in range(ideas):
        flywheel = chance.choice(["lighting", "heating"])
        idea, at = f"I-{number}", datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(400))
        add("Idea Proposed", at, f"idea-{number}", idea=idea, title=f"Idea {number}")
        place = {"service": f"{flywheel}-api", "environment": "production", "ideas": [idea]}
        for attempt in range(chance.randrange(1, 4)):
            at += timedelta(hours=chance.randrange(1, 30))
            kind = "hotfix" if attempt else "planned"
            commits = [{"sha": f"{number:020x}{attempt:020x}", "time": (at - timedelta(hours=2)).isoformat()}]
            name = f"d-{number}-{attempt}"
            deployed = {**place, "deployment": name, "outcome": "succeeded", "kind": kind, "commits": commits}
            add("Deployment Finished", at, name, **deployed)
            if chance.random() < 0.3:
                cause = {"deployment": name}
                add("Incident Opened", at + timedelta(hours=1), f"{name}-open", incident=f"i-{name}", cause=cause)
                add("Incident Resolved", at + timedelta(hours=3), f"{name}-shut", incident=f"i-{name}")
            if chance.random() < 0.3:
                add("Deployment Finished", at, name, **{**deployed, "outcome": "rolled_back", "revision": 2})
        at += timedelta(hours=5)
        add("Feature Released", at, f"release-{number}", idea=idea, feature=f"f-{number}")
        if chance.random() < 0.2:
            add("Event Retracted", at + timedelta(hours=1), f"retract-{number}", retracts=f"release-{number}")
    return sent


def told_twice(sent: list[Event], chance: random.Random) -> list[Event]:
    doubled = sent + chance.sample(sent, len(sent) // 5)
    chance.shuffle(doubled)
    return doubled


def from_stack(engine: Engine, flywheel: str) -> dict[str, Any]:
    facts = load(Store(Table(engine.outputs["TableName"])), flywheel, Settings()).facts
    return report(facts, flywheel=flywheel, settings=Settings(), as_of=AS_OF)


def from_events(sent: list[Event], flywheel: str) -> dict[str, Any]:
    facts = [fact_of(events.decode(each)) for each in sent]
    return report(facts, flywheel=flywheel, settings=Settings(), as_of=AS_OF)


@pytest.mark.parametrize(("seed", "shards"), [(1, 1), (2, 3), (3, 8)])
def test_the_report_and_the_turns_equal_those_of_the_events(started: Started, seed: int, shards: int) -> None:
    chance = random.Random(seed)
    sent = history(seed)
    waiting = told_twice(sent, chance)
    engine = started(begin=AS_OF - timedelta(hours=1), stream_shards=shards)
    while waiting:
        count = chance.randrange(1, 15)
        for each in waiting[:count]:
            engine.put_event(each, engine.outputs["BusName"])
        del waiting[:count]
        engine.drain()
    engine.advance_to(AS_OF, coalesce=True)
    for flywheel in ("lighting", "heating"):
        expected = from_events(sent, flywheel)
        assert json.dumps(from_stack(engine, flywheel)) == json.dumps(expected)
        stored = {
            turn["turn"]: turn for turn in turns(engine) if turn["turn"] in {t["turn"] for t in expected["turn_list"]}
        }
        for turn in expected["turn_list"]:
            kept = {name: value for name, value in turn.items() if name not in BESIDE}
            assert stored[turn["turn"]].pop("held", None) is None, "nothing ever held any of these"
            assert {**kept, "title": stored[turn["turn"]]["title"]} == stored[turn["turn"]]
    assert engine.failures == []
