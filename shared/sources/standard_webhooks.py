"""Standard Webhooks: the canonical events themselves, from any sender that signs as that specification says.

One event or a list of them, each as `{"detail-type": …, "detail": {…}}`, or as the specification suggests
`{"type": "deployment.finished", "timestamp": …, "data": {…}}`.
"""

import events
from shared.sources.delivery import Delivery
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields
from shared.sources.options import SourceOptions
from shared.sources.stated import detail_type_of, stated_event
from shared.sources.translation import Canonical, Translation, ignored, natural_id

MOST_EVENTS = 100
"""In one delivery."""


def translate(delivery: Delivery, options: SourceOptions) -> Translation:  # noqa: ARG001  nothing here is a matter of taste
    """Translate one delivery; raises UnreadableDeliveryError for one that breaks a contract."""
    body = delivery.json()
    sent = body if isinstance(body, list) else [body]
    if not 1 <= len(sent) <= MOST_EVENTS:
        raise UnreadableDeliveryError("body", body, f"1 to {MOST_EVENTS} events")
    message = delivery.header("webhook-id")
    translated = [
        _event(Fields(each, f"[{place}]" if isinstance(body, list) else ""), _id(message, place, len(sent)))
        for place, each in enumerate(sent)
    ]
    known = tuple(each for each in translated if isinstance(each, Canonical))
    if known:
        return Translation(known, None, known[0].detail_type)
    return ignored(str(translated[0]), f"`{str(translated[0])[:64]}` is no event that is counted")


def _event(sent: Fields, id: str | None) -> Canonical | str:
    """The event, or the name of its kind where that is somebody else's."""
    if "detail-type" in sent:
        name = sent.text("detail-type")
        if name not in events.DETAIL_TYPES:
            raise sent.refused("detail-type", "a detail-type that producers send, such as `Deployment Finished`")
        return stated_event(name, sent.object("detail"), id, sent.raw("timestamp"))
    name = sent.text("type")
    detail_type = detail_type_of(name)
    return stated_event(detail_type, sent.object("data"), id, sent.raw("timestamp")) if detail_type else name


def _id(message: str | None, place: int, count: int) -> str | None:
    """The message's id where an event says none: it is signed, and the same when the sender tries again."""
    return natural_id(message, str(place) if count > 1 else None) if message else None
