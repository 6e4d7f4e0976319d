"""Segments: facts of one partition that arrived together, packed, each below what an item can hold.

After two days they are sealed (`shared.pipeline.upkeep.sealing`): united by the day of their events, which reading
hides.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import each_once, precedence
from shared.store.segments.pack import pack, unpack
from shared.store.table import names
from shared.store.table.errors import TooLargeError
from shared.store.table.items import SegmentItem
from shared.store.table.keys import segment_sort
from shared.store.table.table import Table

if TYPE_CHECKING:
    from shared.store.segments.sealed_facts import SealedFacts

LARGEST = 380_000
"""Bytes of packed facts in one item, of the 400 KB that DynamoDB allows for all its attributes."""

LARGEST_NAMES = 20_000
"""Bytes of names of flywheels beside them."""


class Partition(Struct, frozen=True):
    """The facts of a partition, sealed or not, and the sort key of its newest segment (empty where it has none)."""

    fresh: list[Fact]
    newest: str
    sealed: "SealedFacts"

    @property
    def facts(self) -> list[Fact]:
        """All of them."""
        return [*self.fresh, *self.sealed.facts]


def write_segments(
    table: Table, missing: Mapping[str, Iterable[Fact]], flywheels: Iterable[str], arrived: datetime
) -> None:
    """Write facts by partition. The last segment says whom to wake: by then all others can be read.

    Repositories come first: where the stream is lost, a tick looks for segments that wake others in the partitions of
    flywheels and in the shared one, and in those of repositories only for who deploys from them. More of them than an
    item holds are told by further copies of that last one.
    """
    ordered = sorted(missing, key=lambda partition: (not partition.startswith(names.REPOSITORY_PREFIX), partition))
    parts = [(partition, packed) for partition in ordered for packed in packed_parts(missing[partition])]
    for partition, packed in parts[:-1]:
        table.put(_segment(table, partition, packed, [], arrived))
    for partition, packed in parts[-1:]:
        for batch in _batches(sorted(flywheels)) or [[]]:
            table.put(_segment(table, partition, packed, batch, arrived))


def _batches(flywheels: Sequence[str]) -> list[list[str]]:
    """Flywheels in lists that an item holds beside the largest facts."""
    lists: list[list[str]] = []
    room = 0
    for flywheel in flywheels:
        size = len(flywheel.encode()) + 1
        if size > room:
            lists.append([])
            room = LARGEST_NAMES
        lists[-1].append(flywheel)
        room -= size
    return lists


def read_segments(table: Table, partition: str) -> tuple[list[Fact], str]:
    """The unsealed facts of a partition, over as many pages as it takes, and the sort key of its newest segment."""
    facts: list[Fact] = []
    newest = ""
    for item in table.query(SegmentItem, partition, begins=names.SEGMENT_SORT):
        facts.extend(unpack(item.facts))
        newest = item.sk
    return facts, newest


def packed_parts(facts: Iterable[Fact]) -> Iterator[bytes]:
    """Facts packed in as few parts as fit an item each; raises TooLargeError for a single fact that does not."""
    ordered = sorted(each_once(facts), key=lambda fact: (fact.time, fact.key, precedence(fact)))
    packed = pack(ordered)
    if len(packed) <= LARGEST:
        yield packed
        return
    if len(ordered) == 1:
        raise TooLargeError(len(packed), LARGEST)
    middle = len(ordered) // 2
    yield from packed_parts(ordered[:middle])
    yield from packed_parts(ordered[middle:])


def _segment(table: Table, partition: str, packed: bytes, flywheels: Sequence[str], arrived: datetime) -> SegmentItem:
    """Written again, it is the same item; one that wakes others is another, so that the stream tells of it."""
    content = hashlib.sha256(packed + "\0".join(flywheels).encode())
    return table.new(
        SegmentItem,
        partition,
        segment_sort(arrived, content.hexdigest()),
        facts=packed,
        flywheels=list(flywheels) or None,
    )
