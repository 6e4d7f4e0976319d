"""What is not valid is kept where a person finds it, with the reason; the rest of its batch goes on."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from shared.store.table import names
from tests.e2e.story import Started, dead_letters, event, items, one_turn, put, turns

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
"""An hour after the release: nothing of the first three events is in the future."""


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"outcome": "exploded"}, "detail.outcome", '"xxxxxxxx"'),
        ({"time": "2026-03-05T11:00:00"}, "detail.time", '"0000-00-00x00:00:00"'),
        ({"commits": [{"sha": 7, "time": "2026-03-04T15:00:00Z"}]}, "detail.commits[0].sha", "7"),
        ({"time": "2026-03-09T11:00:00Z"}, "detail.time", '"0000-00-00x00:00:00x"'),
    ],
)
def test_an_invalid_event_is_rejected_naming_field_and_masked_value(
    started: Started, change: dict[str, Any], field: str, value: str
) -> None:
    _, deployed, *_ = one_turn()
    engine = started(begin=NOW)
    put(engine, [{**deployed, "detail": {**deployed["detail"], **change}}])
    [rejected] = items(engine, names.REJECTED)
    assert (rejected["field"]["S"], rejected["value"]["S"]) == (field, value)
    assert rejected["event_id"]["S"] == "deployed"
    assert rejected["reason"]["S"]
    assert items(engine, names.EVENT) == []
    assert dead_letters(engine) == 0


def test_the_others_of_its_batch_commit(started: Started) -> None:
    idea, deployed, released, *_ = one_turn()
    bad = event("Deployment Finished", "05T11:00", "bad", deployment="d-2")
    engine = started(begin=NOW)
    url = engine.cloud.sqs.queues["flywheel-dev-inbox"].physical_resource_id
    for each in (idea, bad, deployed):
        engine.put_event(each, engine.outputs["BusName"])
    boto3.client("sqs", region_name=engine.cloud.region).send_message(QueueUrl=url, MessageBody="no event at all")
    engine.put_event(released, engine.outputs["BusName"])
    engine.settle()
    accepted, refused = len(items(engine, names.EVENT)), len(items(engine, names.REJECTED))
    assert (accepted, refused, dead_letters(engine)) == (3, 2, 0)
    assert [turn["phase"] for turn in turns(engine)] == [4]


def test_a_producer_cannot_speak_as_the_flywheel(started: Started) -> None:
    engine = started(begin=NOW)
    forged = {**one_turn()[0], "source": "flywheel"}
    put(engine, [forged])
    assert items(engine, names.EVENT) == []
