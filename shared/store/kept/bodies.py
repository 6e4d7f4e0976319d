"""What is kept for a person, and its bodies: an item of their own beside it, which DynamoDB deletes after 30 days."""

import zlib
from datetime import datetime, timedelta
from typing import cast

from pynamodb.attributes import BinaryAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.store.table import names
from shared.store.table.items import Item
from shared.store.table.table import Key, Table

KEPT = timedelta(days=30)


class RejectedItem(Item):
    """A delivery that broke its contract, by its ids, and why: kept for a person, never retried."""

    KIND = names.REJECTED

    reason = UnicodeAttribute()
    field = UnicodeAttribute()
    value = UnicodeAttribute()
    source = UnicodeAttribute(null=True)
    event_id = UnicodeAttribute(null=True)
    detail_type = UnicodeAttribute(null=True)
    arrived_at = UnicodeAttribute()
    flywheel = UnicodeAttribute(null=True)
    """As the delivery named it, so that it can be deleted with it."""
    body = BinaryAttribute(legacy_encoding=False, null=True)
    """Only where an earlier release wrote it: what was delivered, as it was."""


class BodyItem(Item):
    """The body as delivered, compressed: of a rejected delivery with its strings masked. Expires."""

    KIND = names.BODY

    body = BinaryAttribute(legacy_encoding=False)


class DeadItem(Item):
    """A message that nobody could handle, kept for longer than its queue would, until it is put back."""

    KIND = names.DEAD

    queue = UnicodeAttribute()
    """Name of the dead-letter queue that it lay in."""
    message_id = UnicodeAttribute()
    sent_at = UnicodeAttribute()
    buried_at = UnicodeAttribute()
    received = NumberAttribute()
    """How often it was tried."""
    reason = UnicodeAttribute(null=True)
    """In the words of who gave up; a work queue's dead letters carry none, their function's log does."""
    told = JSONAttribute()
    """The message's attributes as text."""
    source = UnicodeAttribute(null=True)
    detail_type = UnicodeAttribute(null=True)
    event_id = UnicodeAttribute(null=True)
    flywheel = UnicodeAttribute(null=True)
    destination = UnicodeAttribute(null=True)
    """The queue that it goes back into; absent where nothing is to be done any more."""
    body = BinaryAttribute(legacy_encoding=False, null=True)
    """Only where an earlier release wrote it: what the message said."""
    redriven_at = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    """Which queue it was put back into, or why there was no need."""


def body_key(of: Key) -> Key:
    """Where the body of an item lies."""
    return of[0], names.BODY_SORT + of[1]


def packed_body(body: str) -> bytes:
    """A body as its item holds it."""
    return zlib.compress(body.encode(errors="backslashreplace"), 6)


def keep_body(table: Table, of: Key, packed: bytes, since: datetime) -> None:
    """Write a body, until 30 days after a moment."""
    expires = int((since + KEPT).timestamp())
    table.put(table.new(BodyItem, *body_key(of), body=packed, expires=expires))


def old_body(item: RejectedItem | DeadItem) -> str | None:
    """The body that an earlier release kept in the item itself, for good; None where there is nothing of the kind."""
    packed = cast("bytes | None", item.body)
    return None if packed is None else zlib.decompress(packed).decode()


def read_body(table: Table, of: Key, now: datetime) -> str | None:
    """The body of an item; None where there is none, or its time is over, whether or not it is deleted yet."""
    item = table.get(BodyItem, *body_key(of))
    if item is None or int(item.expires) <= now.timestamp():
        return None
    return zlib.decompress(item.body).decode()
