"""Messages that are tried alone, written down before they are: who is still being tried when it comes again has ended
the process that tried it.

A mark is written only for a message that came before, and expires by itself after its queue has forgotten it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.store.table import names
from shared.store.table.items import Item
from shared.store.table.table import Key, Table

KEPT = timedelta(days=15)
"""A little longer than a queue keeps a message."""


class TriedItem(Item):
    """A message that came again, tried alone: so that what ends the process is known the next time."""

    KIND = names.TRIED

    message = UnicodeAttribute()
    over = NumberAttribute()
    """1 where the process survived it."""


def begin_trial(table: Table, message: str, sent: datetime) -> None:
    """Say that a message is about to be tried."""
    _put(table, message, sent, over=0)


def end_trial(table: Table, message: str, sent: datetime) -> None:
    """Say that the process has survived trying it, whatever came of it."""
    _put(table, message, sent, over=1)


def deadly(table: Table, messages: Iterable[str]) -> set[str]:
    """Of these, the messages whose last trial never ended."""
    tried = table.get_many(_key(message) for message in messages).values()
    return {item.message for item in (table.read(TriedItem, raw) for raw in tried) if not item.over}


def _put(table: Table, message: str, sent: datetime, over: int) -> None:
    expires = int((sent + KEPT).timestamp())
    table.put(table.new(TriedItem, *_key(message), message=message, over=over, expires=expires))


def _key(message: str) -> Key:
    return names.TRIED_PREFIX + message, names.TRIED_SORT
