"""The lane of a flywheel: of those who lost a race to write what they folded, one folds again and the others wait.

It is no lock. Whoever writes asks that nothing changed meanwhile, in the lane or not; the lane only spares the others
a fold that would be in vain. Who meets nobody never looks at it, and who died in it is passed at last.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import PynamoDBException

from shared.store.table import names
from shared.store.table.items import Versioned
from shared.store.table.keys import wheel_partition
from shared.store.table.table import Table

PATIENCE = 16
"""So many rounds does one who lost wait for one faster one to come to its end."""


class LaneItem(Versioned):
    """Whether the lane is taken."""

    KIND = names.LANE

    taken = NumberAttribute(null=True)
    """1 while somebody is in it."""


class Lane:
    """The lane as one sees it who may enter it."""

    def __init__(self, table: Table, flywheel: str) -> None:
        self._table = table
        self._pk = wheel_partition(flywheel)
        self._entered: int | None = None
        """The version that the item got when we entered."""
        self._met = 0, 0
        """The version by which we know who was in it when we looked last, and how often we have met that one."""

    def is_taken(self) -> bool:
        """Whether somebody else is in it."""
        return self._entered is None and self._keeps_out(self._seen())

    def enter(self) -> bool:
        """Enter the lane, unless we are in it; False where somebody else is, and not for too long, or enters now."""
        if self._entered is None:
            seen = self._seen()
            if not self._keeps_out(seen):
                self._entered = self._write(seen, taken=1)
        return self._entered is not None

    def leave(self) -> None:
        """Leave the lane to the next one, unless somebody has passed."""
        if self._entered is None:
            return
        seen = self._seen()
        if seen is not None and int(seen.version) == self._entered:
            self._write(seen, taken=None)
        self._entered = None

    def _seen(self) -> LaneItem | None:
        return self._table.get(LaneItem, self._pk, names.LANE_SORT)

    def _keeps_out(self, seen: LaneItem | None) -> bool:
        if seen is None or not seen.taken:
            return False
        version, times = int(seen.version), 1
        if version == self._met[0]:
            times += self._met[1]
        self._met = version, times
        return times <= PATIENCE

    def _write(self, seen: LaneItem | None, *, taken: int | None) -> int | None:
        """The version that was written; None where somebody else was faster."""
        model, version = self._table.of(LaneItem), 1 if seen is None else int(seen.version) + 1
        item = self._table.new(LaneItem, self._pk, names.LANE_SORT, version=version, taken=taken)
        condition = model.pk.does_not_exist() if seen is None else model.version == version - 1
        return version if self._table.put(item, condition) else None


@contextmanager
def lane_of(table: Table, flywheel: str) -> Iterator[Lane]:
    """The lane of a flywheel, left at the end; where the table does not answer, others pass at last."""
    lane = Lane(table, flywheel)
    try:
        yield lane
    finally:
        with suppress(PynamoDBException):
            lane.leave()
