"""What `tick` does: what time alone brings, and what a lost stream, a lost wake or new settings left undone."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import Advanced, Failed, advance_all
from shared.pipeline.auditing import AUDITED, Audit, sampled
from shared.pipeline.retelling import RECENT, retell, wheels_to_look_at
from shared.pipeline.sealing import Sealable, due_for_sealing, seal
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import SegmentItem, WheelItem
from shared.store.table.keys import flywheel_of, flywheel_partition, moment_of, segment_floor, stamp, wheel_partition
from shared.store.table.table import Key

SHARED_SPAN = timedelta(days=2)
"""How far back the shared partition is searched for segments that a wheel should have been woken by."""

__all__ = ["AUDITED", "SHARED_SPAN", "Ticked", "Wake", "sampled", "tick", "wheels_to_advance"]


class Ticked(Struct, frozen=True):
    """What a tick did."""

    advanced: list[Advanced]
    failed: list[str]
    woken: int
    sealed: int = 0
    """Segments that were united into sealed ones."""
    mended: tuple[str, ...] = ()
    """What the audit found damaged or gone, and made anew."""
    retold: int = 0
    """Transitions that the stream is to tell once more, as no summary of them was stored."""


Wake = Callable[[Key], None]


def tick(store: Store, settings: Settings, as_of: datetime, wake: Wake, on_failure: Failed) -> Ticked:
    """Audit a sample, advance the wheels that need it, seal what is old, have told
    again what was not heard, wake the messages that are overdue.

    What is sealed no longer says whom it was to wake: so those are advanced first, and where that fails nothing is.
    """
    old = due_for_sealing(store, as_of)
    wanted = wheels_to_advance(store, settings, as_of, {woken for each in old for woken in each.flywheels})
    audit = Audit(store, settings, as_of)
    audit.sample(on_failure)
    advanced, failed = advance_all(store, settings, wanted, as_of, on_failure)
    if failed and audit.after_failure(failed, on_failure):
        again, failed = advance_all(store, settings, failed, as_of, on_failure)
        advanced += again
    sealed = _seal(store, (each for each in old if not each.flywheels & failed), as_of, on_failure)
    retold = _retell(store, settings, as_of, on_failure)
    overdue = list(store.table.due(names.DUE_LEDGER, stamp(as_of)))
    for key in overdue:
        wake(key)
    return Ticked(advanced, sorted(failed), len(overdue), sealed, tuple(audit.mended), retold)


def _seal(store: Store, old: Iterable[Sealable], as_of: datetime, on_failure: Failed) -> int:
    """Seal partition by partition; one that fails is due again at the next tick, and keeps no other back."""
    sealed = 0
    for each in old:
        try:
            sealed += seal(store, each, as_of)
        except Exception as error:  # noqa: BLE001  whatever it is: its segments are still there
            on_failure(each.partition, error)
    return sealed


def _retell(store: Store, settings: Settings, as_of: datetime, on_failure: Failed) -> int:
    """Have the stream tell again what it seems to have lost; a wheel that fails keeps no other back."""
    told = 0
    for flywheel in wheels_to_look_at(store, sorted({*store.hints.wheels(), *settings.flywheels}), as_of):
        try:
            told += retell(store.table, flywheel, as_of)
        except Exception as error:  # noqa: BLE001  whatever it is: its turn comes again
            on_failure(flywheel, error)
    return told


def wheels_to_advance(store: Store, settings: Settings, as_of: datetime, woken: Collection[str] = ()) -> set[str]:
    """Wheels that are due, broken off, not folded up to their newest segments, folded under other settings, or sampled.

    Of those `woken` and of those that segments were to wake only such as there are: one may have been deleted since.
    """
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
        if wheel is not None and moment_of(wheel.as_of) > as_of - RECENT and not store.wheels.is_settled(wheel):
            wanted.add(flywheel)
        wanted.update(_woken_by_own(store, flywheel, wheel))
    return wanted.union(woken).intersection(listed) | due


def _wheels(store: Store, flywheels: Sequence[str]) -> dict[str, WheelItem]:
    raw = store.table.get_many((wheel_partition(flywheel), names.WHEEL_SORT) for flywheel in flywheels)
    return {item.flywheel: item for item in (store.table.read(WheelItem, each) for each in raw.values())}


def _woken_by_own(store: Store, flywheel: str, wheel: WheelItem | None) -> Iterator[str]:
    """The wheel itself where segments lie behind what it has folded, and all whom those were to wake.

    Looked at are its own partition and those of the repositories that it deploys from by head alone.
    """
    folded: dict[str, str] = {} if wheel is None else wheel.folded
    repositories = (name for name in folded if name.startswith(names.REPOSITORY_PREFIX))
    for partition in (flywheel_partition(flywheel), *repositories):
        after = folded.get(partition) or names.SEGMENT_SORT
        found = store.table.query(SegmentItem, partition, begins=names.SEGMENT_SORT, after=after, consistent=False)
        for segment in found:
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
