"""Segments for X-Ray: each call of an AWS service under the invocation that Lambda itself traces.

Handed to the X-Ray daemon, which Lambda runs beside the function, as its guide says ("Sending segment documents to the
X-Ray daemon"): one UDP datagram a call. X-Ray's own SDK is in maintenance, and OpenTelemetry's layer adds most of a
second to a cold start; this needs neither. Names of services and operations alone are sent: no keys, no values.
"""

import json
import os
import socket
import time
from typing import Any

from botocore import handlers
from msgspec import Struct

from shared.store.table import names

_HEADER = '{"format": "json", "version": 1}\n'
_BEGAN = "flywheel-began"
_THROTTLED, _CLIENT, _SERVER = 429, 400, 500


class Call(Struct, frozen=True):
    """One call of a service: times in seconds since 1970, `status` 0 where nobody answered."""

    service: str
    operation: str
    began: float
    ended: float
    status: int


class Trace(Struct, frozen=True):
    """What Lambda says of the invocation that runs: the trace that it belongs to, and the segment that it is."""

    root: str
    parent: str


def trace_calls() -> None:
    """From now on send a segment for each call of an AWS service, where the stage says `tracing`; nothing elsewhere.

    Sessions that are made later take part: call it before any client is made.
    """
    hooks = [("before-call", _begin), ("after-call", _end), ("after-call-error", _fail)]
    if os.environ.get(names.ENV_TRACING) == "true" and hooks[0] not in handlers.BUILTIN_HANDLERS:
        handlers.BUILTIN_HANDLERS.extend(hooks)


def current_trace() -> Trace | None:
    """The invocation's trace; None where X-Ray did not sample it."""
    header = os.environ.get("_X_AMZN_TRACE_ID", "")
    parts = dict(part.partition("=")[::2] for part in header.split(";"))
    if parts.get("Sampled") != "1" or "Root" not in parts or "Parent" not in parts:
        return None
    return Trace(parts["Root"], parts["Parent"])


def segment_of(trace: Trace, call: Call) -> dict[str, Any]:
    """One call as X-Ray's segment documents have it."""
    flags = {
        "throttle": call.status == _THROTTLED,
        "error": _CLIENT <= call.status < _SERVER,
        "fault": not 0 < call.status < _SERVER,
    }
    return {
        "id": os.urandom(8).hex(),
        "type": "subsegment",
        "trace_id": trace.root,
        "parent_id": trace.parent,
        "name": call.service,
        "namespace": "aws",
        "start_time": call.began,
        "end_time": call.ended,
        "aws": {"operation": call.operation},
        "http": {"response": {"status": call.status}},
        **{name: True for name, raised in flags.items() if raised},
    }


def _begin(context: dict[str, Any], **_: Any) -> None:
    context[_BEGAN] = time.time()  # noqa: TID251  a segment is when its call was; no figure depends on it


def _end(event_name: str, http_response: Any, context: dict[str, Any], **_: Any) -> None:
    _send(event_name, context, http_response.status_code)


def _fail(event_name: str, context: dict[str, Any], **_: Any) -> None:
    _send(event_name, context, 0)


def _send(event_name: str, context: dict[str, Any], status: int) -> None:
    """`event_name`: botocore's, such as `after-call.dynamodb.PutItem`."""
    trace, address = current_trace(), os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "")
    if trace is None or _BEGAN not in context or ":" not in address:
        return
    _, service, operation = event_name.split(".")
    ended = time.time()  # noqa: TID251  as above
    segment = segment_of(trace, Call(service, operation, context[_BEGAN], ended, status))
    host, _, port = address.rpartition(":")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
            daemon.sendto((_HEADER + json.dumps(segment)).encode(), (host, int(port)))
    except OSError:
        return  # a trace that is lost takes nothing with it
