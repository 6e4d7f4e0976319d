"""The contents of a partition: which sealed parts it has, so that who reads them knows that he has seen them all.

A part never changes, and its key holds the hash of what is in it: so the keys of a month tell all that lies there. The
partition's edition has a hash of them for each month. It is made by a consistent look, after the edition before it was
read and under the condition that nobody raised that meanwhile, and before anything is deleted that the parts hold.

So parts are read at half the price, eventually consistent, and a month is read again, consistently, where what came is
not just what the edition says: a part too few or too many, as while another seals. Who takes facts out of parts, or
mends them, lets the contents go; then all is read consistently until the next sealing has looked through them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

import msgspec

from shared.store.table import names
from shared.store.table.items import NameItem, SealedItem
from shared.store.table.keys import month_of, sealed_floor
from shared.store.table.table import Table

MONTHS = 240
"""So many months are told of, the newest: 3 KB of the partition's edition."""

Contents = dict[str, bytes]
"""By month a hash of the sort keys of its sealed parts."""


def contents_of(item: NameItem | None) -> Contents | None:
    """What the edition of a partition tells; None where it tells nothing."""
    if item is None or item.contents is None:
        return None
    return msgspec.msgpack.decode(item.contents, type=Contents)


def packed(contents: Contents) -> bytes:
    """Contents as the edition has them."""
    return msgspec.msgpack.encode(contents)


def look_through(
    table: Table, partition: str, known: Contents | None, days: Iterable[str], leaving: Collection[str]
) -> Contents:
    """The contents anew: of the months of these days, or of all where nothing is known.

    `leaving`: sort keys of parts that are about to be deleted, as others hold their facts.
    """
    begins = [""] if known is None else sorted({month_of(day) for day in days})
    contents = dict(known or {})
    for each in begins:
        items = table.query(SealedItem, partition, begins=names.SEALED_SORT + each)
        by_month = _by_month(item for item in items if item.sk not in leaving)
        contents |= {month: _hash(parts) for month, parts in by_month.items()}
    return dict(sorted(contents.items())[-MONTHS:])


def read_parts(table: Table, partition: str, floor: str, contents: Contents | None) -> Iterator[SealedItem]:
    """All sealed parts of a partition from a day on, and perhaps earlier ones of its month."""
    month = month_of(floor)
    if contents is None or (len(contents) == MONTHS and month < min(contents)):
        yield from _query(table, partition, floor, consistent=True)
        return
    by_month = _by_month(_query(table, partition, month, consistent=False))
    for each in sorted(by_month.keys() | {name for name in contents if name >= month}):
        if _hash(by_month[each]) == contents.get(each):
            yield from by_month[each]
        else:
            yield from table.query(SealedItem, partition, begins=names.SEALED_SORT + each)


def _query(table: Table, partition: str, floor: str, *, consistent: bool) -> Iterator[SealedItem]:
    after = sealed_floor(floor) if floor else None
    return table.query(SealedItem, partition, begins=names.SEALED_SORT, after=after, consistent=consistent)


def _by_month(items: Iterable[SealedItem]) -> defaultdict[str, list[SealedItem]]:
    by_month: defaultdict[str, list[SealedItem]] = defaultdict(list)
    for item in items:
        by_month[month_of(item.sk.removeprefix(names.SEALED_SORT).partition("#")[0])].append(item)
    return by_month


def _hash(items: Iterable[SealedItem]) -> bytes:
    return hashlib.sha256("\n".join(sorted(item.sk for item in items)).encode()).digest()[:8]
