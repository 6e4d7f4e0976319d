"""DELETION items: a flywheel was deleted a short while ago, and is to be given back what came meanwhile.

A warm function may still believe that hints are there which the deletion took; and the facts of an event that is just
being written look like those that an earlier deletion left behind. Some time after a deletion, when neither can be so
any longer, `tick` looks once more at what is there.
"""

import struct
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from shared.store.segments.hints import REMEMBERED
from shared.store.table import names
from shared.store.table.items import Item
from shared.store.table.keys import fitted, stamp
from shared.store.table.table import Table

SETTLED = REMEMBERED + timedelta(minutes=15)
"""So long after a deletion no function is in the middle of an append, and none remembers hints from before it."""
_AT_ONCE = 40_000
"""Keys in one item, 8 bytes each."""


class DeletionItem(Item):
    """One deletion of one flywheel, or a part of what it remembers."""

    KIND = names.DELETION

    flywheel = UnicodeAttribute()
    settled_at = UnicodeAttribute()
    keys = BinaryAttribute(legacy_encoding=False)
    """Of facts that it removed although no EVENT told of them, 8 bytes each, big-endian."""


def remember(table: Table, flywheel: str, keys: Sequence[int], at: datetime) -> None:
    """Write down that a flywheel is being deleted, before the first of it goes; what is known already is kept."""
    known = {key for item in _of(table, flywheel) for key in keys_of(item)}
    wanted = sorted(known.union(keys))
    for number, start in enumerate(range(0, max(1, len(wanted)), _AT_ONCE)):
        part = wanted[start : start + _AT_ONCE]
        packed = struct.pack(f">{len(part)}Q", *part)
        settled = stamp(at + SETTLED)
        sort = f"{fitted(flywheel)}#{number}"
        table.put(
            table.new(DeletionItem, names.DELETIONS_PARTITION, sort, flywheel=flywheel, settled_at=settled, keys=packed)
        )


def settled(table: Table, as_of: datetime) -> list[DeletionItem]:
    """The deletions that can be looked at once more."""
    return [item for item in table.query(DeletionItem, names.DELETIONS_PARTITION) if item.settled_at <= stamp(as_of)]


def keys_of(item: DeletionItem) -> tuple[int, ...]:
    """The keys that an item remembers."""
    return struct.unpack(f">{len(item.keys) // 8}Q", item.keys)


def _of(table: Table, flywheel: str) -> Iterator[DeletionItem]:
    return table.query(DeletionItem, names.DELETIONS_PARTITION, begins=f"{fitted(flywheel)}#")
