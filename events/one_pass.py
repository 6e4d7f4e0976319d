"""Plain events in one pass over their bytes: a fraction of what the strict reader takes, for all but a few events.

An event is plain where it is proven cheaply that the strict reader (`events.decoding`) takes it, and as what: no
escapes, no number that two writers write differently, nothing that comes near a bound. Of anything else this says None,
and the strict reader judges it.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import msgspec

from events import PUBLISHER
from events.bounds import ELEMENTS, KEYS, SMALL, TEXT
from events.catalogue import DETAIL_TYPES
from events.common import Detail
from events.event import Event, event_of
from events.strict_json import DEPTH

_LEAST, _MOST = 1e-4, 1e16
"""Sizes between which every writer of JSON gives a fraction the same digits, and no exponent."""
_DIGITS = 18
"""So many digits in a row are no number that a machine's word could not hold."""
_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_ZEROS = b"0" * _DIGITS
_ENVELOPE = 3
"""Fields of an envelope that has only what counts: `source`, `detail-type` and `detail`."""


class _NotPlainError(Exception):
    """Something that the strict reader has to judge."""


def _fraction(text: str) -> float:
    number = float(text)
    if number and not _LEAST <= math.fabs(number) < _MOST:
        raise _NotPlainError
    return number


_READ = msgspec.json.Decoder(float_hook=_fraction).decode
_WRITE = msgspec.json.Encoder(order="deterministic").encode


@cache
def _reader_of(detail_type: str) -> Callable[[bytes], Detail]:
    """What reads the model of a detail-type; raises LookupError where there is none."""
    return msgspec.json.Decoder(DETAIL_TYPES[detail_type]).decode


def plain_event(body: str | bytes) -> Event | None:
    """The event of a JSON text that is plain; None of any other text, whether it is an event or not."""
    try:
        return _event(body.encode() if isinstance(body, str) else body)
    except (msgspec.MsgspecError, LookupError, ValueError, TypeError, RecursionError, _NotPlainError):
        return None


def _event(body: bytes) -> Event | None:
    if not _is_plain(body):
        return None
    envelope = _READ(body)
    source, detail_type, raw = envelope["source"], envelope["detail-type"], envelope["detail"]
    if type(source) is not str or type(raw) is not dict or not 1 <= len(source) <= 256 or source == PUBLISHER:
        return None
    read, canonical = _reader_of(detail_type), _WRITE(raw)
    if body.count(b":") != _colons(envelope, source, canonical) or not _is_flat(envelope, body):
        return None
    detail = read(canonical if b"null" not in canonical else _stated(raw))
    return event_of(source, detail_type, detail, raw, envelope.get("account"), canonical)


def _is_plain(body: bytes) -> bool:
    """Whether a text has no escapes, no number of many digits, and too little of anything for a bound to be reached."""
    size = len(body)
    return (
        (size <= SMALL or (size <= TEXT and body.count(b":") <= KEYS and body.count(b",") < ELEMENTS))
        and b"\\" not in body
        and _ZEROS not in body.translate(_AS_ZEROS)
    )


def _colons(envelope: Mapping[str, Any], source: str, canonical: bytes) -> int:
    """The colons of the text that an envelope was read from, if each key stood in it once.

    A key that stands twice is dropped by reading, with its colon; without escapes texts keep theirs.
    """
    if len(envelope) == _ENVELOPE:
        return _ENVELOPE + source.count(":") + canonical.count(b":")
    return _WRITE(envelope).count(b":")


def _is_flat(envelope: Mapping[str, Any], body: bytes) -> bool:
    """Whether nothing in an envelope is nested deeper than any reader's stack is sure to hold."""
    if body.count(b"{") + body.count(b"[") <= DEPTH:
        return True
    level: list[Any] = [envelope]
    for _ in range(DEPTH):
        level = [inner for each in level for inner in (each.values() if type(each) is dict else each)]
        level = [each for each in level if type(each) in {dict, list}]
        if not level:
            return True
    return False


def _stated(raw: Mapping[str, Any]) -> bytes:
    """The text to read a detail's model from: an optional field that is null counts as absent."""
    return _WRITE({name: value for name, value in raw.items() if value is not None})
