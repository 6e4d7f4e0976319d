"""One HTTP delivery as it arrived: header names in lower case, the body as raw bytes."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from events.strict_json import NotJsonError, is_unicode, read_json
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields

MAX_BODY_BYTES = 6 * 1024 * 1024
"""The largest body that a Lambda function can be given; longer bodies are refused before any byte of them is hashed."""
_DEPTH = 100
"""Deeper than any vendor nests, shallower than any reader's stack."""


class Delivery(Struct, frozen=True):
    """Headers by lower-case name, and the bytes that signatures are taken over."""

    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str | None:
        """The header of that name in any case."""
        return self.headers.get(name.lower())

    def json(self) -> Any:
        """The body as JSON, read strictly; raises UnreadableDeliveryError."""
        return strict_json(self.body)

    def fields(self) -> Fields:
        """The body as one JSON object."""
        return Fields(self.json())


def delivery_of(headers: Iterable[tuple[str, str]], body: str | bytes | None, *, is_base64: bool = False) -> Delivery:
    """A delivery from what a function URL, an HTTP API or a test hands over.

    A header that comes twice, in whatever case, is joined with a comma as HTTP APIs do it: no signature survives that.
    """
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    raw = body.encode(errors="surrogatepass") if isinstance(body, str) else body or b""
    if is_base64:
        try:
            raw = base64.b64decode(raw, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UnreadableDeliveryError("body", raw, "base64, as `isBase64Encoded` says") from error
    return Delivery(joined, raw)


def strict_json(body: str | bytes) -> Any:
    """JSON without what two readers might read differently or a log not keep; raises UnreadableDeliveryError."""
    try:
        value = read_json(body)
    except NotJsonError as error:
        raise UnreadableDeliveryError("body", error.value, error.expected) from error
    _require_plain(value)
    return value


def _require_plain(value: Any) -> None:
    """Refuse lone surrogates, and nesting that costs others' stacks."""
    pending = [(value, 0)]
    while pending:
        inner, depth = pending.pop()
        if depth > _DEPTH:
            raise UnreadableDeliveryError("body", None, f"JSON of at most {_DEPTH} levels")
        if isinstance(inner, dict):
            pending.extend((each, depth + 1) for pair in inner.items() for each in pair)
        elif isinstance(inner, list):
            pending.extend((each, depth + 1) for each in inner)
        elif isinstance(inner, str) and not is_unicode(inner):
            raise UnreadableDeliveryError("body", inner, "Unicode text, without lone surrogates")
