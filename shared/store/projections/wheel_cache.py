"""The memory that a warm process has of a wheel's turns and transitions, and how it knows which of them are still so.

The WHEEL is written before them and names the last that were: so whoever remembers them as of one of its versions reads
only those that were written since. Who is overtaken while writing finds the WHEEL changed and starts again. What a
writer named but is not seen to have written (it is on its way, or has died) is unsettled, and read again.

Too many to name leave the WHEEL `open` until they are all written; of an open wheel nobody remembers anything.

What a process remembers outlives it, where there is much of it: it lies in KNOWN items, as of a version of the WHEEL,
and a cold process brings it up to date as a warm one does. It is written anew by whoever is about to write the WHEEL
that no longer names all since then; all of it seldom, else what differs.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from shared.flywheel.moments import micros
from shared.store.projections.known import (
    Derived,
    Known,
    KnownTransition,
    KnownTurn,
    known_of,
    pack_known,
    unpack_known,
    without_old,
)
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import Item, TransitionItem, TurnItem, WheelItem
from shared.store.table.keys import stamp, wheel_partition
from shared.store.table.table import Table

MOST = 20_000
"""Turns and transitions that a process keeps, of all wheels together: some 10 MB."""
LASTING = 400
"""So many turns and transitions are worth to be known to cold processes: fewer are read for some 60 units."""
LARGEST = 380_000
"""Bytes of what is known, of the 400 KB that DynamoDB allows for an item."""
ROOM = 400
"""Bytes for the names of what was written, so that the WHEEL stays within one write unit."""
ROUNDS = 8
_EVEN = 256
"""What differs is written until its bytes, squared, are so many times those of all: about then both cost the same."""

_ALL, _SINCE = f"{names.KNOWN_SORT}all", f"{names.KNOWN_SORT}since"


class KnownItem(Item):
    """What is known of a wheel's turns and transitions as of one of its versions (`shared.store.projections.known`).

    One item has all of it, another one what is different since.
    """

    KIND = names.KNOWN

    began = UnicodeAttribute()
    """Of the wheel."""
    base = NumberAttribute()
    """The version of the wheel as of which the one is that has all; its own, in that one itself."""
    version = NumberAttribute()
    """The version of the wheel as of which this is."""
    packed = BinaryAttribute(legacy_encoding=False)


class Write(Struct, frozen=True, array_like=True):
    """An item that an advance set out to write: with which version of the wheel, where, and as which version."""

    wheel: int
    sk: str
    version: int


class Stored:
    """What is known of a wheel's turns and transitions by their sort keys, as of one version of the wheel."""

    def __init__(self, began: str | None, items: Mapping[str, Known], version: int = 0) -> None:
        self.began = began
        self.version = version
        self.items = dict(items)
        self.unsettled: tuple[Write, ...] = ()

    @property
    def turns(self) -> dict[str, KnownTurn]:
        """Those of them that are turns."""
        return {sk: known for sk, known in self.items.items() if isinstance(known, KnownTurn)}

    @property
    def shown(self) -> dict[str, KnownTransition]:
        """Those of them that are transitions."""
        return {sk: known for sk, known in self.items.items() if isinstance(known, KnownTransition)}

    def settle(self, wheel: WheelItem | None) -> None:
        """Say as of which version this is, and what of it is on its way."""
        self.version = 0 if wheel is None else int(wheel.version)
        self.unsettled = tuple(unsettled(writes_of(wheel), self.items))

    def put(self, wheel: WheelItem, written: Iterable[Derived]) -> None:
        """Take up what this process itself has written."""
        self.items.update((str(item.sk), known_of(item)) for item in written)
        self.began = wheel.began
        self.settle(wheel)


class WheelCache:
    """Reads the wheels of one table; the one that was not asked for the longest is forgotten first."""

    def __init__(self, table: Table, most: int = MOST) -> None:
        self._table = table
        self._most = most
        self._kept: OrderedDict[str, Stored] = OrderedDict()
        self._settled: dict[str, str] = {}

    def is_settled(self, wheel: WheelItem) -> bool:
        """Whether all that the wheel names was written; asked once for each of its versions."""
        flywheel, version = str(wheel.flywheel), f"{wheel.began} {wheel.version}"
        if self._settled.get(flywheel) == version:
            return True
        named = writes_of(wheel)
        if wheel.open or any(unsettled(named, derived_at(self._table, flywheel, (write.sk for write in named)))):
            return False
        self._settled[flywheel] = version
        return True

    def read(self, flywheel: str, wheel: WheelItem | None, *, whole: bool = False) -> Stored:
        """The turns and transitions of a wheel that was just read; `whole`: nothing that was remembered is believed."""
        stored = self._kept.pop(flywheel, None)
        if stored is None and not whole and wheel is not None and wheel.known is not None:
            stored = self._lasting(flywheel)
        if stored is not None and not whole and _reaches(stored, wheel):
            since = stored.version
            asked = [write.sk for write in writes_of(wheel) if write.wheel > since]
            self._refresh(flywheel, stored, {*asked, *(write.sk for write in stored.unsettled)})
        else:
            stored = Stored(wheel.began if wheel else None, {item.sk: known_of(item) for item in self._all(flywheel)})
        stored.settle(wheel)
        return stored

    def lay_down(self, stored: Stored, wheel: WheelItem, old: datetime) -> int | None:
        """Have what is known outlive this process where the wheel that is about to be written names no longer all
        since; returns the version as of which it does. What happened by `old` takes less room.
        """
        before = None if wheel.known is None else int(wheel.known)
        named = before is not None and int(wheel.since) <= before
        if named or wheel.open or stored.unsettled or stored.began is None or len(stored.items) < LASTING:
            return before
        items = without_old(stored.items, micros(old))
        base = self._table.get(KnownItem, wheel.pk, _ALL)
        if base is not None and base.began == stored.began:
            known = unpack_known(base.packed)
            since: dict[str, Known | None] = dict.fromkeys(known.keys() - items.keys())
            since |= {sk: each for sk, each in stored.items.items() if known.get(sk) not in (each, items[sk])}
            packed = pack_known(since)
            if len(packed) ** 2 <= _EVEN * len(base.packed):
                return self._keep_known(stored, wheel, _SINCE, int(base.base), packed)
        return self._keep_known(stored, wheel, _ALL, stored.version, pack_known(items))

    def _keep_known(self, stored: Stored, wheel: WheelItem, sk: str, base: int, packed: bytes) -> int | None:
        if len(packed) > LARGEST:
            return None
        content = {"began": stored.began, "base": base, "version": stored.version, "packed": packed}
        self._table.put(self._table.new(KnownItem, wheel.pk, sk, **content))
        return stored.version

    def _lasting(self, flywheel: str) -> Stored | None:
        """What another process knew, as far as it is to be seen; as of which version, it says itself."""
        stored = self._table.query(KnownItem, wheel_partition(flywheel), begins=names.KNOWN_SORT, consistent=False)
        items = {item.sk: item for item in stored}
        base, since = items.get(_ALL), items.get(_SINCE)
        if base is None:
            return None
        known, version = unpack_known(base.packed), int(base.version)
        if since is not None and (since.began, since.base) == (base.began, base.base):
            known, version = known | unpack_known(since.packed), int(since.version)
        return Stored(base.began, {sk: each for sk, each in known.items() if each is not None}, version)

    def keep(self, flywheel: str, stored: Stored) -> None:
        """Remember what is as the wheel says."""
        self._kept[flywheel] = stored
        total = sum(len(each.items) for each in self._kept.values())
        while total > self._most:
            _, forgotten = self._kept.popitem(last=False)
            total -= len(forgotten.items)

    def _all(self, flywheel: str) -> Iterator[Derived]:
        pk = wheel_partition(flywheel)
        yield from self._table.query(TurnItem, pk, begins=names.TURN_SORT)
        yield from self._table.query(TransitionItem, pk, begins=names.TRANSITION_SORT)

    def _refresh(self, flywheel: str, stored: Stored, wanted: set[str]) -> None:
        fresh = derived_at(self._table, flywheel, wanted)
        for sk in wanted - fresh.keys():
            stored.items.pop(sk, None)
        stored.items.update((sk, known_of(item)) for sk, item in fresh.items())


def _reaches(stored: Stored, wheel: WheelItem | None) -> bool:
    """Whether the wheel names all that was written since."""
    if wheel is None or wheel.began is None or wheel.began != stored.began:
        return False
    return int(wheel.since) <= stored.version <= int(wheel.version)


def writes_of(wheel: WheelItem | None) -> tuple[Write, ...]:
    """The writes that the WHEEL names, in order."""
    writes: Any = None if wheel is None else wheel.writes
    return msgspec.convert(writes or [], tuple[Write, ...])


def unsettled(writes: Iterable[Write], items: Mapping[str, Derived | Known]) -> Iterator[Write]:
    """Those of the writes that are not to be seen."""
    for write in writes:
        item = items.get(write.sk)
        if item is None or int(item.version) < write.version:
            yield write


def derived_at(table: Table, flywheel: str, sks: Iterable[str]) -> dict[str, Derived]:
    """The turns and transitions of a wheel at these sort keys."""
    pk = wheel_partition(flywheel)
    items = table.get_many((pk, sk) for sk in sks)
    return {sk: table.read(_kind_at(sk), raw) for (_, sk), raw in items.items()}


def _kind_at(sk: str) -> type[TurnItem] | type[TransitionItem]:
    return TurnItem if sk.startswith(names.TURN_SORT) else TransitionItem


def claim(before: WheelItem | None, items: Sequence[Derived], now: datetime, *, more: bool = False) -> dict[str, Any]:
    """The attributes by which a WHEEL, one version on, says what is about to be written.

    `more`: than is known by now.
    """
    version = 1 if before is None else int(before.version) + 1
    mine = [Write(version, item.sk, int(item.version)) for item in items]
    trusted = before is not None and before.began is not None and not before.open
    earlier = writes_of(before) if trusted else ()
    since = int(before.since) if before is not None and trusted else version - 1
    again = {each.sk for each in mine}
    kept, left_out = _fitting([*(write for write in earlier if write.sk not in again), *mine])
    since = max(since, left_out)
    is_open = more or since >= version or (before is not None and bool(before.open))
    return {
        "began": before.began if before is not None and before.began else stamp(now),
        "version": version,
        "writes": [] if is_open else msgspec.to_builtins(kept),
        "since": version if is_open else since,
        "open": 1 if is_open else None,
        "known": None if before is None else before.known,
    }


def _fitting(writes: Sequence[Write]) -> tuple[list[Write], int]:
    """The last of these writes that there is room for, and the wheel's version of the last that is left out."""
    room, first = ROOM, len(writes)
    for write in reversed(writes):
        room -= len(msgspec.json.encode(write)) + 1
        if room < 0:
            return list(writes[first:]), write.wheel
        first -= 1
    return list(writes), 0


def distrust(table: Table, flywheel: str) -> None:
    """Have everyone read the turns and transitions of a wheel again: they were changed by other than an advance."""
    for _ in range(ROUNDS):
        wheel = table.get(WheelItem, wheel_partition(flywheel), names.WHEEL_SORT)
        if wheel is None:
            return
        read = int(wheel.version)
        wheel.version, wheel.since, wheel.writes = read + 1, read + 1, []
        if table.put(wheel, table.of(WheelItem).version == read):
            return
    raise LostRaceError(f"wheel of {flywheel}", ROUNDS)
