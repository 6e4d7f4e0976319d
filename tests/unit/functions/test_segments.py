"""Segments of X-Ray: one a call, under the invocation, where the stage traces; nothing anywhere else."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import handlers
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.session import Session

from shared.runtime.segments import Call, Trace, segment_of, trace_calls
from shared.store.table import names

ROOT, PARENT = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """X-Ray's daemon beside a sampled invocation, and hooks that are gone afterwards."""
    monkeypatch.setattr(handlers, "BUILTIN_HANDLERS", list(handlers.BUILTIN_HANDLERS))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={ROOT};Parent={PARENT};Sampled=1;Lineage=1:a:0")
        monkeypatch.setenv(names.ENV_TRACING, "true")
        yield listening


def call(status: int | None = 200) -> None:
    """One call of a client that is made as the functions make theirs; `None`: nobody answers."""
    client = Session().create_client(
        "sqs", region_name="eu-west-1", aws_access_key_id="id", aws_secret_access_key="of-nobody"
    )

    def answer(request: Any, **_: Any) -> AWSResponse:
        if status is None:
            raise EndpointConnectionError(endpoint_url=request.url)
        response = AWSResponse(request.url, status, {}, None)
        response._content = b"{}"
        return response

    client.meta.events.register("before-send.sqs", answer)
    client.list_queues()


def segments(daemon: socket.socket) -> list[dict[str, Any]]:
    received: list[dict[str, Any]] = []
    while True:
        try:
            header, _, document = daemon.recv(65_536).decode().partition("\n")
        except BlockingIOError:
            return received
        assert json.loads(header) == {"format": "json", "version": 1}
        received.append(json.loads(document))


def test_each_call_is_a_segment_under_the_invocation(daemon: socket.socket) -> None:
    trace_calls()
    trace_calls()
    call()
    call()
    first, second = segments(daemon)
    assert (first["name"], first["aws"]) == ("sqs", {"operation": "ListQueues"})
    assert (first["trace_id"], first["parent_id"], first["type"]) == (ROOT, PARENT, "subsegment")
    assert first["start_time"] <= first["end_time"]
    assert first["id"] != second["id"]


def test_a_call_that_nobody_answered_is_a_fault(daemon: socket.socket) -> None:
    trace_calls()
    with pytest.raises(EndpointConnectionError):
        call(None)
    (segment,) = segments(daemon)
    assert segment["fault"] is True


def test_a_call_that_was_refused_is_an_error(daemon: socket.socket) -> None:
    trace_calls()
    with pytest.raises(ClientError):
        call(403)
    (segment,) = segments(daemon)
    assert (segment["error"], segment["http"]) == (True, {"response": {"status": 403}})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (names.ENV_TRACING, ""),
        ("_X_AMZN_TRACE_ID", f"Root={ROOT};Parent={PARENT};Sampled=0"),
        ("_X_AMZN_TRACE_ID", ""),
        ("AWS_XRAY_DAEMON_ADDRESS", ""),
    ],
)
def test_nothing_is_sent_where_nobody_traces(
    daemon: socket.socket, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    trace_calls()
    call()
    assert segments(daemon) == []


def test_a_throttled_call_says_so() -> None:
    segment = segment_of(Trace(ROOT, PARENT), Call("dynamodb", "Query", 1.0, 2.0, 429))
    assert (segment["throttle"], segment["error"], "fault" in segment) == (True, True, False)
