"""Advance a flywheel: fold its facts, and write what differs from what is stored. `project` and `tick` run only this.

What is stored is read before the facts, and each write asks that its item is still as it was read. So whoever folded
older facts loses against whoever folded newer ones, and folds again. The WHEEL is written first and names what is about
to be written; at the end it must still be as it was left. Where an advance breaks off, the next one sees what is
missing of it (`shared.store.projections.wheel_cache`), and a tick sees to it that there is one. What its budget does
not grant it leaves to the next one, and says so.
"""

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from shared.flywheel.moments import DAY, MEMORY
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.transition import transitions
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.sorted_out import Moments
from shared.pipeline.budget import Budget, share
from shared.pipeline.pausing import pause
from shared.pipeline.pending import Pending
from shared.pipeline.racing import (
    Lap,
    OvertakenError,
    RacedError,
    close,
    read_as_known,
    require_unchanged,
    write_one_by_one,
    write_together,
)
from shared.pipeline.rounds import Advanced, Failed, Round
from shared.pipeline.wheels import has_folded, ruled_at, same, wheel_item
from shared.runtime.collecting import collecting_later
from shared.runtime.deadline import ENDLESS, OutOfTimeError, OvertimeError, Time
from shared.store.kept.attempts import Attempts
from shared.store.log.reading import load
from shared.store.projections.lane import lane_of
from shared.store.projections.transition_items import Composer, lookback
from shared.store.projections.turn_items import changed_turns, fading
from shared.store.projections.wheel_cache import claim
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import WheelItem
from shared.store.table.keys import moment_of, wheel_partition

ROUNDS = 40
AT_ONCE = 16
"""So many items are made before the first is written, so that the WHEEL can name them; more are written one by one."""


def reach(settings: Settings) -> timedelta:
    """How far back an advance looks: to where the summary of the oldest turn that is not forgotten looks back to."""
    return lookback(settings) + timedelta(days=MEMORY // DAY)


def advance(store: Store, flywheel: str, settings: Settings, as_of: datetime, budget: Budget | None = None) -> Advanced:
    """Bring what is stored of a flywheel up to its facts and to `as_of`; writes nothing where nothing changed.

    What the budget does not grant is left to the next advance, the oldest of it. Raises LostRaceError where others are
    always faster, and PynamoDB's errors.
    """
    budget, written, known, seen = Budget() if budget is None else budget, False, None, dict[str, str]()
    with lane_of(store.table, flywheel) as lane:
        for attempt in range(1, ROUNDS + 1):
            lap = Lap(attempt, lane, seen, idle=attempt > 1 and not written, known=known)
            try:
                with collecting_later():
                    return _advance_once(store, flywheel, settings, as_of, lap, budget)
            except OvertakenError as error:
                known = error.version
                pause(attempt)
            except RacedError:
                written = True
                pause(attempt)
    raise LostRaceError(f"advance {flywheel}", ROUNDS)


def advance_all(  # noqa: PLR0913  what, for whom, as of when; the rest by name
    store: Store,
    settings: Settings,
    flywheels: Iterable[str],
    as_of: datetime,
    on_failure: Failed,
    *,
    time: Time = ENDLESS,
    attempts: Attempts | None = None,
    to_the_end: bool = False,
) -> Round:
    """Advance several in this order, and whom that turns out to concern; one that fails keeps no other back.

    `attempts` knows of each while it is worked on; `to_the_end`: what one leaves it goes on with after all others.
    """
    waiting, done = list(dict.fromkeys(flywheels)), dict[str, Advanced]()
    failed, overtime, begun = set[str](), set[str](), set[str]()
    while waiting:
        flywheel = waiting[0]
        try:
            budget = share(time, len(waiting))
            with time.bounded(), attempts.begun("advance", flywheel) if attempts else nullcontext():
                made = advance(store, flywheel, settings, as_of, budget)
        except OutOfTimeError:
            break
        except Exception as error:  # noqa: BLE001  whatever it is: its turn comes again
            failed.add(flywheel)
            if isinstance(error, OvertimeError):
                overtime.add(flywheel)
            on_failure(flywheel, error)
        else:
            done[flywheel] = _in_all(done.get(flywheel), made)
            waiting.extend(sorted(made.rivals - set(waiting)))
            if to_the_end and made.left:
                waiting.append(flywheel)
                begun.add(flywheel)
        del waiting[0]
    return Round([*done.values()], failed, set(waiting) - begun, overtime)


def _in_all(before: Advanced | None, made: Advanced) -> Advanced:
    """Two advances of a flywheel as one."""
    if before is None:
        return made
    return replace(
        made,
        turns=before.turns + made.turns,
        transitions=before.transitions + made.transitions,
        wheel=before.wheel or made.wheel,
        rounds=before.rounds + made.rounds,
        rivals=before.rivals | made.rivals,
    )


def _advance_once(  # noqa: PLR0913, PLR0917  the wheel, when, and what one try may cost
    store: Store, flywheel: str, settings: Settings, as_of: datetime, lap: Lap, budget: Budget
) -> Advanced:
    table, pk = store.table, wheel_partition(flywheel)
    wheel = table.get(WheelItem, pk, names.WHEEL_SORT)
    stored = store.wheels.read(flywheel, wheel, whole=lap.whole)
    if wheel is not None:
        lap.wait_for(wheel, unsettled=bool(stored.unsettled))
    turns = stored.turns
    now = as_of if wheel is None else max(as_of, moment_of(wheel.as_of))
    loaded = load(store, flywheel, settings, receipt=False, since=now - reach(settings))
    lap.seen.update(loaded.folded)
    rivals = store.hints.ensure_named((thing, flywheel) for thing in sorted(loaded.learned))
    rivals |= store.hints.ensure_strays((thing, flywheel) for thing in sorted(loaded.strays))
    if lap.idle and wheel is not None and not stored.unsettled and has_folded(wheel, loaded, flywheel, settings, as_of):
        store.wheels.keep(flywheel, stored)
        return Advanced(flywheel, 0, 0, wheel=False, rounds=lap.number, rivals=frozenset(rivals))
    lap.enter_lane(wheel)
    facts = Moments(loaded.facts, None if loaded.sealed is None else loaded.sealed.moments)
    folded = fold(facts, flywheel, settings, now)
    passed = [transition for transition in transitions(folded) if transition.at <= now]
    composer = Composer(table, facts, flywheel, settings, ruled_at(wheel))
    looks = composer.looks(passed, stored.shown, now, fading=fading(turns, now))
    changed = [*changed_turns(folded, turns, now)]
    pending = Pending(changed, looks, partial(read_as_known, table, flywheel), composer, budget, now)
    if pending.is_costly:
        require_unchanged(table, pk, wheel)
    many = pending.left > AT_ONCE
    try:
        written = [] if many else [*pending]
    except RacedError:
        require_unchanged(table, pk, wheel)
        raise
    claimed = claim(wheel, written, now, more=many) | {"left": pending.left or None}
    reached = wheel_item(table, wheel, folded, loaded, settings, claimed)
    unchanged = not many and not written and wheel is not None and not wheel.open and same(wheel, reached)
    if many:
        written = write_one_by_one(table, reached, pending)
        stored.put(close(table, reached, left=pending.left), written)
    elif not unchanged:
        reached.known = store.wheels.lay_down(stored, reached, now - timedelta(days=settings.corrections.days))
        stored.put(write_together(table, reached, written), written)
    store.wheels.keep(flywheel, stored)
    return Advanced(
        flywheel, pending.turns, pending.transitions, not unchanged, lap.number, frozenset(rivals), pending.left
    )
