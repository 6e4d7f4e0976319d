"""The five handlers on a table of DynamoDB Local, one after the other, as queues and streams would call them."""

import importlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timedelta
from functools import cache
from io import StringIO
from typing import Any
from unittest import mock

import boto3

from engine import FakeSlack
from events import PUBLISHER
from shared.store.table import names
from shared.store.table.names import DUE_AT, DUE_INDEX, DUE_PK, PK, SK
from tests.bench.ground.metering import Meter
from tests.fakes.lambda_context import LambdaContext

ACCOUNT = "123456789012"
STACK = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/bench/1"
BATCH = 100
"""Messages and stream records that one call is handed, as the template says."""
Json = dict[str, Any]


class Driven:
    """One table and the handlers that work on it, warm for as long as this is."""

    def __init__(self, meter: Meter, slack: FakeSlack) -> None:
        self.meter = meter
        self.slack = slack
        self._context = LambdaContext(invoked_function_arn=f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:bench")
        self._sequence = 0

    def restart(self) -> None:
        """Cold starts: nothing is remembered but what is stored."""
        for name in ("record", "project", "summarise", "notify", "tick"):
            _handler(name).wire.cache_clear()

    def deliver(self, envelopes: Sequence[Json], arrived: datetime) -> None:
        """Events through the whole stack, messages posted, until nothing waits."""
        self.record(envelopes, arrived)
        self.project(arrived + timedelta(seconds=5))
        self.summarise(arrived + timedelta(seconds=6))
        self.notify(arrived + timedelta(seconds=10))

    def record(self, envelopes: Sequence[Json], arrived: datetime) -> None:
        """Deliveries of the inbox's queue, by the batch."""
        messages = delivered(envelopes, arrived)
        for start in range(0, len(messages), BATCH):
            self.call("record", {"Records": messages[start : start + BATCH]})

    def project(self, at: datetime) -> None:
        """New segments of the stream, by the batch."""
        found = self._stream(names.SEGMENT, {"INSERT"}, at)
        for start in range(0, len(found), BATCH):
            self.call("project", {"Records": found[start : start + BATCH]})

    def summarise(self, at: datetime) -> None:
        """Transitions of the stream, and turns with news, by the batch."""
        turns = self._stream(names.TURN, {"INSERT", "MODIFY"}, at)
        found = [each for each in turns if names.NEWS in each["dynamodb"]["NewImage"]]
        found += self._stream(names.TRANSITION, {"INSERT", "MODIFY"}, at)
        for start in range(0, len(found), BATCH):
            self.call("summarise", {"Records": found[start : start + BATCH]})

    def notify(self, at: datetime) -> None:
        """Announcements, and the wakes that they leave, each when it is due."""
        told = [entry for entry in self.meter.published if entry["DetailType"] in _HEARD]
        self.meter.published.clear()
        waiting = [(at, json.dumps({**_bus(entry), "detail": json.loads(entry["Detail"])})) for entry in told]
        while waiting:
            waiting.sort(key=lambda each: each[0])
            now, body = waiting.pop(0)
            attributes = {"ApproximateFirstReceiveTimestamp": str(round(now.timestamp() * 1000))}
            self.call("notify", {"Records": [{"messageId": "m", "body": body, "attributes": attributes}]})
            waiting += [(now + timedelta(seconds=each["delay"]), each["body"]) for each in self.meter.queued]
            self.meter.queued.clear()

    def tick(self, at: datetime) -> None:
        """One tick of the schedule, and what it leads to."""
        self.call("tick", {"scheduled_time": at.isoformat().replace("+00:00", "Z")})
        self.summarise(at)
        self.notify(at + timedelta(seconds=5))

    def _stream(self, kind: str, operations: set[str], at: datetime) -> list[Json]:
        """New images of a kind since they were last asked for; those of other kinds stay."""
        mine = [each for each in self.meter.stream if each["image"][names.KIND]["S"] == kind]
        self.meter.stream = [each for each in self.meter.stream if each["image"][names.KIND]["S"] in _READ - {kind}]
        return [self._record(each, at) for each in mine if each["eventName"] in operations]

    def _record(self, each: Json, at: datetime) -> Json:
        self._sequence += 1
        told = {"NewImage": each["image"], "SequenceNumber": str(self._sequence)}
        return {"eventName": each["eventName"], "dynamodb": {**told, "ApproximateCreationDateTime": at.timestamp()}}

    def call(self, name: str, event: Json) -> None:
        """One call of a handler."""
        module = _handler(name)
        answer = module.handler(event, self._context)
        if (metrics := getattr(module, "metrics", None)) is not None:
            metrics.provider.clear_metrics()  # nobody flushes them here, and each that is added writes out all before
        failed = (answer or {}).get("batchItemFailures")
        if failed:
            raise RuntimeError(f"{name} gave back {len(failed)} of {len(event['Records'])}")


_HEARD = {"Phase Summary Ready", "Turn Started", "Turn Held"}
_READ = {names.SEGMENT, names.TRANSITION, names.TURN}


@contextmanager
def driven(meter: Meter, table: str) -> Iterator[Driven]:
    """The handlers on a new table."""
    create_table(table)
    with FakeSlack() as slack, mock.patch.dict("os.environ", _environment(table, slack)), redirect_stdout(StringIO()):
        handlers = Driven(meter, slack)
        handlers.restart()
        yield handlers
        handlers.restart()


def create_table(name: str) -> None:
    """The table as the stack makes it."""
    text = [{"AttributeName": each, "AttributeType": "S"} for each in (PK, SK, DUE_PK, DUE_AT)]
    _client(os.environ["AWS_ENDPOINT_URL_DYNAMODB"]).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=text,
        KeySchema=_keys(PK, SK),
        GlobalSecondaryIndexes=[
            {"IndexName": DUE_INDEX, "KeySchema": _keys(DUE_PK, DUE_AT), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
    )


@cache
def _client(endpoint: str) -> Any:
    """Each takes as long to make as many tables."""
    return boto3.client("dynamodb", endpoint_url=endpoint)


def _keys(hash_key: str, range_key: str) -> list[Json]:
    return [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]


def _environment(table: str, slack: FakeSlack) -> dict[str, str]:
    return {
        "TABLE_NAME": table,
        "STACK_ID": STACK,
        "BUS_NAME": "bench",
        "OUTBOX_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/bench",
        "DEAD_LETTER_QUEUE_URLS": "https://sqs.eu-west-1.amazonaws.com/bench-dead",
        "SLACK_SECRET_ARN": "bench",
        "SLACK_API_URL": slack.url,
        "LINK_KEY_NAME": "/bench/link-key",
        "BOARD_URL": "https://boards.example/",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "bench",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def delivered(envelopes: Sequence[Json], arrived: datetime) -> list[Json]:
    """Messages of the inbox's queue."""
    sent = str(round(arrived.timestamp() * 1000))
    return [
        {"messageId": str(place), "body": json.dumps(_enveloped(each)), "attributes": {"SentTimestamp": sent}}
        for place, each in enumerate(envelopes)
    ]


def _enveloped(envelope: Json) -> Json:
    """An event as EventBridge puts it into a queue."""
    return {"version": "0", "id": "e", "account": ACCOUNT, "region": "eu-west-1", "resources": [], **envelope}


def _bus(entry: Json) -> Json:
    return {"source": PUBLISHER, "account": ACCOUNT, "detail-type": entry["DetailType"]}


def _handler(name: str) -> Any:
    return sys.modules.get(f"functions.{name}.handler") or importlib.import_module(f"functions.{name}.handler")
