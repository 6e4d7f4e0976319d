"""Writing what was derived while others may be faster: each item as it was read, or not at all."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from shared.store.projections.known import Derived
from shared.store.projections.lane import PATIENCE, Lane
from shared.store.projections.transition_items import Look
from shared.store.projections.turn_items import TurnChange
from shared.store.projections.wheel_cache import derived_at
from shared.store.table import names
from shared.store.table.items import Versioned, WheelItem
from shared.store.table.table import Table


class RacedError(Exception):
    """Somebody else changed an item since it was read."""


class OvertakenError(RacedError):
    """So it turned out before anything was written: the faster one may have done all that there is to do.

    `version`: of the wheel in which something is missing still; None where that was not looked for.
    """

    def __init__(self, version: int | None = None) -> None:
        super().__init__()
        self.version = version


class Lap(Struct, frozen=True):
    """One round of an advance; `idle`: nothing was written in those before, which were all lost.

    `known`: the version of the wheel that did not say all there is to say; `seen`: by partition, the newest segment
    that any of these rounds has read.
    """

    number: int
    lane: Lane
    seen: dict[str, str]
    idle: bool = False
    known: int | None = None

    @property
    def waits(self) -> bool:
        """Whether the faster one is waited for."""
        return self.idle and self.number <= PATIENCE

    @property
    def whole(self) -> bool:
        """Whether nothing that was remembered is believed: something was not as it was known."""
        return self.number > 1 and not self.idle

    def wait_for(self, wheel: WheelItem, *, unsettled: bool) -> None:
        """Raises where the faster one is seen to write still, or who is in the lane has not written yet."""
        version = int(wheel.version)
        known = (
            version if any(wheel.folded.get(each, "") < newest for each, newest in self.seen.items()) else self.known
        )
        if self.waits and (wheel.open or unsettled or (version == known and self.lane.is_taken())):
            raise OvertakenError(known)

    def enter_lane(self, wheel: WheelItem | None) -> None:
        """Raises where another one who lost before folds already, for as long as that is worth waiting for."""
        if self.number > 1 and not self.lane.enter():
            raise OvertakenError(None if wheel is None else int(wheel.version))


def read_as_known(table: Table, flywheel: str, changes: Sequence[TurnChange] | Sequence[Look]) -> dict[str, Derived]:
    """The items that are to be written over; raises where one is not as it is known."""
    known = {change.sk: change.before.version for change in changes if change.before is not None}
    items = derived_at(table, flywheel, known) if known else {}
    if any(sk not in items or int(items[sk].version) != version for sk, version in known.items()):
        raise RacedError
    return items


def write_together(table: Table, wheel: WheelItem, items: Sequence[Derived]) -> WheelItem:
    """Write the wheel, then the items that it names; returns the wheel as it is then, if nobody came in between."""
    _begin(table, wheel)
    for item in items:
        _write(table, item)
    if wheel.open:
        return close(table, wheel, left=int(wheel.left or 0))
    if items:
        stored = table.get(WheelItem, wheel.pk, wheel.sk)
        if stored is None or stored.version != wheel.version:
            raise RacedError
    return wheel


def write_one_by_one(table: Table, wheel: WheelItem, items: Iterable[Derived]) -> list[Derived]:
    """Write the wheel as open, then each item as soon as it is made; returns them."""
    _begin(table, wheel)
    written = []
    for item in items:
        _write(table, item)
        written.append(item)
    return written


def close(table: Table, wheel: WheelItem, *, left: int) -> WheelItem:
    """Write that a wheel is open no more, and how much is left; returns it."""
    closed = table.of(WheelItem)(**wheel.attribute_values)
    closed.version, closed.since, closed.open = int(wheel.version) + 1, int(wheel.version) + 1, None
    closed.left = left or None
    _write(table, closed)
    return closed


def require_unchanged(table: Table, pk: str, wheel: WheelItem | None) -> None:
    """Raises where somebody has written the wheel since it was read."""
    stored = table.get(WheelItem, pk, names.WHEEL_SORT)
    if (stored and stored.version) != (wheel and wheel.version):
        raise OvertakenError


def _begin(table: Table, wheel: WheelItem) -> None:
    try:
        _write(table, wheel)
    except RacedError as error:
        raise OvertakenError from error


def _write(table: Table, item: Versioned) -> None:
    """Write an item whose version is one on; raises where it is no longer as it was read."""
    model = table.of(type(item))
    read = int(item.version) - 1
    if not table.put(item, model.version == read if read else model.pk.does_not_exist()):
        raise RacedError
