"""Bodies of what is kept for a person: an item of their own beside it, which DynamoDB deletes after 30 days."""

import zlib
from datetime import datetime, timedelta
from typing import cast

from shared.store.table import names
from shared.store.table.items import BodyItem, DeadItem, RejectedItem
from shared.store.table.table import Key, Table

KEPT = timedelta(days=30)


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
