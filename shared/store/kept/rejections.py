"""Deliveries that broke their contract: kept with the reason, for a person; never retried, never lost.

The reason and the ids stay for good; the body, its strings masked, for 30 days.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from events import InvalidEventError
from shared.store.kept.bodies import RejectedItem, keep_body, old_body, packed_body, read_body
from shared.store.kept.masking import masked_body
from shared.store.kept.senders import Sender, sender_of
from shared.store.table import names
from shared.store.table.keys import moment_of, stamp
from shared.store.table.table import Table
from shared.store.table.texts import short

_LONGEST_BODY = 380_000
_QUOTED = re.compile(r'\["[^\]]*\]')
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
    key = _partition(rejection.arrived), f"{names.REJECTED_SORT}{arrived}#{content}"
    packed = packed_body(masked_body(rejection.body))
    if len(packed) <= _LONGEST_BODY:
        keep_body(table, key, packed, rejection.arrived)
    table.put(
        table.new(
            RejectedItem,
            *key,
            reason=_text(error.expected),
            field=_text(_unquoted(error.field)),
            value=_text(masked_body(json.dumps(error.value, ensure_ascii=False, default=str))),
            source=_text(sender.source),
            detail_type=_text(sender.detail_type),
            event_id=_text(sender.id),
            flywheel=_text(sender.flywheel),
            arrived_at=arrived,
        )
    )


def scrub_rejection(table: Table, item: RejectedItem) -> bool:
    """Take out of a rejection what an earlier release kept with it for good; says whether there was anything."""
    body = old_body(item)
    if body is None:
        return False
    packed = packed_body(masked_body(body))
    if len(packed) <= _LONGEST_BODY:
        keep_body(table, (item.pk, item.sk), packed, moment_of(item.arrived_at))
    item.flywheel = sender_of(body).flywheel
    item.value, item.field, item.body = masked_body(item.value), _unquoted(item.field), None
    table.put(item)
    return True


def rejections(table: Table, until: datetime, months: int = _MONTHS) -> Iterator[RejectedItem]:
    """The rejections of the months up to a moment, newest month first."""
    month = until.astimezone(UTC).replace(day=1)
    for _ in range(months):
        yield from table.query(RejectedItem, _partition(month), begins=names.REJECTED_SORT)
        month = (month - timedelta(days=1)).replace(day=1)


def recent_rejections(table: Table, since: datetime, until: datetime) -> Iterator[RejectedItem]:
    """The rejections that arrived after `since`, a few days before `until` at most; oldest first."""
    after = f"{names.REJECTED_SORT}{stamp(since)}"
    for partition in dict.fromkeys((_partition(since), _partition(until))):
        yield from table.query(RejectedItem, partition, begins=names.REJECTED_SORT, after=after, consistent=False)


def body_of(table: Table, item: RejectedItem, now: datetime) -> str | None:
    """The body as delivered, its strings masked, of the last 30 days; None where it was too large to keep."""
    return read_body(table, (item.pk, item.sk), now)


def _unquoted(field: str) -> str:
    """A path without names of fields that are none: somebody may have written anything there."""
    return _QUOTED.sub('["…"]', field)


def _partition(moment: datetime) -> str:
    return f"{names.REJECTED_PREFIX}{moment.astimezone(UTC):%Y-%m}"


def _text(value: Any) -> str | None:
    return None if value is None else short(value)
