"""Standard Webhooks: the canonical events themselves, from any sender that signs as that specification says.

One event or a list of them, each as `{"detail-type": …, "detail": {…}}`, or as the specification suggests
`{"type": "deployment.finished", "timestamp": …, "data": {…}}`.
"""

from typing import Any

import msgspec

import events
from shared.sources.delivery import Delivery
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields
from shared.sources.options import SourceOptions
from shared.sources.translation import Canonical, Translation, ignored, natural_id

MOST_EVENTS = 100
"""In one delivery."""
_SOURCE = "standard-webhooks"


def translate(delivery: Delivery, options: SourceOptions) -> Translation:  # noqa: ARG001 - nothing here is a matter of taste
    """What one delivery means; raises UnreadableDeliveryError for one that breaks a contract."""
    body = delivery.json()
    sent = body if isinstance(body, list) else [body]
    if not 1 <= len(sent) <= MOST_EVENTS:
        raise UnreadableDeliveryError("body", body, f"1 to {MOST_EVENTS} events")
    message = delivery.header("webhook-id")
    found = [
        _event(Fields(each, f"[{place}]" if isinstance(body, list) else ""), _id(message, place, len(sent)))
        for place, each in enumerate(sent)
    ]
    known = tuple(each for each in found if isinstance(each, Canonical))
    if known:
        return Translation(known, None, known[0].detail_type)
    return ignored(str(found[0]), f"`{str(found[0])[:64]}` is no event that is counted")


def _event(sent: Fields, id: str | None) -> Canonical | str:
    """The event, or the name of its kind where that is another's; only fields of the contract are taken."""
    if "detail-type" in sent:
        detail_type, detail = sent.text("detail-type"), sent.object("detail")
    else:
        name = sent.text("type")
        detail_type = _DETAIL_TYPES.get(_plain(name), "")
        if not detail_type:
            return name
        detail = sent.object("data")
    given = {name: detail.raw(name) for name in _fields(detail_type) if name in detail}
    stated = {"id": id, "time": sent.raw("timestamp")} | given
    try:
        event = events.decode({"source": _SOURCE, "detail-type": detail_type, "detail": stated})
    except events.InvalidEventError as error:
        path = f"{sent.path}.{error.field}" if sent.path else error.field
        raise UnreadableDeliveryError(path, error.value, error.expected) from error
    plain: dict[str, Any] = msgspec.to_builtins(event.detail)
    return Canonical(event.detail_type, plain)


def _id(message: str | None, place: int, count: int) -> str | None:
    """Where an event says no id, the message's: it is signed, and the same when the sender tries again."""
    return natural_id(message, str(place) if count > 1 else None) if message else None


def _fields(detail_type: str) -> tuple[str, ...]:
    model = events.DETAIL_TYPES.get(detail_type)
    return model.__struct_fields__ if model else ()


def _plain(name: str) -> str:
    return name.casefold().replace(".", " ").replace("_", " ").replace("-", " ")


_DETAIL_TYPES = {_plain(name): name for name in events.DETAIL_TYPES}
