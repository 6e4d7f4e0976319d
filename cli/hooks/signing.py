"""Deliveries signed as their vendors sign them: for `flywheel hook test`."""

import json
from collections.abc import Mapping
from typing import Any

from cli.failure import CommandError
from shared.sources.catalogue import Source
from shared.sources.verifiers import (
    BodySignature,
    SharedSecret,
    StandardWebhooks,
    TimedSignature,
    signature,
    standard_key,
)

_PINGS: dict[str, tuple[dict[str, str], Any]] = {
    "github": ({"x-github-event": "ping"}, {"zen": "Nothing is counted by a ping.", "hook_id": 1}),
    "pagerduty": ({}, {"event": {"id": "ping", "event_type": "pagey.ping", "resource_type": "pagey", "data": {}}}),
    "launchdarkly": ({}, {"kind": "ping"}),
    "standard-webhooks": ({}, {"type": "flywheel.ping", "data": {}}),
    "cloudevents": (
        {"content-type": "application/cloudevents+json"},
        {"specversion": "1.0", "id": "ping", "source": "flywheel-hook-test", "type": "flywheel.ping", "data": {}},
    ),
}
"""By source: headers and body of a delivery that is understood and counts for nothing."""


def ping(source: Source, secret: str, now: int) -> tuple[dict[str, str], bytes]:
    """A signed delivery that counts for nothing; raises CommandError for a source that has none."""
    if source.name not in _PINGS:
        raise CommandError(f"{source.title} has nothing to test with; look at the reply to a real delivery")
    headers, content = _PINGS[source.name]
    body = json.dumps(content).encode()
    return {"content-type": "application/json", **headers, **proof(source, secret, body, headers, now)}, body


def proof(source: Source, secret: str, body: bytes, headers: Mapping[str, str], now: int) -> dict[str, str]:
    """The headers by which the sender of a body proves itself."""
    match source.verifier:
        case BodySignature(header, prefix, encoding):
            return {header: prefix + signature(secret.encode(), body, encoding)}
        case TimedSignature(header, form, prefix, stamp_header, encoding):
            signed = form.replace("{t}", str(now)).encode().replace(b"{body}", body)
            text = prefix + signature(secret.encode(), signed, encoding)
            return {header: text, stamp_header: str(now)} if stamp_header else {header: f"t={now},{text}"}
        case StandardWebhooks(names):
            message = headers.get(f"{names}-id", f"msg_{now}")
            signed = f"{message}.{now}.".encode() + body
            return {
                f"{names}-id": message,
                f"{names}-timestamp": str(now),
                f"{names}-signature": f"v1,{signature(standard_key(secret), signed, 'base64')}",
            }
        case SharedSecret(header, scheme):
            return {header: scheme + secret}
    raise CommandError(f"{source.title} proves itself in a way that cannot be imitated here")


def header_names(source: Source) -> list[str]:
    """The headers that prove a delivery of this source."""
    return sorted(proof(source, "c2VjcmV0", b"", {}, 0))
