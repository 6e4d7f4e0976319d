"""The work of `tick`: what time alone brings, and what a lost stream, a lost wake or new settings left undone."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from msgspec import Struct

from shared.flywheel.settings.values import Settings
from shared.pipeline.rounds import Advanced, Failed, Round
from shared.pipeline.upkeep.lost_transitions import RECENT, rewrite_lost, wheels_to_look_at
from shared.pipeline.upkeep.reached import Reached, Share, keep, reached_of
from shared.pipeline.upkeep.sampling import Audit, sampled
from shared.pipeline.upkeep.sealable import Sealable, due_for_sealing
from shared.runtime.deadline import ENDLESS, OutOfTimeError, Time
from shared.store.kept.attempts import Attempts
from shared.store.kept.deletions import settled
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import SegmentItem, WheelItem
from shared.store.table.keys import (
    arrival_of,
    flywheel_of,
    flywheel_partition,
    moment_of,
    segment_floor,
    stamp,
    wheel_partition,
)
from shared.store.table.table import Key

SHARED_SPAN = timedelta(days=2)
"""How far back the shared partition is searched for segments that a wheel should have been woken by."""


class Ticked(Struct, frozen=True):
    """The work that a tick did."""

    advanced: list[Advanced]
    failed: list[str]
    woken: int
    sealed: int = 0
    """Segments that were united into sealed ones."""
    mended: tuple[str, ...] = ()
    """Projections that the audit found damaged or gone, and made anew."""
    waiting: tuple[str, ...] = ()
    """Flywheels that there was no time for: the next tick begins with them."""
    set_aside: tuple[str, ...] = ()
    """Flywheels on which work has ended in vain again and again: they are tried only now and then."""
    refilled: int = 0
    """Sealed parts of earlier releases that were completed."""
    behind_since: datetime | None = None
    """When the oldest came of what the stream should have told long since: a segment that this tick was the first to
    fold, a transition that the stream is to tell once more, as no summary of it was stored; None where it told all."""


Wake = Callable[[Key], None]


def tick(  # noqa: PLR0913  what, as of when, and the ways out; the rest by name
    store: Store,
    settings: Settings,
    as_of: datetime,
    wake: Wake,
    on_failure: Failed,
    *,
    time: Time = ENDLESS,
    attempts: Attempts | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Ticked:
    """Wake the messages that are overdue, audit a sample, advance the wheels that need it, seal what is old, and have
    told again what was not heard; at last, after all else (`meanwhile`), advance those on which work failed before.

    What is sealed no longer says whom it was to wake: who was not advanced by then, it is owed to.
    """
    attempts = Attempts(store.table, as_of) if attempts is None else attempts
    overdue = list(store.table.due(names.DUE_LEDGER, stamp(as_of)))
    for key in overdue:
        wake(key)
    old = due_for_sealing(store, as_of)
    woken = {flywheel for each in old for flywheel in each.flywheels} | _give_back(store, settings, as_of, on_failure)
    owed, suspects = attempts.owed("advance"), attempts.failed("advance")
    behind: list[str] = []
    wanted = wheels_to_advance(store, settings, as_of, woken | owed, behind)
    audit = Audit(store, settings, as_of, attempts, time)
    audit.sample(on_failure)
    advance_these = partial(_advance, store, settings, as_of=as_of, on_failure=on_failure, attempts=attempts)
    made = advance_these([each for each in wanted if each not in suspects], time=time.half(), to_the_end=True)
    broken = made.failed - made.overtime
    if broken and audit.after_failure(broken, on_failure):
        made = _both(made, advance_these(sorted(broken), time=time.half()))
    for flywheel in sorted(woken & set(wanted) - {each.flywheel for each in made.done}):
        attempts.owe("advance", flywheel)
    sealed = _seal(store, old, as_of, on_failure, time)
    refilled = _refill(store, attempts, on_failure, time)
    untold = [*filter(None, map(arrival_of, behind)), *_rewrite_lost(store, settings, as_of, on_failure)]
    meanwhile()
    made = _both(made, advance_these([each for each in wanted if each in suspects & owed], time=time))
    return Ticked(
        made.done,
        sorted(made.failed),
        len(overdue),
        sealed,
        tuple(audit.mended),
        tuple(sorted(made.waiting)),
        tuple(attempts.set_aside()),
        refilled,
        min(untold, default=None),
    )


def _advance(  # noqa: PLR0913  what is handed on, each by its name
    store: Store,
    settings: Settings,
    flywheels: Sequence[str],
    *,
    as_of: datetime,
    on_failure: Failed,
    time: Time,
    attempts: Attempts,
    to_the_end: bool = False,
) -> Round:
    """Advance several in this order; most ticks find none, and load nothing of what that takes."""
    if not flywheels:
        return Round([], set(), set(), set())
    from shared.pipeline.advance import advance_all  # noqa: PLC0415  as said above

    return advance_all(
        store, settings, flywheels, as_of, on_failure, time=time, attempts=attempts, to_the_end=to_the_end
    )


def _give_back(store: Store, settings: Settings, as_of: datetime, on_failure: Failed) -> set[str]:
    """Have what came while flywheels were deleted found again; where that fails, the next tick does it."""
    try:
        if not settled(store.table, as_of):
            return set()
        from shared.pipeline.upkeep.deleting import give_back  # noqa: PLC0415  who deletes, and few do

        return give_back(store, settings, as_of)
    except Exception as error:  # noqa: BLE001  whatever it is: it keeps nothing else back
        on_failure("deletions", error)
        return set()


def _both(one: Round, then: Round) -> Round:
    """Two rounds as one; what failed and was then done has not failed."""
    done = {each.flywheel for each in then.done}
    failed, waiting = (one.failed - done) | then.failed, (one.waiting | then.waiting) - done
    return Round([*one.done, *then.done], failed, waiting, one.overtime | then.overtime)


def _seal(store: Store, old: Sequence[Sealable], as_of: datetime, on_failure: Failed, time: Time) -> int:
    """Seal partition by partition; one that fails is due again at the next tick, and keeps no other back."""
    if not old:
        return 0
    from shared.pipeline.upkeep.sealing import seal  # noqa: PLC0415  for the few ticks a day that find something to seal

    sealed = 0
    for each in old:
        try:
            with time.bounded():
                sealed += seal(store, each, as_of)
        except OutOfTimeError:
            break
        except Exception as error:  # noqa: BLE001  whatever it is: its segments are still there
            on_failure(each.partition, error)
    return sealed


def _refill(store: Store, attempts: Attempts, on_failure: Failed, time: Time) -> int:
    """Complete some of what earlier releases sealed; once that is all, to be folded with it is owed to every wheel."""
    share = Share()
    try:
        with time.bounded():
            before = reached_of(store.table)
            if before.is_done:
                return 0
            from shared.pipeline.upkeep.refilling import refill  # noqa: PLC0415  until all is refilled, and never again

            reached = refill(store, before, share)
            if reached.is_done and (share.written or before != Reached()):
                for flywheel in sorted(store.hints.wheels()):
                    attempts.owe("advance", flywheel)
            if reached != before:
                keep(store.table, reached)
    except OutOfTimeError:
        return 0
    except Exception as error:  # noqa: BLE001  whatever it is: the next tick goes on from where this one began
        on_failure("refilling", error)
    return share.written


def _rewrite_lost(store: Store, settings: Settings, as_of: datetime, on_failure: Failed) -> list[datetime]:
    """Have the stream tell again what it seems to have lost; a wheel that fails keeps no other back."""
    came: list[datetime] = []
    for flywheel in wheels_to_look_at(store, sorted({*store.hints.wheels(), *settings.flywheels}), as_of):
        try:
            came += rewrite_lost(store.table, flywheel, as_of)
        except Exception as error:  # noqa: BLE001  whatever it is: its turn comes again
            on_failure(flywheel, error)
    return came


def wheels_to_advance(
    store: Store, settings: Settings, as_of: datetime, woken: Collection[str] = (), behind: list[str] | None = None
) -> list[str]:
    """Wheels that are due, broken off, not done with, not folded up to their newest segments, folded under other
    settings, or sampled; that first which was folded longest ago.

    Of those `woken` and of those that segments were to wake only such as there are: one may have been deleted since.
    `behind` is given the sort keys of the segments that lie behind what their own flywheel has folded.
    """
    behind = [] if behind is None else behind
    due = {flywheel_of(pk) for pk, _ in store.table.due(names.DUE_WHEELS, stamp(as_of))}
    listed = sorted({*store.hints.wheels(), *settings.flywheels})
    stored = _wheels(store, listed)
    fingerprint = settings.fingerprint()
    shared = _woken_by_shared(store, as_of)
    wanted = {flywheel for flywheel in listed if sampled(flywheel, as_of)}
    for flywheel in listed:
        wheel = stored.get(flywheel)
        if wheel is None or wheel.settings != fingerprint or wheel.left:
            wanted.add(flywheel)
        if wheel is None or wheel.folded.get(names.SHARED_PARTITION, "") < shared.get(flywheel, ""):
            wanted.add(flywheel)
        if wheel is not None and moment_of(wheel.as_of) > as_of - RECENT and not store.wheels.is_settled(wheel):
            wanted.add(flywheel)
        for segment in _behind_own(store, flywheel, wheel):
            behind.append(segment.sk)
            wanted.update((flywheel, *map(str, segment.flywheels or ())))
    due_wheels = wanted.union(woken).intersection(listed) | due
    reached = {flywheel: str(wheel.as_of) for flywheel, wheel in stored.items()}
    return sorted(due_wheels, key=lambda flywheel: (reached.get(flywheel, ""), flywheel))


def _wheels(store: Store, flywheels: Sequence[str]) -> dict[str, WheelItem]:
    raw = store.table.get_many((wheel_partition(flywheel), names.WHEEL_SORT) for flywheel in flywheels)
    return {item.flywheel: item for item in (store.table.read(WheelItem, each) for each in raw.values())}


def _behind_own(store: Store, flywheel: str, wheel: WheelItem | None) -> Iterator[SegmentItem]:
    """The segments that lie behind what a wheel has folded.

    Looked at are its own partition and those of the repositories that it deploys from by head alone.
    """
    folded: dict[str, str] = {} if wheel is None else wheel.folded
    repositories = (name for name in folded if name.startswith(names.REPOSITORY_PREFIX))
    for partition in (flywheel_partition(flywheel), *repositories):
        after = folded.get(partition) or names.SEGMENT_SORT
        yield from store.table.query(SegmentItem, partition, begins=names.SEGMENT_SORT, after=after, consistent=False)


def _woken_by_shared(store: Store, as_of: datetime) -> dict[str, str]:
    """By flywheel, the newest segment of the shared partition that was to wake it."""
    floor = segment_floor(as_of - SHARED_SPAN)
    newest: dict[str, str] = {}
    shared = names.SHARED_PARTITION
    for segment in store.table.query(SegmentItem, shared, begins=names.SEGMENT_SORT, after=floor, consistent=False):
        for flywheel in segment.flywheels or ():
            newest[str(flywheel)] = segment.sk
    return newest
