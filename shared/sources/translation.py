"""The result of translating: canonical events, or why nothing came of it."""

import hashlib
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

ID_LENGTH = 128
"""The longest `detail.id` a contract takes."""
_REASON_LENGTH = 400
_KIND_LENGTH = 128
"""Both may hold a part of what was sent, and are written to replies and logs."""


class Canonical(Struct, frozen=True):
    """One canonical event without its source, which the hook or the bus decides."""

    detail_type: str
    detail: dict[str, Any]

    def envelope(self, source: str) -> dict[str, Any]:
        """The event as `events.decode` and the bus take it."""
        return {"source": source, "detail-type": self.detail_type, "detail": self.detail}


class Translation(Struct, frozen=True):
    """The events of a delivery; without any, `ignored` says why in one sentence fit for a reply.

    `kind` is the vendor's own name of what was sent (`deployment_status.created`): what unknown kinds are counted by.
    """

    events: tuple[Canonical, ...] = ()
    ignored: str | None = None
    kind: str = ""


def translated(kind: str, events: Iterable[Canonical], otherwise: str = "nothing in it is counted") -> Translation:
    """A translation of what was found; `otherwise` is the reason where that is nothing."""
    counted = tuple(events)
    return Translation(counted, None if counted else otherwise[:_REASON_LENGTH], kind[:_KIND_LENGTH])


def ignored(kind: str, reason: str) -> Translation:
    """A delivery that is understood, or of an unknown kind, and counts for nothing."""
    return Translation((), reason[:_REASON_LENGTH], kind[:_KIND_LENGTH])


def canonical(detail_type: str, id: str, time: str, **detail: Any) -> Canonical:
    """An event from chosen fields; those that are None, or empty lists, are left out."""
    stated = {name: value for name, value in detail.items() if value is not None and value != []}
    return Canonical(detail_type, {"id": id, "time": time, **stated})


def natural_id(*parts: str | None) -> str:
    """An id from what the vendor itself never changes, joined by `-`: the same for every redelivery, from any hook.

    Where that is longer than an id may be, its end becomes a hash of the whole.
    """
    whole = "-".join(part for part in parts if part)
    if len(whole) <= ID_LENGTH:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:32]
    return f"{whole[: ID_LENGTH - len(digest) - 1]}-{digest}"
