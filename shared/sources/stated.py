"""Canonical events that senders of other standards wrap: found by the name of their type, cut to their contract."""

from typing import Any

import msgspec

import events
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields
from shared.sources.translation import Canonical


def detail_type_of(name: str) -> str | None:
    """`Deployment Finished`, `deployment.finished` or, with a domain before it, `com.example.deployment.finished`."""
    words = _plain(name).split()
    tails = (" ".join(words[start:]) for start in range(len(words)))
    return next((_DETAIL_TYPES[tail] for tail in tails if tail in _DETAIL_TYPES), None)


def stated_event(detail_type: str, detail: Fields, id: str | None, time: Any) -> Canonical:
    """The event with the fields that its contract knows, nested ones too: what else a sender adds may be about people.

    The id and time are those of the wrapping where it says none itself.
    """
    known = events.DETAIL_TYPES[detail_type].__struct_fields__
    stated = {"id": id, "time": time} | {name: detail.raw(name) for name in known if name in detail}
    try:
        event = events.decode({"source": _ANYBODY, "detail-type": detail_type, "detail": stated})
    except events.InvalidEventError as error:
        field = error.field.replace("detail", detail.path or "detail", 1)
        raise UnreadableDeliveryError(field, error.value, error.expected) from error
    return Canonical(detail_type, msgspec.to_builtins(event.detail))


def _plain(name: str) -> str:
    return name[:256].casefold().replace(".", " ").replace("_", " ").replace("-", " ")


_ANYBODY = "anybody"
_DETAIL_TYPES = {_plain(name): name for name in events.DETAIL_TYPES}
