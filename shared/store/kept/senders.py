"""The sender of a delivery that is no valid event, as far as it can be told."""

import json
from typing import Any

from msgspec import Struct


class Sender(Struct, frozen=True):
    """Source, id, type and flywheel as stated; None where they are not texts."""

    source: str | None = None
    id: str | None = None
    detail_type: str | None = None
    flywheel: str | None = None


def sender_of(body: bytes | str) -> Sender:
    """Read as much as there is."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return Sender()
    if not isinstance(envelope, dict):
        return Sender()
    detail = envelope.get("detail")
    named = detail if isinstance(detail, dict) and "id" in detail else envelope
    flywheel = detail.get("flywheel") if isinstance(detail, dict) else None
    names = (envelope.get("source"), named.get("id"), envelope.get("detail-type"), flywheel)
    return Sender(*map(_text, names))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
