"""Requests as an HTTP API hands them to a function, signed as their senders sign."""

import base64
import json
from typing import Any

from shared.sources.verifiers import signature, standard_key

NOW = 1_773_327_600
"""2026-03-12T15:00:00Z."""


def request(hook: str, body: bytes | str, headers: dict[str, str], *, is_base64: bool = False) -> dict[str, Any]:
    """The payload of format 2.0; header names in lower case, as HTTP APIs write them."""
    text = base64.b64encode(body).decode() if isinstance(body, bytes) and is_base64 else body
    return {
        "version": "2.0",
        "routeKey": "POST /hooks/{name}",
        "rawPath": f"/hooks/{hook}",
        "pathParameters": {"name": hook},
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"timeEpoch": NOW * 1000, "http": {"method": "POST"}},
        "body": text.decode() if isinstance(text, bytes) else text,
        "isBase64Encoded": is_base64,
    }


def github(
    event: str, body: Any, *, hook: str = "github", secret: str = "s3cret", is_base64: bool = False, **more: str
) -> dict[str, Any]:
    """A delivery of GitHub's."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-Hub-Signature-256": f"sha256={signature(secret.encode(), raw, 'hex')}",
        "Content-Type": "application/json",
    }
    return request(
        hook, raw, headers | {name.replace("_", "-"): value for name, value in more.items()}, is_base64=is_base64
    )


def standard(body: Any, *, hook: str, secret: str = "c2VjcmV0", id: str = "msg_1", at: int = NOW) -> dict[str, Any]:
    """A delivery by Standard Webhooks."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = signature(standard_key(secret), f"{id}.{at}.".encode() + raw, "base64")
    headers = {"webhook-id": id, "webhook-timestamp": str(at), "webhook-signature": f"v1,{signed}"}
    return request(hook, raw, headers)


def deployed(repository: str = "example/checkout", state: str = "success", id: int = 7) -> dict[str, Any]:
    """The body of a `deployment_status`."""
    return {
        "action": "created",
        "deployment_status": {
            "id": 100 + id,
            "state": state,
            "environment": "production",
            "created_at": "2026-03-12T14:58:00Z",
            "updated_at": "2026-03-12T14:58:00Z",
        },
        "deployment": {
            "id": id,
            "sha": "9" * 40,
            "ref": "main",
            "task": "deploy",
            "environment": "production",
            "payload": {},
            "created_at": "2026-03-12T14:55:00Z",
            "updated_at": "2026-03-12T14:55:00Z",
        },
        "repository": {
            "id": 11,
            "name": repository.partition("/")[2],
            "full_name": repository,
            "default_branch": "main",
        },
    }
