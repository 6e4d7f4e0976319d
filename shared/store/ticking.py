"""What `tick` does: what time alone brings, and what a lost stream, a lost wake or new settings left undone."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from shared.flywheel.settings import Settings
from shared.store import names
from shared.store.advance import Advanced, Failed, advance_all
from shared.store.items import SegmentItem, WheelItem
from shared.store.keys import flywheel_of, flywheel_partition, segment_floor, stamp, wheel_partition
from shared.store.store import Store
from shared.store.table import Key

SHARED_SPAN = timedelta(days=2)
"""How far back the shared partition is searched for segments that a wheel should have been woken by."""
AUDITED = 96
"""One in this many wheels is folded again at each tick though nothing tells that it must: at 96 ticks a day, daily."""


class Ticked(Struct, frozen=True):
    """What a tick did."""

    advanced: list[Advanced]
    failed: list[str]
    woken: int


Wake = Callable[[Key], None]


def tick(store: Store, settings: Settings, as_of: datetime, wake: Wake, on_failure: Failed) -> Ticked:
    """Advance the wheels that need it, wake the messages that are overdue."""
    wanted = wheels_to_advance(store, settings, as_of)
    advanced, failed = advance_all(store, settings, wanted, as_of, on_failure)
    overdue = list(store.table.due(names.DUE_LEDGER, stamp(as_of)))
    for key in overdue:
        wake(key)
    return Ticked(advanced, sorted(failed), len(overdue))


def wheels_to_advance(store: Store, settings: Settings, as_of: datetime) -> set[str]:
    """Wheels that are due, not folded up to their newest segments, folded under other settings, or in the sample."""
    due = {flywheel_of(pk) for pk, _ in store.table.due(names.DUE_WHEELS, stamp(as_of))}
    listed = sorted({*store.hints.wheels(), *settings.flywheels})
    stored = _wheels(store, listed)
    fingerprint = settings.fingerprint()
    shared = _woken_by_shared(store, as_of)
    wanted = {flywheel for flywheel in listed if sampled(flywheel, as_of)}
    for flywheel in listed:
        wheel = stored.get(flywheel)
        if wheel is None or wheel.settings != fingerprint:
            wanted.add(flywheel)
        if wheel is None or wheel.folded.get(names.SHARED_PARTITION, "") < shared.get(flywheel, ""):
            wanted.add(flywheel)
        wanted.update(_woken_by_own(store, flywheel, wheel))
    return wanted | due


def sampled(flywheel: str, as_of: datetime) -> bool:
    """Whether a wheel is in this tick's sample: by chance, as far as anybody can tell, yet the same on a retry."""
    drawn = hashlib.sha256(f"{flywheel}\0{stamp(as_of)}".encode()).digest()
    return int.from_bytes(drawn[:4]) % AUDITED == 0


def _wheels(store: Store, flywheels: Sequence[str]) -> dict[str, WheelItem]:
    raw = store.table.get_many((wheel_partition(flywheel), names.WHEEL_SORT) for flywheel in flywheels)
    return {item.flywheel: item for item in (store.table.read(WheelItem, each) for each in raw.values())}


def _woken_by_own(store: Store, flywheel: str, wheel: WheelItem | None) -> Iterator[str]:
    """The wheel itself where segments lie behind what it has folded, and all whom those were to wake."""
    home = flywheel_partition(flywheel)
    folded = "" if wheel is None else wheel.folded.get(home, "")
    after = folded or names.SEGMENT_SORT
    for segment in store.table.query(SegmentItem, home, begins=names.SEGMENT_SORT, after=after, consistent=False):
        yield flywheel
        yield from map(str, segment.flywheels or ())


def _woken_by_shared(store: Store, as_of: datetime) -> dict[str, str]:
    """By flywheel, the newest segment of the shared partition that was to wake it."""
    floor = segment_floor(as_of - SHARED_SPAN)
    found: dict[str, str] = {}
    shared = names.SHARED_PARTITION
    for segment in store.table.query(SegmentItem, shared, begins=names.SEGMENT_SORT, after=floor, consistent=False):
        for flywheel in segment.flywheels or ():
            found[str(flywheel)] = segment.sk
    return found
