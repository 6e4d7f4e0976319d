"""An account in which the stack is deployed: boto3's clients, HTTP, and patience. Nothing of ours is used to look."""

import json
import os
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
_HTTP_PATH = "/_http"
"""Where the engine's server answers for the HTTP API of the stack."""


class LiveError(AssertionError):
    """What a check expected did not come."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: str


@dataclass(frozen=True)
class Account:
    """The stack and its Region; at AWS_ENDPOINT_URL, where that is set, and else in AWS."""

    stack: str
    region: str
    parameters: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """boto3's client of a service."""
        return boto3.client(service, region_name=self.region)

    def parameter(self, name: str) -> str:
        """What the stack says of itself under its name in SSM."""
        if not self.parameters:
            self.parameters.update(self.all_parameters())
        return self.parameters[f"/{self.stack}/{name}"]

    def all_parameters(self) -> dict[str, str]:
        """Every parameter under the stack's name, as it is now."""
        pages = (
            self.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=f"/{self.stack}", Recursive=True)
        )
        return {each["Name"]: each["Value"] for page in pages for each in page["Parameters"]}

    @property
    def address(self) -> str:
        """What the paths of the stack's HTTP API come after."""
        endpoint = os.environ.get("AWS_ENDPOINT_URL")
        return f"{endpoint}{_HTTP_PATH}" if endpoint else self.parameter("webhook-url").removesuffix("/hooks/")

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

    def invoke(self, function: str, payload: dict[str, Any]) -> Any:
        """Call a function and wait for its result; LiveError where it fails."""
        answer = self.client("lambda").invoke(
            FunctionName=f"{self.stack}-{function}", Payload=json.dumps(payload).encode()
        )
        body = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            raise LiveError(f"{function} failed: {body[:500]}")
        return json.loads(body)

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
        request = AWSRequest(method=method, url=f"{self.address}{path}", data=body or None, headers=dict(headers or {}))
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
