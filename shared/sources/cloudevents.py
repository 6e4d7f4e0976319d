"""CloudEvents 1.0 over HTTP, binary, structured or batched, that carry CDEvents or the canonical events themselves."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from shared.sources import cdevents
from shared.sources.delivery import Delivery, strict_json
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields
from shared.sources.options import SourceOptions
from shared.sources.stated import detail_type_of, stated_event
from shared.sources.translation import Canonical, Translation, ignored, natural_id

MOST_EVENTS = 100
"""In one batch."""
_FORMATS = "application/cloudevents"
"""How the content type of structured and batched mode begins; any other is that of binary mode's data."""
_QUOTED = re.compile(r'"(?P<inner>(?:[^"\\]|\\.)*)"')


class _CloudEvent(Struct, frozen=True):
    """The attributes that matter, and the data: at `path` of the delivery, and read only if the type counts."""

    id: str
    source: str
    type: str
    time: Any
    data: Callable[[], Any]
    path: str


def translate(delivery: Delivery, options: SourceOptions) -> Translation:
    """Translate one delivery; raises UnreadableDeliveryError for one that cannot be understood.

    A CDEvent that comes without any wrapping is read as well: some tools post just that.
    """
    if delivery.header("ce-specversion") and not _is_formatted(delivery):
        return _translated([_binary(delivery)], options)
    body = delivery.json()
    if isinstance(body, dict) and "context" in body and "specversion" not in body:
        return cdevents.translate(body, options)
    sent = body if isinstance(body, list) else [body]
    if not 1 <= len(sent) <= MOST_EVENTS:
        raise UnreadableDeliveryError("body", body, f"1 to {MOST_EVENTS} events")
    paths = (f"[{place}]" if isinstance(body, list) else "" for place in range(len(sent)))
    return _translated([_structured(Fields(each, path)) for each, path in zip(sent, paths, strict=True)], options)


def _translated(sent: list[_CloudEvent], options: SourceOptions) -> Translation:
    """All of a batch or none: half a batch would be taken for the whole by its sender."""
    translations = [_meaning(each, options) for each in sent]
    events = tuple(event for each in translations for event in each.events)
    kinds = dict.fromkeys(each.kind for each in translations)
    reasons = dict.fromkeys(each.ignored for each in translations if each.ignored)
    return Translation(events, None if events else "; ".join(reasons)[:512], ", ".join(kinds)[:128])


def _meaning(event: _CloudEvent, options: SourceOptions) -> Translation:
    if cdevents.is_cdevent(event.type):
        return cdevents.translate(event.data(), options)
    detail_type = detail_type_of(event.type)
    if detail_type is None:
        return ignored(event.type[:128], f"`{event.type[:64]}` is no type that is counted")
    detail = Fields(event.data(), f"{event.path}.data" if event.path else "data")
    canonical: Canonical = stated_event(detail_type, detail, natural_id(event.id, event.source), event.time)
    return Translation((canonical,), None, event.type[:128])


def _is_formatted(delivery: Delivery) -> bool:
    """Whether the body holds the attributes, which its sender may repeat as headers."""
    return (delivery.header("content-type") or "").strip().lower().startswith(_FORMATS)


def _binary(delivery: Delivery) -> _CloudEvent:
    """Attributes in headers; the body is the data."""
    names = ("id", "source", "type", "time", "specversion")
    stated = {name: _unescaped(name, value) for name in names if (value := delivery.header(f"ce-{name}"))}
    return _read(Fields(stated, "ce"), delivery.json)


def _unescaped(name: str, value: str) -> str:
    """An attribute as its header escapes it: in double quotes (older senders), then percent-encoded."""
    quoted = _QUOTED.fullmatch(value)
    plain = re.sub(r"\\(.)", r"\1", quoted["inner"]) if quoted else value
    try:
        return unquote(plain, errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableDeliveryError(f"ce.{name}", value, "percent-encoded UTF-8") from error


def _structured(sent: Fields) -> _CloudEvent:
    return _read(sent, lambda: _data(sent))


def _read(sent: Fields, data: Callable[[], Any]) -> _CloudEvent:
    version = sent.text("specversion")
    if not version.startswith("1."):
        raise sent.refused("specversion", "`1.0`")
    return _CloudEvent(
        id=sent.text("id"),
        source=sent.text("source"),
        type=sent.text("type"),
        time=sent.optional_moment("time"),
        data=data,
        path="" if sent.path == "ce" else sent.path,
    )


def _data(sent: Fields) -> Any:
    """`data`, which some senders write as a text of JSON, or `data_base64`."""
    if "data_base64" not in sent:
        data = sent.raw("data")
        return strict_json(data) if isinstance(data, str) else data
    try:
        return strict_json(base64.b64decode(sent.text("data_base64"), validate=True))
    except (binascii.Error, ValueError) as error:
        if isinstance(error, UnreadableDeliveryError):
            raise
        raise sent.refused("data_base64", "base64") from error
