"""Deliveries that broke their contract: kept with the reason, for a person; never retried, never lost."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from events import InvalidEventError
from shared.store import names
from shared.store.items import RejectedItem
from shared.store.keys import stamp
from shared.store.table import Table

_LONGEST_TEXT = 500
_LONGEST_BODY = 300_000
_MONTHS = 27
"""How many months back rejections are counted: a little more than a report remembers."""


class Rejection(Struct, frozen=True):
    """Why a delivery is refused, with what can be told of whom it came from."""

    body: str
    error: InvalidEventError
    arrived: datetime


def keep_rejection(table: Table, rejection: Rejection) -> None:
    """Store a rejection; the same delivery again is the same item."""
    envelope = _envelope(rejection.body)
    detail = envelope.get("detail")
    error = rejection.error
    content = hashlib.sha256(rejection.body.encode(errors="replace")).hexdigest()[:16]
    arrived = stamp(rejection.arrived)
    table.put(
        table.new(
            RejectedItem,
            _partition(rejection.arrived),
            f"{names.REJECTED_SORT}{arrived}#{content}",
            reason=_text(error.expected),
            field=_text(error.field),
            value=_text(json.dumps(error.value, ensure_ascii=True, default=str)),
            source=_text(envelope.get("source")),
            detail_type=_text(envelope.get("detail-type")),
            event_id=_text(detail.get("id") if isinstance(detail, dict) else None),
            arrived_at=arrived,
            body=_kept(rejection.body),
        )
    )


def rejections(table: Table, until: datetime) -> Iterator[RejectedItem]:
    """What was rejected in the months up to a moment, newest month first."""
    month = until.astimezone(UTC).replace(day=1)
    for _ in range(_MONTHS):
        yield from table.query(RejectedItem, _partition(month), begins=names.REJECTED_SORT)
        month = (month - timedelta(days=1)).replace(day=1)


def _partition(moment: datetime) -> str:
    return f"{names.REJECTED_PREFIX}{moment.astimezone(UTC):%Y-%m}"


def _envelope(body: str) -> dict[str, Any]:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return envelope if isinstance(envelope, dict) else {}


def _text(value: Any) -> str | None:
    """Text that any item takes: short, and without what UTF-8 cannot say."""
    if value is None:
        return None
    return str(value).encode(errors="backslashreplace").decode()[:_LONGEST_TEXT]


def _kept(body: str) -> bytes | None:
    """The delivery itself, compressed; None where it is too large to keep."""
    packed = zlib.compress(body.encode(errors="backslashreplace"), 6)
    return packed if len(packed) <= _LONGEST_BODY else None
