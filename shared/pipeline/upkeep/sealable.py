"""What may be sealed: segments that are old enough. Apart from the sealing itself, as most ticks find none."""

from datetime import datetime
from itertools import islice

from msgspec import Struct

from shared.store.segments.hints import UNSEALED
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import SegmentItem
from shared.store.table.keys import segment_floor, stamp
from shared.store.table.table import Table

PARTITIONS_AT_ONCE = 256
"""At 96 ticks a day, each of 24,000 partitions is sealed daily."""
SEGMENTS_AT_ONCE = 2_000
"""Of one partition; the rest is due again at the next tick."""


class Sealable(Struct, frozen=True):
    """The segments of one partition that are old enough to be sealed."""

    partition: str
    segments: tuple[SegmentItem, ...]
    more: bool

    @property
    def flywheels(self) -> set[str]:
        """The flywheels that these segments were to wake; those not woken yet must be, before the segments are gone."""
        return {str(flywheel) for segment in self.segments for flywheel in segment.flywheels or ()}


def due_for_sealing(store: Store, as_of: datetime) -> list[Sealable]:
    """The segments that may be sealed now, partition by partition, the one that has waited longest first."""
    due = islice(store.hints.partitions(stamp(as_of)), PARTITIONS_AT_ONCE)
    return [sealable(store.table, partition, as_of) for partition in due]


def sealable(table: Table, partition: str, as_of: datetime) -> Sealable:
    """The segments of a partition that arrived more than 48 h before."""
    until = segment_floor(as_of - UNSEALED)
    stored = table.query(SegmentItem, partition, begins=names.SEGMENT_SORT, until=until)
    segments = tuple(islice(stored, SEGMENTS_AT_ONCE))
    return Sealable(partition, segments, more=len(segments) == SEGMENTS_AT_ONCE)
