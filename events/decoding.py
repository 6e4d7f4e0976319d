"""From an EventBridge envelope to a typed event, or one error that names the field, the value and what was expected."""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from events.catalogue import DETAIL_TYPES
from events.common import PUBLISHER, Detail, FieldError

_PATH = re.compile(r"^(?P<message>.*?)(?: - at `(?P<path>\$[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|\[(?P<any>\.\.\.)\]")
_SHOWN = 80


class InvalidEventError(ValueError):
    """An event that breaks its contract, for good: retrying cannot help.

    `field` is a path such as `detail.commits[0].time`, `value` what stood there (None when missing), `expected` the mend.
    """

    def __init__(self, field: str, value: Any, expected: str) -> None:
        self.field = field
        self.value = value
        self.expected = expected
        shown = json.dumps(value, ensure_ascii=True, default=str)
        if len(shown) > _SHOWN:
            shown = shown[: _SHOWN - 1] + "…"
        super().__init__(f"{field}: got {shown}, expected {expected}")


class Event(msgspec.Struct, frozen=True):
    """A valid event. `raw` is its detail as received, unknown fields included: what the log keeps."""

    source: str
    detail_type: str
    detail: Detail
    raw: dict[str, Any]


def canonical_json(detail: Mapping[str, Any]) -> bytes:
    """The detail as received with keys sorted, no blanks, UTF-8 unescaped: what the content hash is taken over."""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def decode_json(body: str | bytes) -> Event:
    """Decode one EventBridge event given as JSON text; raises InvalidEventError."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError) as error:
        text = body.decode(errors="replace") if isinstance(body, bytes) else body
        raise InvalidEventError("event", text, f"JSON ({error})") from error
    if not isinstance(envelope, dict):
        raise InvalidEventError("event", envelope, "a JSON object")
    return decode(envelope)


def decode(envelope: Mapping[str, Any]) -> Event:
    """Decode one EventBridge event: `source`, `detail-type` and `detail` count, the envelope's `id` and `time` do not.

    Raises InvalidEventError.
    """
    source = envelope.get("source")
    if not isinstance(source, str) or not 1 <= len(source) <= 256:
        raise InvalidEventError("source", source, "a text of 1 to 256 characters")
    if source == PUBLISHER:
        raise InvalidEventError(
            "source", source, f"a producer's own name: `{PUBLISHER}` is what the system publishes as"
        )
    detail_type = envelope.get("detail-type")
    model = DETAIL_TYPES.get(detail_type) if isinstance(detail_type, str) else None
    if model is None:
        raise InvalidEventError("detail-type", detail_type, f"one of {', '.join(DETAIL_TYPES)}")
    raw = envelope.get("detail")
    if not isinstance(raw, dict):
        raise InvalidEventError("detail", raw, "a JSON object")
    try:
        canonical_json(raw)
        detail = msgspec.convert(raw, model)
    except msgspec.ValidationError as error:
        raise _explained(raw, error) from error
    except (UnicodeEncodeError, ValueError, RecursionError) as error:
        raise InvalidEventError("detail", None, f"JSON without lone surrogates, NaN or infinity ({error})") from error
    return Event(source=source, detail_type=str(detail_type), detail=detail, raw=raw)


def _explained(raw: dict[str, Any], error: msgspec.ValidationError) -> InvalidEventError:
    found = _PATH.match(str(error))
    message, path = (found["message"], found["path"] or "$") if found else (str(error), "$")
    if isinstance(error.__cause__, FieldError):
        rule = error.__cause__
        inner = path.removeprefix("$").rpartition(".")[0] if path.endswith(f".{rule.field}") else path.removeprefix("$")
        return InvalidEventError(f"detail{inner}.{rule.field}", rule.value, rule.expected)
    missing = re.search(r"missing required field `([^`]+)`", message)
    if missing:
        return InvalidEventError(f"detail{path.removeprefix('$')}.{missing[1]}", None, "a value: it is required")
    value = _value_at(raw, path)
    return InvalidEventError(
        f"detail{path.removeprefix('$')}", value, message.removeprefix("Expected ").removeprefix("Invalid ")
    )


def _value_at(raw: Any, path: str) -> Any:
    """What stands at a path such as `$.commits[0].time`; None where it cannot be followed."""
    value = raw
    for step in _STEP.finditer(path):
        try:
            value = value[step["name"]] if step["name"] else value[int(step["index"])]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value
