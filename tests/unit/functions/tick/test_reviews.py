"""`tick` reads milestones of the Well-Architected Tool where that is enabled: each once, page by page, once a day."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

import events
from functions.tick.ticker import UnfinishedTickError
from shared.store.table import names
from tests.fakes.lambda_context import CONTEXT
from tests.unit.functions.record.test_record import message
from tests.unit.functions.tick.well_architected_server import FakeTool, serving

pytestmark = pytest.mark.slow

ENABLED = """
[well_architected]
enabled = true
[sources]
services = { "Web shop*" = "web" }
[flywheels.shop]
services = ["web"]
"""
Ticked = Callable[[str], list[dict[str, Any]]]


def seconds(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTool]:
    tool = FakeTool()
    with serving(tool) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_WELLARCHITECTED", url)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield tool


@pytest.fixture
def ticked(handler: Callable[[str], Any], tmp_path: Path) -> Ticked:
    """Tick at a time, and let `record` have what came on the bus, as its rule does; returns the details."""
    (tmp_path / names.SETTINGS_FILE).write_text(ENABLED)
    sqs, bus = boto3.client("sqs"), boto3.client("events")
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus.put_rule(Name="all", EventPattern=json.dumps({"source": ["well-architected-tool"]}))
    bus.put_targets(Rule="all", Targets=[{"Id": "inbox", "Arn": arn}])
    tick, record = handler("tick"), handler("record")

    def run(time: str) -> list[dict[str, Any]]:
        tick({"scheduled_time": time}, CONTEXT)
        sent = []
        while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            sent += [json.loads(each["Body"]) for each in found]
            for each in found:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
        records = [message(str(place), each) for place, each in enumerate(sent)]
        assert record({"Records": records}, CONTEXT) == {"batchItemFailures": []}
        return sorted((each["detail"] for each in sent), key=lambda detail: str(detail["id"]))

    return run


def test_a_milestone_becomes_a_review_of_the_workloads_service(tool: FakeTool, ticked: Ticked) -> None:
    tool.add("a" * 32, "Web shop (production)", seconds("2026-03-10T09:00:00"))
    tool.lenses = ["wellarchitected", "arn:aws:wellarchitected::aws:lens/serverless", "gone"]
    tool.pillars = {"security": {"HIGH": 2, "NONE": 5, "NOT_APPLICABLE": 1}, "performance": {"UNANSWERED": 8}}
    (detail,) = ticked("2026-03-20T00:00:00Z")
    assert detail == {
        "id": f"milestone-{'a' * 32}-1",
        "time": "2026-03-10T09:00:00Z",
        "workload": "a" * 32,
        "service": "web",
        "milestone": "Milestone 1",
        "risks": {
            "performance": {"high": 0, "medium": 0, "none": 0, "unanswered": 16},
            "security": {"high": 4, "medium": 0, "none": 10, "unanswered": 0},
        },
    }
    read = events.decode({"source": "well-architected-tool", "detail-type": "Review Recorded", "detail": detail})
    assert read.detail_type == "Review Recorded"


def test_every_page_is_read_and_nothing_twice(tool: FakeTool, ticked: Ticked) -> None:
    for workload in "abc":
        tool.add(workload * 32, workload, *(seconds(f"2026-03-{day}") for day in ("01", "02", "03")))
    assert len(ticked("2026-03-20T00:00:00Z")) == 9
    asked = len(tool.asked)
    assert ticked("2026-03-20T12:00:00Z") == []
    assert len(tool.asked) == asked
    tool.add("d" * 32, "d", seconds("2026-03-20T13:00:00"))
    assert [detail["workload"] for detail in ticked("2026-03-21T00:00:00Z")] == ["d" * 32]
    assert [path for path in tool.asked[asked:] if "/lensReviews/" in path] == [
        f"/workloads/{'d' * 32}/lensReviews/wellarchitected"
    ]


def test_what_was_lost_on_its_way_is_sent_again_the_next_day(
    tool: FakeTool, ticked: Ticked, handler: Callable[[str], Any]
) -> None:
    tool.add("a" * 32, "a", seconds("2026-03-10"))
    handler("tick")({"scheduled_time": "2026-03-20T00:00:00Z"}, CONTEXT)
    boto3.client("sqs").purge_queue(QueueUrl=boto3.client("sqs").get_queue_url(QueueName="inbox")["QueueUrl"])
    assert [detail["workload"] for detail in ticked("2026-03-21T00:00:00Z")] == ["a" * 32]


def test_what_no_report_remembers_is_not_read(tool: FakeTool, ticked: Ticked) -> None:
    tool.add("a" * 32, "a", seconds("2024-01-01"), seconds("2026-03-10"))
    assert [detail["milestone"] for detail in ticked("2026-03-20T00:00:00Z")] == ["Milestone 2"]


@pytest.mark.parametrize(("status", "code"), [(429, "ThrottlingException"), (500, "InternalServerException")])
def test_throttled_it_is_tried_again_at_the_next_tick(tool: FakeTool, ticked: Ticked, status: int, code: str) -> None:
    tool.add("a" * 32, "a", seconds("2026-03-10"))
    tool.failure = (status, code)
    assert ticked("2026-03-20T00:00:00Z") == []
    tool.failure = None
    assert len(ticked("2026-03-20T00:15:00Z")) == 1


def test_missing_rights_make_the_tick_fail_after_all_else_is_done(tool: FakeTool, ticked: Ticked) -> None:
    tool.failure = (403, "AccessDeniedException")
    with pytest.raises(UnfinishedTickError, match="Well-Architected"):
        ticked("2026-03-20T00:00:00Z")


def test_unless_it_is_enabled_nothing_is_asked(tool: FakeTool, handler: Callable[[str], Any]) -> None:
    handler("tick")({"scheduled_time": "2026-03-20T00:00:00Z"}, CONTEXT)
    assert tool.asked == []
