"""One delivery, or one flywheel, that nobody can handle: all others go on, and it is kept where a person finds it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from engine import Engine
from shared.store.kept.counting import counts
from shared.store.segments.hints import naming
from shared.store.segments.placing import Named
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.keys import flywheel_partition
from shared.store.table.table import Table
from tests.e2e.story import Event, Started, event, items, turns

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
WHEELS = ("lighting", "heating", "cooling")


def proposals() -> list[Event]:
    """One idea for each of three flywheels."""
    told = [event("Idea Proposed", "05T10:00", f"idea-{wheel}", idea=f"I-{wheel}") for wheel in WHEELS]
    for each, wheel in zip(told, WHEELS, strict=True):
        each["detail"]["flywheel"] = wheel
    return told


def damage(engine: Engine, pk: str, sk: str, kind: str) -> None:
    """Somebody wrote an item by hand that nobody can read: of a format to come, and no facts."""
    item = {names.PK: {"S": pk}, names.SK: {"S": sk}, names.KIND: {"S": kind}, "facts": {"B": b"\xff"}}
    item[names.FORMAT] = {"N": "99"}
    client = boto3.client("dynamodb", region_name=engine.cloud.region)
    client.put_item(TableName=engine.outputs["TableName"], Item=item)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "middle", "last"])
def test_a_poisoned_delivery_ends_among_the_dead_and_the_others_of_its_batch_count(
    started: Started, place: int
) -> None:
    engine, sent = started(begin=NOW), proposals()
    damage(engine, *naming(Named("idea", f"I-{WHEELS[place]}"), "another").at, names.NAME)
    invalid = event("Idea Proposed", "05T10:00", "bad")
    for each in (*sent, invalid):
        engine.put_event(each, engine.outputs["BusName"])

    engine.settle()

    others = sorted(wheel for number, wheel in enumerate(WHEELS) if number != place)
    assert sorted(turn["turn"] for turn in turns(engine)) == [f"I-{wheel}" for wheel in others]
    [dead] = engine.bodies("inbox-dead")
    assert dead["detail"] == sent[place]["detail"]
    counted = counts(Store(Table(engine.outputs["TableName"])), NOW + timedelta(days=1))
    assert (counted.accepted, counted.counted, counted.rejected) == (2, 2, 1)
    assert counted.counted + counted.rejected + len(engine.messages("inbox-dead")) == len(sent) + 1


@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "middle", "last"])
def test_a_flywheel_that_cannot_be_folded_holds_up_no_other_of_the_stream(started: Started, place: int) -> None:
    engine, sent = started(begin=NOW), proposals()
    damage(engine, flywheel_partition(WHEELS[place]), f"{names.SEGMENT_SORT}2026-01-01", "none")
    for each in sent:
        engine.put_event(each, engine.outputs["BusName"])
        engine.queues.step()

    engine.settle()

    others = sorted(wheel for number, wheel in enumerate(WHEELS) if number != place)
    assert sorted(turn["turn"] for turn in turns(engine)) == [f"I-{wheel}" for wheel in others]
    assert len(items(engine, names.EVENT)) == 3
    told: list[Any] = engine.bodies("failures")
    assert [notice["requestContext"]["condition"] for notice in told] == ["RetryAttemptsExhausted"]
