"""The memory that a warm process has of the log's sealed parts, and how it knows whether they are still those.

Each partition has an edition, a number that whoever changes its sealed parts raises: after the new parts are written,
before anything that is in them is deleted, and again after facts were taken out. A reader asks for the edition after it
has read the segments: where it is the one that it knows, nothing was sealed away under its hands.

Without an edition (never sealed, or deleted) nothing is remembered. It never comes back to an earlier number: a
partition's first edition is the time of its first sealing.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.flywheel.facts.fact import Fact
from shared.flywheel.moments import micros
from shared.store.segments.contents import Contents, contents_of, look_through, packed, read_parts
from shared.store.segments.pack import unpack
from shared.store.segments.sealed_facts import SealedFacts
from shared.store.segments.segments import Partition, read_segments
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import NameItem
from shared.store.table.keys import day_of, stamp
from shared.store.table.table import Key, Table

MOST = 200_000
"""Facts that a process keeps, of all partitions together: some 100 MB."""
ROUNDS = 8


class _Kept(Struct):
    edition: int
    floor: str
    """The first day that was read."""
    days: list[tuple[str, list[Fact]]]
    asked: tuple[str, SealedFacts] | None = None
    """The day from which on they were last asked for, and those."""

    @property
    def size(self) -> int:
        return sum(len(facts) for _, facts in self.days)

    def since(self, floor: str) -> SealedFacts:
        """The facts from a day on: the same object for as long as that day is the same."""
        if self.asked is None or self.asked[0] != floor:
            self.asked = floor, SealedFacts([fact for day, facts in self.days if day >= floor for fact in facts])
        return self.asked[1]


class SealedCache:
    """Reads partitions of one table; the one that was not asked for the longest is forgotten first."""

    def __init__(self, table: Table, most: int = MOST) -> None:
        self._table = table
        self._most = most
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def read(self, partition: str, since: datetime | None = None) -> Partition:
        """The facts of a partition, consistent; with `since`, at least those from that day on.

        What is not sealed is read first: what is then sealed and deleted while we read, the rest holds.
        """
        return self.read_all([partition], since)[partition]

    def read_all(self, partitions: Sequence[str], since: datetime | None = None) -> dict[str, Partition]:
        """The same of several, with one look at their editions."""
        fresh = {partition: read_segments(self._table, partition) for partition in partitions}
        floor = "" if since is None else day_of(since)
        editions = self._table.get_many((partition, names.PARTITION_SORT) for partition in partitions)
        return {
            partition: Partition(facts, newest, self._sealed(partition, floor, editions).since(floor))
            for partition, (facts, newest) in fresh.items()
        }

    def _sealed(self, partition: str, floor: str, editions: Mapping[Key, dict[str, Any]]) -> _Kept:
        raw = editions.get((partition, names.PARTITION_SORT))
        item = None if raw is None else self._table.read(NameItem, raw)
        edition = edition_of(item)
        kept = self._kept.pop(partition, None)
        if kept is None or kept.edition != edition or kept.floor > floor:
            kept = _Kept(edition, floor, list(_days(self._table, partition, floor, contents_of(item))))
        if edition:
            self._keep(partition, kept)
        return kept

    def _keep(self, partition: str, kept: _Kept) -> None:
        self._kept[partition] = kept
        total = sum(each.size for each in self._kept.values())
        while total > self._most:
            _, forgotten = self._kept.popitem(last=False)
            total -= forgotten.size


def _days(table: Table, partition: str, floor: str, contents: Contents | None) -> Iterator[tuple[str, list[Fact]]]:
    for item in read_parts(table, partition, floor, contents):
        yield item.sk.removeprefix(names.SEALED_SORT).partition("#")[0], unpack(item.facts)


def edition_of(item: NameItem | None) -> int:
    """Of a partition; 0 where it has none."""
    return 0 if item is None or item.edition is None else int(item.edition)


def begin_edition(  # noqa: PLR0913, PLR0917  of what, from when on, and what is other in it
    table: Table, partition: str, as_of: datetime, due: datetime, days: Iterable[str] = (), leaving: Iterable[str] = ()
) -> None:
    """Say that the sealed parts of a partition are others now, which it has, and when it is due again.

    `days`: those of which parts were written; `leaving`: sort keys of parts that are about to be deleted.
    """
    days, leaving = list(days), set(leaving)

    def changed(item: NameItem) -> None:
        item.edition = max(edition_of(item) + 1, micros(as_of))
        item.contents = packed(look_through(table, partition, contents_of(item), days, leaving))
        item.due_pk, item.due_at = names.DUE_SEALING, stamp(due)

    _raise(table, partition, changed)


def raise_edition(table: Table, partition: str) -> None:
    """Say that the sealed parts of a partition are others now, nobody knows which; one that has no edition is
    remembered by nobody.
    """

    def changed(item: NameItem) -> None:
        item.edition, item.contents = edition_of(item) + 1, None

    _raise(table, partition, changed, only_known=True)


def _raise(table: Table, partition: str, change: Callable[[NameItem], None], *, only_known: bool = False) -> None:
    """Under the condition that nobody else did in between: so no number is given twice, and what was looked at since
    the item was read holds all that earlier ones tell of.
    """
    model = table.of(NameItem)
    for _ in range(ROUNDS):
        item = table.get(NameItem, partition, names.PARTITION_SORT)
        before = edition_of(item)
        if only_known and not before:
            return
        item = item or table.new(NameItem, partition, names.PARTITION_SORT)
        change(item)
        if table.put(item, model.edition == before if before else model.edition.does_not_exist()):
            return
    raise LostRaceError(f"edition of {partition}", ROUNDS)
