"""One request as an HTTP API hands it to a function (payload format 2.0)."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from shared.sources.delivery import Delivery, delivery_of

LARGEST_BODY = 4 * 1024 * 1024
"""The largest body in base64 that a Lambda invocation (6 MB) can carry. Looked at before any byte is hashed."""
_LONGEST_NAME = 64


class RequestError(ValueError):
    """A request that is refused before anybody asks who sent it; what it says depends on its form alone."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Request(Struct, frozen=True):
    """To which hook, what, and when: `now` in seconds since 1970, as the HTTP API took the request."""

    hook: str
    delivery: Delivery
    now: float


def request_of(payload: Mapping[str, Any]) -> Request:
    """Read the request; raises RequestError."""
    body = payload.get("body")
    is_base64 = payload.get("isBase64Encoded") is True
    if isinstance(body, str) and len(body) > (LARGEST_BODY * 4 // 3 + 4 if is_base64 else LARGEST_BODY):
        raise _too_large()
    stated = _table(payload, "headers")
    headers = [(name, value) for name, value in stated.items() if isinstance(name, str) and isinstance(value, str)]
    try:
        delivery = delivery_of(headers, body if isinstance(body, str) else None, is_base64=is_base64)
    except ValueError as error:
        raise RequestError(400, "the body is not base64, as the request says") from error
    if len(delivery.body) > LARGEST_BODY:
        raise _too_large()
    return Request(_hook(payload), delivery, _now(payload))


def _too_large() -> RequestError:
    return RequestError(413, f"the body is larger than {LARGEST_BODY} bytes")


def _hook(payload: Mapping[str, Any]) -> str:
    name = _table(payload, "pathParameters").get("name")
    return name if isinstance(name, str) and len(name) <= _LONGEST_NAME else ""


def _now(payload: Mapping[str, Any]) -> float:
    millis = _table(payload, "requestContext").get("timeEpoch")
    return millis / 1000 if isinstance(millis, int | float) else 0.0


def _table(payload: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    value = payload.get(key)
    return value if isinstance(value, Mapping) else {}
