"""ATTEMPT items: work on a flywheel that began and has not ended, or that is owed to it.

Written before the work begins and deleted when it has ended, so that also what kills a process is known of the next
time: whoever was being worked on then comes after all others, and after a few such ends ever less often.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.store.table import names
from shared.store.table.errors import is_retryable
from shared.store.table.items import Item
from shared.store.table.keys import fitted, moment_of, stamp
from shared.store.table.table import Key, Table

Work = Literal["advance", "answer", "audit", "digest"]

SET_ASIDE = 3
"""After so many ends in vain a flywheel is set aside: tried again after ever longer pauses, and told of."""
PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(days=1)


class AttemptItem(Item):
    """One kind of work on one flywheel."""

    KIND = names.ATTEMPT

    flywheel = UnicodeAttribute()
    work = UnicodeAttribute()
    begun_at = UnicodeAttribute()
    times = NumberAttribute()
    """How often it began and did not end; 0 where it is only owed."""

    @property
    def is_set_aside(self) -> bool:
        """Whether it failed so often that it is tried only now and then."""
        return int(self.times) >= SET_ASIDE

    def is_due(self, as_of: datetime) -> bool:
        """Whether it is to be tried again."""
        if not self.is_set_aside:
            return True
        doublings = min(int(self.times) - SET_ASIDE, 10)
        pause: timedelta = min(LONGEST_PAUSE, PAUSE * 2**doublings)
        return moment_of(self.begun_at) + pause <= as_of


def attempt_key(work: Work, flywheel: str) -> Key:
    """The key of an attempt."""
    return names.ATTEMPTS_PARTITION, f"{work}#{fitted(flywheel)}"


class Attempts:
    """The attempts that did not end, as of one moment."""

    def __init__(self, table: Table, as_of: datetime) -> None:
        self._table = table
        self._as_of = as_of
        self._known = {(item.work, item.flywheel): item for item in attempts(table)}

    def owed(self, work: Work) -> set[str]:
        """The flywheels that are to be worked on now because they were not to the end before."""
        return {name for (kind, name), item in self._known.items() if kind == work and item.is_due(self._as_of)}

    def failed(self, work: Work) -> set[str]:
        """The flywheels on which work has ended in vain, whether or not they are to be tried now."""
        return {name for (kind, name), item in self._known.items() if kind == work and int(item.times)}

    def set_aside(self) -> list[str]:
        """The flywheels on which any work has ended in vain again and again."""
        return sorted({str(item.flywheel) for item in self._known.values() if item.is_set_aside})

    @contextmanager
    def begun(self, work: Work, flywheel: str) -> Iterator[None]:
        """Say that work begins; where the block ends well, that it has ended.

        Throttles and lost races are nobody's fault: of them it is only known that the work is still owed.
        """
        before = self._known.get((work, flywheel))
        times = 0 if before is None else int(before.times)
        self._put(work, flywheel, times + 1)
        try:
            yield
        except Exception as error:
            if is_retryable(error):
                self._put(work, flywheel, times)
            raise
        self._table.delete([attempt_key(work, flywheel)])
        self._known.pop((work, flywheel), None)

    def owe(self, work: Work, flywheel: str) -> None:
        """Say that this work is still to be done, where nothing says so yet."""
        if (work, flywheel) not in self._known:
            self._put(work, flywheel, 0)

    def _put(self, work: Work, flywheel: str, times: int) -> None:
        pk, sk = attempt_key(work, flywheel)
        begun = stamp(self._as_of)
        item = self._table.new(AttemptItem, pk, sk, flywheel=flywheel, work=work, begun_at=begun, times=times)
        self._table.put(item)
        self._known[work, flywheel] = item


def attempts(table: Table, *, consistent: bool = True) -> list[AttemptItem]:
    """All work that began and did not end, or is owed."""
    return list(table.query(AttemptItem, names.ATTEMPTS_PARTITION, consistent=consistent))


def set_aside(table: Table, work: Work) -> set[str]:
    """The flywheels on which this work ended in vain again and again; a moment late, at half the price."""
    return {str(each.flywheel) for each in attempts(table, consistent=False) if each.work == work and each.is_set_aside}
