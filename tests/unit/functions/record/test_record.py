"""`record`, as Lambda calls it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from tests.fakes.lambda_context import CONTEXT

ARRIVED = datetime(2026, 3, 10, tzinfo=UTC)


def message(name: str, body: Any) -> dict[str, Any]:
    return {
        "messageId": name,
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"SentTimestamp": str(int(ARRIVED.timestamp() * 1000))},
    }


def proposed(name: str, time: datetime = ARRIVED) -> dict[str, Any]:
    detail = {"id": name, "time": time.isoformat(), "flywheel": "web", "idea": "cart", "title": "ada@example.com"}
    return {"source": "ci", "detail-type": "Idea Proposed", "detail": detail}


def kinds() -> list[str]:
    items = boto3.resource("dynamodb").Table("flywheel").scan()["Items"]
    return sorted(item["kind"] for item in items if item["kind"] not in {"NAME", "TRIED"})


def test_a_batch_with_one_bad_event_is_acknowledged_whole(
    handler: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    batch = [message("a", proposed("1")), message("b", "{"), message("c", proposed("1"))]

    assert handler("record")({"Records": batch}, CONTEXT) == {"batchItemFailures": []}

    assert kinds() == ["BODY", "EVENT", "REJECTED", "SEGMENT"]
    told = capsys.readouterr().out
    metrics = next(json.loads(line) for line in told.splitlines() if "_aws" in line)
    assert (metrics["accepted"], metrics["duplicate"], metrics["rejected"]) == ([1.0], [1.0], [1.0])
    assert "ada@example.com" not in told


def replayed(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """From the archive: at another time, and with the name of the replay."""
    sent = message(name, {**body, "replay-name": "after-the-outage"})
    return {**sent, "attributes": {"SentTimestamp": str(int(ARRIVED.timestamp() * 1000) + 60_000)}}


def received_again(name: str, body: dict[str, Any]) -> dict[str, Any]:
    sent = message(name, body)
    return {**sent, "attributes": {**sent["attributes"], "ApproximateReceiveCount": "2"}}


@pytest.mark.slow
@pytest.mark.parametrize("again", [replayed, received_again])
def test_what_says_that_it_comes_again_is_looked_up_first_and_writes_nothing(
    handler: Callable[[str], Any], again: Callable[[str, dict[str, Any]], dict[str, Any]]
) -> None:
    for each in (message("a", proposed("1")), again("b", proposed("1"))):
        assert handler("record")({"Records": [each]}, CONTEXT) == {"batchItemFailures": []}

    assert kinds() == ["EVENT", "SEGMENT"]


def test_an_event_dated_too_far_ahead_of_its_arrival_is_rejected(handler: Callable[[str], Any]) -> None:
    late = message("a", proposed("1", ARRIVED + timedelta(minutes=6)))

    assert handler("record")({"Records": [late]}, CONTEXT) == {"batchItemFailures": []}
    assert kinds() == ["BODY", "REJECTED"]


def test_what_could_not_be_stored_comes_again_and_the_log_says_why_without_the_body(
    handler: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TABLE_NAME", "missing")

    answer = handler("record")({"Records": [message("a", proposed("1"))]}, CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "a"}]}
    told = capsys.readouterr().out
    assert "GetError" in told
    assert "recording.py:" in told
    assert "function_request_id" in told
    assert "ada@example.com" not in told


def test_without_its_environment_it_says_what_is_missing(
    handler: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STACK_ID")

    with pytest.raises(Exception, match="STACK_ID"):
        handler("record")({"Records": []}, CONTEXT)
