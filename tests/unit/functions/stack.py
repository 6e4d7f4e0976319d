"""The environment that the stack gives to functions, and a table in moto."""

import importlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.runtime.bundled import bundled_settings
from tests.unit.store.conftest import create_table

WRITTEN = 1773144000.0
"""When the stream says that segments were written: 2026-03-10T12:00:00Z."""
Handler = Callable[[dict[str, Any], Any], Any]


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_REGION": "eu-west-1",
        "LAMBDA_TASK_ROOT": str(tmp_path),
        "TABLE_NAME": "flywheel",
        "BUS_NAME": "default",
        "STACK_ID": "arn:aws:cloudformation:eu-west-1:123456789012:stack/flywheel/one",
        "LINK_KEY_NAME": "/flywheel/board/link-key",
        "BOARD_URL": "https://board.example/board/",
        "POWERTOOLS_SERVICE_NAME": f"test-{uuid.uuid4()}",
        "POWERTOOLS_METRICS_NAMESPACE": "ValueFlywheel",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    bundled_settings.cache_clear()
    with mock_aws():
        create_table("flywheel")
        queue = boto3.client("sqs").create_queue(QueueName="outbox")
        monkeypatch.setenv("OUTBOX_QUEUE_URL", queue["QueueUrl"])
        dead = [boto3.client("sqs").create_queue(QueueName=f"{name}-dead") for name in ("inbox", "outbox")]
        monkeypatch.setenv("DEAD_LETTER_QUEUE_URLS", ",".join(each["QueueUrl"] for each in dead))
        yield
    bundled_settings.cache_clear()


@pytest.fixture
def handler() -> Callable[[str], Handler]:
    """A function's handler, cold."""

    def cold(name: str) -> Handler:
        module = importlib.reload(importlib.import_module(f"functions.{name}.handler"))
        if hasattr(module, "metrics"):  # which all of a process share, with what an earlier test left in them
            module.metrics.clear_metrics()
        found: Handler = module.handler
        return found

    return cold


@pytest.fixture
def stream() -> Callable[[], dict[str, Any]]:
    """What the table's stream hands to `project`: the segments inserted since it was last asked."""
    handed: set[str] = set()

    def read() -> dict[str, Any]:
        images = boto3.client("dynamodb").scan(TableName="flywheel")["Items"]
        new = [image for image in images if image["kind"]["S"] == "SEGMENT" and image["sk"]["S"] not in handed]
        handed.update(image["sk"]["S"] for image in new)
        return {"Records": [_record(image) for image in sorted(new, key=lambda image: str(image["sk"]["S"]))]}

    return read


def _record(image: dict[str, Any]) -> dict[str, Any]:
    change = {"SequenceNumber": image["sk"]["S"], "ApproximateCreationDateTime": WRITTEN, "NewImage": image}
    return {"eventName": "INSERT", "dynamodb": change}
