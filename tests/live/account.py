"""An account in which the stack is deployed: boto3's clients, HTTP, and patience. Nothing of ours is used to look."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

PATIENCE_SECONDS = 120
"""A cold start, a batching window and a stream that is polled once a second come to some ten; AWS has slow minutes."""
POLL_SECONDS = 1.0


class LiveError(AssertionError):
    """What a check expected did not come."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: str


@dataclass(frozen=True)
class Account:
    """The stack and where it is; `endpoint_url` and `http_url` are None for AWS itself."""

    stack: str
    region: str
    endpoint_url: str | None = None
    http_url: str | None = None
    invoke_elsewhere: Callable[[str, dict[str, Any]], str | None] | None = None
    """How a function is called where Lambda's own API does not run it: the engine's server."""
    parameters: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """boto3's client of a service."""
        return boto3.client(service, region_name=self.region, endpoint_url=self.endpoint_url)

    def parameter(self, name: str) -> str:
        """What the stack says of itself under its name in SSM."""
        if not self.parameters:
            pages = self.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=f"/{self.stack}")
            self.parameters.update({each["Name"]: each["Value"] for page in pages for each in page["Parameters"]})
        return self.parameters[f"/{self.stack}/{name}"]

    def put(self, detail_type: str, **detail: Any) -> None:
        """One event on the bus."""
        entry = {
            "EventBusName": self.parameter("bus-name"),
            "Source": "live",
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
        }
        answer = self.client("events").put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise LiveError(f"the bus refused {detail_type}: {answer['Entries']}")

    def invoke(self, function: str, payload: dict[str, Any]) -> str | None:
        """Call a function and wait; how it failed, or None."""
        if self.invoke_elsewhere is not None:
            return self.invoke_elsewhere(function, payload)
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(payload).encode())
        return answer["Payload"].read().decode()[:500] if "FunctionError" in answer else None

    def items(self, kind: str, **fields: str) -> list[dict[str, Any]]:
        """Items of the table of one kind with these fields, plain."""
        return [
            item
            for item in self._scanned()
            if item["kind"] == kind and all(item.get(name) == value for name, value in fields.items())
        ]

    def _scanned(self) -> Iterator[dict[str, Any]]:
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.parameter("table-name"))
        for page in pages:
            for item in page["Items"]:
                yield {name: next(iter(value.values())) for name, value in item.items()}

    def eventually(self, what: str, look: Callable[[], Any]) -> Any:
        """What a look gives, as soon as it gives something; LiveError after some patience."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if answer := look():
                return answer
            time.sleep(POLL_SECONDS)
        raise LiveError(f"{what}: nothing of it after {PATIENCE_SECONDS} s")

    def http(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"", *, sign: bool = False
    ) -> Reply:
        """A request to the stack's address, signed by our credentials where that is asked for."""
        base = self.http_url or self.parameter("webhook-url").removesuffix("/hooks/")
        request = AWSRequest(method=method, url=f"{base}{path}", data=body or None, headers=dict(headers or {}))
        if sign:
            credentials = boto3.Session().get_credentials()
            SigV4Auth(credentials.get_frozen_credentials(), "execute-api", self.region).add_auth(request)
        asked = urllib.request.Request(
            request.url, data=body or None, headers=dict(request.headers.items()), method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return Reply(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.read().decode())
