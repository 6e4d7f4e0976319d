"""Request units as DynamoDB counts them, and everything else that a handler calls, kept in this process.

Handlers make their own clients; every call of every botocore client goes through `_make_api_call`. DynamoDB's go on to
DynamoDB Local, which says what each consumed; those to buses, queues and secrets are answered here, and kept.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from shared.store.table import names

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
_REAL = BaseClient._make_api_call
Json = dict[str, Any]


class Meter:
    """What was consumed since `clear`, and what the handlers put on buses and queues."""

    def __init__(self) -> None:
        self.read = 0.0
        self.written = 0.0
        self.by_kind: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.stream: list[Json] = []
        """New images of items put, in order, as a stream would tell: (`eventName`, image)."""
        self.published: list[Json] = []
        self.queued: list[Json] = []

    def clear(self) -> None:
        """Forget what was consumed; what waits on the stream and in queues stays."""
        self.read = self.written = 0.0
        self.by_kind.clear()
        self.calls.clear()

    def call(self, client: BaseClient, operation: str, arguments: Json) -> Json:
        """Stands in for a client's call."""
        service = client.meta.service_model.service_name
        if service == "dynamodb":
            return self._dynamodb(client, operation, arguments)
        return self._answered(operation, arguments)

    def _dynamodb(self, client: BaseClient, operation: str, arguments: Json) -> Json:
        if operation in {"CreateTable", "DescribeTable"}:
            return dict(_REAL(client, operation, arguments))
        asked = {**arguments, "ReturnConsumedCapacity": "TOTAL"}
        if operation == "PutItem":
            asked["ReturnValues"] = "ALL_OLD"
        try:
            answer: Json = _REAL(client, operation, asked)
        except ClientError:
            if operation in _WRITES:
                self.written += 1
                self.by_kind["refused"] += 1
            raise
        self._count(operation, arguments, answer)
        return answer

    def _count(self, operation: str, arguments: Json, answer: Json) -> None:
        consumed = answer.get("ConsumedCapacity") or []
        units = sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
        self.calls[operation] += 1
        if operation not in _WRITES:
            self.read += units
            return
        self.written += units
        if operation == "PutItem":
            image = arguments["Item"]
            self.by_kind[image[names.KIND]["S"]] += units
            name = "MODIFY" if answer.pop("Attributes", None) else "INSERT"
            self.stream.append({"eventName": name, "image": image})

    def _answered(self, operation: str, arguments: Json) -> Json:
        match operation:
            case "PutEvents":
                self.published += arguments["Entries"]
                return {"FailedEntryCount": 0, "Entries": [{"EventId": "e"} for _ in arguments["Entries"]]}
            case "SendMessage":
                self.queued.append({"body": arguments["MessageBody"], "delay": arguments.get("DelaySeconds", 0)})
                return {"MessageId": "m"}
            case "ReceiveMessage":
                return {}
            case "GetSecretValue":
                return {"SecretString": json.dumps({"token": "xoxb-loopback"}), "VersionId": "v"}
            case "GetParameter":
                return {"Parameter": {"Value": "of forty characters, as are links' keys."}}
        raise NotImplementedError(f"{operation}: the bench answers no such call")


@contextmanager
def metered(endpoint: str) -> Iterator[Meter]:
    """Every client of this process metered, DynamoDB's pointed at an endpoint."""
    meter = Meter()
    environment = {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
    }

    def call(self: BaseClient, operation: str, arguments: Json) -> Json:
        return meter.call(self, operation, arguments)

    with mock.patch.dict("os.environ", environment), mock.patch.object(BaseClient, "_make_api_call", call):
        yield meter
