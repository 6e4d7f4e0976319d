"""From an EventBridge envelope to a typed event, or one error that names the field, the value and what was expected."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from events import PUBLISHER
from events.bounds import MESSAGE_BYTES, SMALL, OverBoundError, require_bounded, require_plain_numbers
from events.catalogue import DETAIL_TYPES, PUBLISHED_DETAIL_TYPES
from events.common import Detail, FieldError
from events.event import Event, canonical_json, event_of
from events.one_pass import plain_event
from events.strict_json import DEPTH, DIGITS, NotJsonError, is_unicode, read_json

_PATH = re.compile(r"^(?P<message>.*?)(?: - at `(?P<path>\$[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|\[(?P<any>\.\.\.)\]")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN = 80
_SURELY_FLAT = 300
"""So few brackets no writer's stack runs out of."""
_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * (DIGITS + 1)

Step = str | int
Steps = tuple[Step, ...]


class InvalidEventError(ValueError):
    """An event that breaks its contract, for good: retrying cannot help.

    `field` is a path such as `detail.commits[0].time`, `value` what stood there (None when missing), `expected` the
    mend. `shown` is the value as short ASCII text, whatever it was: safe to log and to store. A value that no JSON
    writer could take (nested without end, of thousands of digits) is replaced by that text.
    """

    def __init__(self, field: str, value: Any, expected: str) -> None:
        self.field = field
        self.expected = expected
        self.shown = _shown(value)
        self.value = value if _is_writable(value) else self.shown
        super().__init__(f"{field}: got {self.shown}, expected {expected}")


def decode_json(body: str | bytes) -> Event:
    """Decode one EventBridge event given as JSON text; raises InvalidEventError.

    Stricter than `json`: a key that stands twice in one object, `NaN` and numbers beyond a double are refused.
    """
    return plain_event(body) or decode_strictly(body)


def decode_strictly(body: str | bytes) -> Event:
    """The same, every rule asked one by one: what `events.one_pass` must agree with."""
    try:
        envelope = read_json(body)
    except NotJsonError as error:
        raise InvalidEventError("event", error.value, error.expected) from error
    return decode(envelope)


def decode(envelope: Mapping[str, Any]) -> Event:
    """Decode one EventBridge event: `source`, `detail-type` and `detail` count, and who sent it (`account`); the
    envelope's `id` and `time` do not.

    An optional field that is null counts as absent. Raises InvalidEventError, also for what is over a bound
    (`events.bounds`).
    """
    return _decoded(envelope, bounded=True)


def decode_kept(envelope: Mapping[str, Any]) -> Event:
    """Decode an event that was taken once, by whichever release: the bounds of today do not concern it.

    Nor is it refused for a revision that its kind no longer has.

    A field that joined its contract later, and holds something else, counts as absent: when the event was taken, it was
    one of those that nobody knew.
    """
    try:
        return _decoded(envelope, bounded=False)
    except InvalidEventError as error:
        detail, field = envelope.get("detail"), error.field.removeprefix("detail.")
        if not isinstance(detail, dict) or field not in detail:
            raise
        known = decode_kept({**envelope, "detail": {name: detail[name] for name in detail if name != field}})
        return msgspec.structs.replace(known, raw=detail)


def _decoded(envelope: Mapping[str, Any], *, bounded: bool) -> Event:
    if not isinstance(envelope, Mapping):
        raise InvalidEventError("event", envelope, "a JSON object with `source`, `detail-type` and `detail`")
    source = _source(envelope.get("source"))
    detail_type = envelope.get("detail-type")
    model = DETAIL_TYPES.get(detail_type) if isinstance(detail_type, str) else None
    if model is None:
        raise _unknown(detail_type)
    raw = envelope.get("detail")
    if not isinstance(raw, dict):
        raise InvalidEventError("detail", raw, "a JSON object")
    canonical = _require_storable(raw)
    if bounded:
        _require_bounded(raw, model, len(canonical))
    stated = {key: value for key, value in raw.items() if value is not None} if None in raw.values() else raw
    try:
        detail = msgspec.convert(stated, model)
    except msgspec.ValidationError as error:
        raise _explained(raw, model, error) from error
    if bounded and model.is_final and detail.revision > 1:
        expected = f"1: a sent `{detail_type}` is final; another one has an id of its own"
        raise InvalidEventError("detail.revision", detail.revision, expected)
    return event_of(source, str(detail_type), detail, raw, envelope.get("account"), canonical)


def _source(source: Any) -> str:
    if not isinstance(source, str) or not 1 <= len(source) <= 256 or not is_unicode(source):
        raise InvalidEventError("source", source, "a text of 1 to 256 characters")
    if source == PUBLISHER:
        expected = f"the name of a producer: as `{PUBLISHER}` only the system itself publishes"
        raise InvalidEventError("source", source, expected)
    return source


def _unknown(detail_type: Any) -> InvalidEventError:
    from events.expectations import did_you_mean  # noqa: PLC0415  `inspect` costs a cold start; only refusals need it

    if detail_type in PUBLISHED_DETAIL_TYPES:
        expected = "a detail-type that producers send: this one only the system itself publishes"
    else:
        expected = (
            f"one of {', '.join(f'`{name}`' for name in DETAIL_TYPES)}{did_you_mean(detail_type, [*DETAIL_TYPES])}"
        )
    return InvalidEventError("detail-type", detail_type, expected)


# -- why a detail is refused


def _explained(raw: dict[str, Any], model: type[Detail], error: msgspec.ValidationError) -> InvalidEventError:
    from events.expectations import did_you_mean, expectation, fields_of  # noqa: PLC0415  as above

    match = _PATH.match(str(error))
    message, path = (match["message"], match["path"] or "$") if match else (str(error), "$")
    steps = _steps(raw, model, path)
    if isinstance(error.__cause__, FieldError):
        rule = error.__cause__
        steps = (*steps, rule.field) if rule.field else steps
        return InvalidEventError(_dotted(steps), _value_at(raw, steps), rule.expected)
    missing = _MISSING.search(message)
    if missing:
        there = _value_at(raw, steps)
        strangers = [key for key in there if key not in fields_of(model, steps)] if isinstance(there, dict) else []
        steps = (*steps, missing[1])
        meant = did_you_mean(missing[1], strangers).replace("did you mean", "is it").removesuffix("?")
        expected = f"{expectation(model, steps, None)}: it is required{meant + '?' if meant else ''}"
        return InvalidEventError(_dotted(steps), None, expected)
    value = _value_at(raw, steps)
    return InvalidEventError(_dotted(steps), value, expectation(model, steps, value))


def _steps(raw: Any, model: type[Detail], path: str) -> Steps:
    """The library's path with the key of a dictionary that it writes as `[...]` found again."""
    from events.expectations import failing_key, type_of_values  # noqa: PLC0415  as above

    steps: Steps = ()
    for step in _STEP.finditer(path):
        if step["any"]:
            key = failing_key(_value_at(raw, steps), type_of_values(model, steps))
            steps = (*steps, key) if key is not None else steps
        else:
            steps = (*steps, step["name"] if step["name"] else int(step["index"]))
    return steps


def _value_at(raw: Any, steps: Sequence[Step]) -> Any:
    """The value at a path; None where it cannot be followed."""
    value = raw
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _dotted(steps: Sequence[Step]) -> str:
    text = "detail"
    for step in steps:
        if isinstance(step, str) and _BARE.fullmatch(step):
            text += f".{step}"
        else:
            text += f"[{_shown(step)}]"
    return text


def _shown(value: Any) -> str:
    """A value as short ASCII text; never fails, whatever was sent."""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str) and len(value) > _SHOWN:
        return f'{json.dumps(value[: _SHOWN // 2])[:-1][:_SHOWN]}…" ({len(value)} characters)'
    try:
        text = json.dumps(value, ensure_ascii=True, default=str)
    except (ValueError, TypeError, RecursionError):
        text = f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= 2 * _SHOWN else text[:_SHOWN] + "…"


def _is_writable(value: Any) -> bool:
    try:
        text = json.dumps(value, default=str)
    except (ValueError, TypeError, RecursionError):
        return False
    return isinstance(value, str) or text.count("[") + text.count("{") <= _SURELY_FLAT


# -- what JSON allows and a log cannot keep


def _require_bounded(raw: dict[str, Any], model: type[Detail], size: int) -> None:
    if size > MESSAGE_BYTES:
        raise InvalidEventError("detail", f"{size} bytes", f"at most {MESSAGE_BYTES} bytes")
    try:
        require_plain_numbers(raw, model.__struct_fields__)
        if size > SMALL:
            require_bounded(raw)
    except OverBoundError as error:
        raise InvalidEventError(error.field, error.value, error.expected) from error


def _require_storable(raw: dict[str, Any]) -> bytes:
    """A detail's canonical form.

    Raises InvalidEventError for one that has none or is nested too deep for any reader.
    """
    try:
        canonical = canonical_json(raw)
    except (ValueError, TypeError, RecursionError):
        canonical = b""
    if (
        canonical
        and canonical.count(b"[") + canonical.count(b"{") <= DEPTH
        and _LONG_NUMBER not in canonical.translate(_AS_ZEROS)
    ):
        return canonical
    pending: list[tuple[Steps, Any]] = [((), raw)]
    while pending:
        steps, value = pending.pop()
        if len(steps) > DEPTH:
            raise InvalidEventError(_dotted(steps[:3]) + "…", None, f"JSON of at most {DEPTH} levels")
        if isinstance(value, dict):
            _require_keys(steps, value)
            pending.extend(((*steps, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            pending.extend(((*steps, index), inner) for index, inner in enumerate(value))
        else:
            _require_plain(steps, value)
    if not canonical:
        raise InvalidEventError("detail", None, "JSON")
    return canonical


def _require_keys(steps: Steps, value: dict[Any, Any]) -> None:
    for key in value:
        if not isinstance(key, str) or not is_unicode(key):
            raise InvalidEventError(_dotted(steps), key, "keys that are Unicode text, without lone surrogates")


def _require_plain(steps: Steps, value: Any) -> None:
    if isinstance(value, str) and not is_unicode(value):
        raise InvalidEventError(_dotted(steps), value, "Unicode text, without lone surrogates")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidEventError(_dotted(steps), str(value), "a finite number")
    if isinstance(value, int) and abs(value) >= 10**DIGITS:
        raise InvalidEventError(_dotted(steps), None, f"a whole number of at most {DIGITS} digits")
    if not isinstance(value, str | int | float | None):
        raise InvalidEventError(_dotted(steps), value, "JSON")
