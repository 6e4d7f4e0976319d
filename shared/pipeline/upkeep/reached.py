"""How far refilling has come, and a tick's share of it: looked up at each tick, of which few have anything to do."""

from msgspec import Struct

from shared.store.table import names
from shared.store.table.items import NameItem
from shared.store.table.table import Table

PARTS_READ, PARTS_WRITTEN, EVENTS_READ = 400, 50, 5_000
"""Of one tick, some ten seconds of its time; the part at which one of them is reached is done to its end."""
DONE = "~"
"""Sorts behind every partition."""


class Share(Struct):
    """The share of a tick: what it may still do, and what it did."""

    reads: int = PARTS_READ
    writes: int = PARTS_WRITTEN
    events: int = EVENTS_READ
    written: int = 0

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more is to be begun."""
        return min(self.reads, self.writes, self.events) <= 0


class Reached(Struct, frozen=True):
    """How far the walk has come: all partitions before this one, and of this one all parts up to this sort key."""

    partition: str = ""
    part: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left of what earlier releases wrote."""
        return self.partition == DONE


def reached_of(table: Table) -> Reached:
    """How far earlier ticks came."""
    item = table.get(NameItem, *names.REFILLED)
    return Reached() if item is None else Reached(str(item.partition), str(item.name or ""))


def keep(table: Table, reached: Reached) -> None:
    """Write down how far the walk has come."""
    table.put(table.new(NameItem, *names.REFILLED, partition=reached.partition, name=reached.part or None))
