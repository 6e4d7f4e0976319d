"""The contents of an inbox message: canonical events, or a note of what counts for nothing or is refused."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from events import Event, InvalidEventError, decode
from events.one_pass import plain_event
from events.strict_json import NotJsonError, read_json
from shared.flywheel.settings.values import Settings
from shared.pipeline.permissions import permitted, require_own_hooks
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.uncounted import Ignored, Refused, note_of


class Contents(Struct, frozen=True):
    """The events of a message; without any, either why it counts for nothing or why intake refused it."""

    events: tuple[Event, ...] = ()
    ignored: Ignored | None = None
    refused: Refused | None = None


def decode_message(body: str, settings: Settings, account: str | None) -> Contents:
    """Understand a message; raises InvalidEventError. `account` is the stack's: its intake alone speaks for hooks."""
    if (event := _plain(body, settings, account)) is not None:
        return Contents((event,))
    try:
        message = read_json(body)
    except NotJsonError as error:
        raise InvalidEventError("event", error.value, error.expected) from error
    note = note_of(message)
    if note is not None:
        return Contents(ignored=note) if isinstance(note, Ignored) else Contents(refused=note)
    if not isinstance(message, dict):
        return Contents((decode(message),))
    require_own_hooks(message, account)
    contents = _translated(message, settings) if _wants_translating(message) else Contents((decode(message),))
    if settings.accounts or settings.producers:
        contents = msgspec.structs.replace(contents, events=permitted(contents.events, message, account, settings))
    return msgspec.structs.replace(
        contents, events=tuple(_sent_from(event, message, account) for event in contents.events)
    )


def _plain(body: str, settings: Settings, account: str | None) -> Event | None:
    """The event of a message in which there is nothing but that to judge: from this account, and plain."""
    event = None if account is None or settings.accounts or settings.producers else plain_event(body)
    return None if event is None or event.account != account or _is_of_aws(event.source) else event


def _sent_from(event: Event, message: Mapping[str, Any], account: str | None) -> Event:
    """The event with the account that sent its message; what is not from a bus came from our own intake."""
    return event.sent_from(message.get("account", account))


def error_of(refused: Refused) -> InvalidEventError:
    """The error that intake found, as rejections keep it."""
    return InvalidEventError(refused.field, _value(refused.value), refused.expected)


def _wants_translating(message: Mapping[str, Any]) -> bool:
    source, detail_type = message.get("source"), message.get("detail-type")
    return (isinstance(source, str) and _is_of_aws(source)) or (
        isinstance(detail_type, str) and detail_type.startswith("dev.cdevents")
    )


def _is_of_aws(source: str) -> bool:
    return source.startswith("aws.")


def _translated(message: dict[str, Any], settings: Settings) -> Contents:
    from shared.sources.envelope import canonical_events  # noqa: PLC0415  every translator: only for AWS, CDEvents

    try:
        translation = canonical_events(message, settings.options())
    except UnreadableDeliveryError as error:
        raise InvalidEventError(error.field, _value(error.value), error.expected) from error
    source = message["source"] if isinstance(message.get("source"), str) else ""
    if translation.ignored is not None:
        return Contents(ignored=Ignored(source=source, kind=translation.kind, reason=translation.ignored))
    return Contents(tuple(decode(event.envelope(source)) for event in translation.events))


def _value(shown: str) -> Any:
    """A value that was already written as short text."""
    try:
        return json.loads(shown)
    except ValueError:
        return shown
