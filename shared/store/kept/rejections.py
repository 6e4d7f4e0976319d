"""Deliveries that broke their contract: kept with the reason, for a person; never retried, never lost."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from events import InvalidEventError
from shared.store.kept.senders import Sender, sender_of
from shared.store.table import names
from shared.store.table.items import RejectedItem
from shared.store.table.keys import stamp
from shared.store.table.table import Table
from shared.store.table.texts import short

_LONGEST_BODY = 300_000
_MONTHS = 27
"""How many months back rejections are counted: a little more than a report remembers."""


class Rejection(Struct, frozen=True):
    """Why a delivery is refused; of an event its own body tells the sender."""

    body: str
    error: InvalidEventError
    arrived: datetime
    sender: Sender | None = None


def keep_rejection(table: Table, rejection: Rejection) -> None:
    """Store a rejection; the same delivery again is the same item."""
    sender = rejection.sender or sender_of(rejection.body)
    error = rejection.error
    content = hashlib.sha256(f"{error.field}\0{rejection.body}".encode(errors="replace")).hexdigest()[:16]
    arrived = stamp(rejection.arrived)
    table.put(
        table.new(
            RejectedItem,
            _partition(rejection.arrived),
            f"{names.REJECTED_SORT}{arrived}#{content}",
            reason=_text(error.expected),
            field=_text(error.field),
            value=_text(json.dumps(error.value, ensure_ascii=True, default=str)),
            source=_text(sender.source),
            detail_type=_text(sender.detail_type),
            event_id=_text(sender.id),
            arrived_at=arrived,
            body=_kept(rejection.body),
        )
    )


def rejections(table: Table, until: datetime, months: int = _MONTHS) -> Iterator[RejectedItem]:
    """What was rejected in the months up to a moment, newest month first."""
    month = until.astimezone(UTC).replace(day=1)
    for _ in range(months):
        yield from table.query(RejectedItem, _partition(month), begins=names.REJECTED_SORT)
        month = (month - timedelta(days=1)).replace(day=1)


def body_of(item: RejectedItem) -> str | None:
    """What was delivered; None where it was too large to keep."""
    return None if item.body is None else zlib.decompress(item.body).decode()


def _partition(moment: datetime) -> str:
    return f"{names.REJECTED_PREFIX}{moment.astimezone(UTC):%Y-%m}"


def _text(value: Any) -> str | None:
    return None if value is None else short(value)


def _kept(body: str) -> bytes | None:
    """The delivery itself, compressed; None where it is too large to keep."""
    packed = zlib.compress(body.encode(errors="backslashreplace"), 6)
    return packed if len(packed) <= _LONGEST_BODY else None
