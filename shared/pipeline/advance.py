"""Advance a flywheel: fold its facts, and write what differs from what is stored. `project` and `tick` run only this.

What is stored is read before the facts, and each write asks that its item is still as it was read. So whoever folded
older facts loses against whoever folded newer ones, and folds again. The WHEEL is written first and names what is about
to be written; at the end it must still be as it was left. Where an advance breaks off, the next one sees what is
missing of it (`shared.store.projections.wheel_memory`), and a tick sees to it that there is one. What its budget does
not grant it leaves to the next one, and says so.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from shared.flywheel.facts.fact import ChangeRecorded, Fact
from shared.flywheel.moments import DAY, MEMORY, micros, moment
from shared.flywheel.rules import RULES
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.phases_and_turns import transitions
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.pipeline.budget import Budget, share
from shared.pipeline.pending import Pending
from shared.runtime.deadline import ENDLESS, OutOfTimeError, OvertimeError, Time
from shared.store.kept.attempts import Attempts
from shared.store.log.reading import Loaded, load
from shared.store.projections.transition_items import Composer, lookback
from shared.store.projections.turn_items import changed_turns, fading
from shared.store.projections.upgrades import number_of
from shared.store.projections.wheel_memory import Derived, claim
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import Versioned, WheelItem
from shared.store.table.keys import moment_of, stamp, wheel_partition
from shared.store.table.table import Table

ROUNDS = 8
AT_ONCE = 16
"""So many items are made before the first is written, so that the WHEEL can name them; more are written one by one."""


class Advanced(Struct, frozen=True):
    """How much an advance wrote, and how much it leaves to the next one.

    `rivals`: others that, as only now turned out, name the same as this flywheel.
    """

    flywheel: str
    turns: int
    transitions: int
    wheel: bool
    rounds: int
    rivals: frozenset[str] = frozenset()
    left: int = 0


def reach(settings: Settings) -> timedelta:
    """How far back an advance looks: to where the summary of the oldest turn that is not forgotten looks back to."""
    return lookback(settings) + timedelta(days=MEMORY // DAY)


Failed = Callable[[str, Exception], None]


class _RacedError(Exception):
    """Somebody else changed an item since it was read."""


def advance(store: Store, flywheel: str, settings: Settings, as_of: datetime, budget: Budget | None = None) -> Advanced:
    """Bring what is stored of a flywheel up to its facts and to `as_of`; writes nothing where nothing changed.

    What the budget does not grant is left to the next advance, the oldest of it. Raises LostRaceError where others are
    always faster, and PynamoDB's errors.
    """
    budget = Budget() if budget is None else budget
    for attempt in range(1, ROUNDS + 1):
        try:
            return _advance_once(store, flywheel, settings, as_of, attempt, budget)
        except _RacedError:
            continue
    raise LostRaceError(f"advance {flywheel}", ROUNDS)


class Round(Struct, frozen=True):
    """What became of several that were to be advanced.

    `waiting`: there was no time left to begin with them; `overtime`: of the failed, those that came to no end.
    """

    done: list[Advanced]
    failed: set[str]
    waiting: set[str]
    overtime: set[str]


def advance_all(  # noqa: PLR0913  what, for whom, as of when; the rest by name
    store: Store,
    settings: Settings,
    flywheels: Iterable[str],
    as_of: datetime,
    on_failure: Failed,
    *,
    time: Time = ENDLESS,
    attempts: Attempts | None = None,
) -> Round:
    """Advance several in this order, and whom that turns out to concern; one that fails keeps no other back.

    `attempts` knows of each while it is worked on.
    """
    waiting, done = list(dict.fromkeys(flywheels)), list[Advanced]()
    failed, overtime = set[str](), set[str]()
    while waiting:
        flywheel = waiting[0]
        try:
            budget = share(time, len(waiting))
            with time.bounded(), attempts.begun("advance", flywheel) if attempts else nullcontext():
                done.append(advance(store, flywheel, settings, as_of, budget))
        except OutOfTimeError:
            break
        except Exception as error:  # noqa: BLE001  whatever it is: its turn comes again
            failed.add(flywheel)
            if isinstance(error, OvertimeError):
                overtime.add(flywheel)
            on_failure(flywheel, error)
        else:
            waiting.extend(sorted(done[-1].rivals - set(waiting)))
        del waiting[0]
    return Round(done, failed, set(waiting), overtime)


def _advance_once(  # noqa: PLR0913, PLR0917
    store: Store, flywheel: str, settings: Settings, as_of: datetime, attempt: int, budget: Budget
) -> Advanced:
    table, pk = store.table, wheel_partition(flywheel)
    wheel = table.get(WheelItem, pk, names.WHEEL_SORT)
    stored = store.wheels.read(flywheel, wheel)
    turns = stored.turns
    now = as_of if wheel is None else max(as_of, moment_of(wheel.as_of))
    loaded = load(store, flywheel, settings, receipt=False, since=now - reach(settings))
    rivals = store.hints.ensure_named((thing, flywheel) for thing in sorted(loaded.learned))
    rivals |= store.hints.ensure_strays((thing, flywheel) for thing in sorted(loaded.strays))
    folded = fold(loaded.facts, flywheel, settings, now)
    passed = [transition for transition in transitions(folded) if transition.at <= now]
    composer = Composer(table, loaded.facts, flywheel, settings, _ruled_at(wheel))
    looks = composer.looks(passed, stored.shown, now, fading=fading(turns.values(), now))
    changed = [*changed_turns(table, flywheel, folded.turns, turns, now)]
    pending = Pending(changed, looks, composer, budget, now)
    many = pending.left > AT_ONCE
    written = [] if many else [*pending]
    told = claim(wheel, written, now, more=many) | {"left": pending.left or None}
    reached = _wheel_item(table, wheel, folded, loaded, settings, told)
    unchanged = not many and not written and wheel is not None and not wheel.open and _same(wheel, reached)
    if many:
        stored.put(*_written_one_by_one(table, reached, pending))
    elif not unchanged:
        stored.put(_written(table, reached, written), written)
    store.wheels.keep(flywheel, stored)
    return Advanced(
        flywheel, pending.turns, pending.transitions, not unchanged, attempt, frozenset(rivals), pending.left
    )


def _written(table: Table, wheel: WheelItem, items: Sequence[Derived]) -> WheelItem:
    """Write the wheel, then the items that it names; returns the wheel as it is then, if nobody came in between."""
    _write(table, wheel)
    for item in items:
        _write(table, item)
    if wheel.open:
        return _closed(table, wheel, left=0)
    if items:
        left = table.get(WheelItem, wheel.pk, wheel.sk)
        if left is None or left.version != wheel.version:
            raise _RacedError
    return wheel


def _written_one_by_one(table: Table, wheel: WheelItem, pending: Pending) -> tuple[WheelItem, list[Derived]]:
    """Write the wheel as open, then each item as soon as it is made, then how many are left; returns what is stored."""
    _write(table, wheel)
    written = []
    for item in pending:
        _write(table, item)
        written.append(item)
    return _closed(table, wheel, left=pending.left), written


def _closed(table: Table, wheel: WheelItem, *, left: int) -> WheelItem:
    closed = table.of(WheelItem)(**wheel.attribute_values)
    closed.version, closed.since, closed.open = int(wheel.version) + 1, int(wheel.version) + 1, None
    closed.left = left or None
    _write(table, closed)
    return closed


def _write(table: Table, item: Versioned) -> None:
    """Write an item whose version is one on; raises where it is no longer as it was read."""
    model = table.of(type(item))
    read = int(item.version) - 1
    if not table.put(item, model.version == read if read else model.pk.does_not_exist()):
        raise _RacedError


def _wheel_item(  # noqa: PLR0913, PLR0917  where it lies, what it said, what was folded, and what is to be written
    table: Table, before: WheelItem | None, folded: Wheel, loaded: Loaded, settings: Settings, told: dict[str, Any]
) -> WheelItem:
    due = _kept(before, _due(folded, loaded), folded.as_of)
    return table.new(
        WheelItem,
        wheel_partition(folded.flywheel),
        names.WHEEL_SORT,
        flywheel=folded.flywheel,
        **told,
        settings=settings.fingerprint(),
        rules=RULES,
        ruled_at=None if (ruled_at := _ruled_at(before)) is None else stamp(ruled_at),
        as_of=stamp(folded.as_of),
        folded=_folded(before, loaded),
        facts=hash_of_facts(folded, loaded.facts),
        due_pk=None if due is None else names.DUE_WHEELS,
        due_at=None if due is None else stamp(due),
    )


def _ruled_at(before: WheelItem | None) -> datetime | None:
    """How far a flywheel was folded by other rules than today's; None where it never was."""
    if before is None:
        return None
    if number_of(before.rules) != RULES:
        return moment_of(before.as_of)
    return moment_of(before.ruled_at) if before.ruled_at else None


def _folded(before: WheelItem | None, loaded: Loaded) -> dict[str, str]:
    """How far each partition is folded in; once its newest segment is sealed, still as far."""
    known: dict[str, str] = {} if before is None else before.folded
    return {partition: max(newest, known.get(partition, "")) for partition, newest in loaded.folded.items()}


def _same(before: WheelItem, reached: WheelItem) -> bool:
    """Whether the wheel has come no further; a later `as_of` alone is no progress."""
    return all(
        getattr(before, name) == getattr(reached, name) for name in ("settings", "folded", "facts", "due_at", "left")
    )


def hash_of_facts(folded: Wheel, read: Iterable[Fact]) -> str:
    """Of the facts that turns are made of, in any order: the flywheel's own, and whatever was pushed anywhere.

    What else was read does not count: the shared partition gets facts that concern nobody here.
    """
    pushed = (fact for fact in read if isinstance(fact, ChangeRecorded))
    used = {_known_of(fact) for fact in (*folded.facts, *pushed)}
    return f"{sum(map(hash, used)) & (1 << 64) - 1:016x}"


def _known_of(fact: Fact) -> tuple[object, ...]:
    """A fact, and whether all is known of it: what the log is completed by later may change what was made of it."""
    if fact.source is None:
        return fact.key, fact.rank
    return fact.key, fact.rank, fact.content_tail or 0, int(fact.account or 0)


def _kept(before: WheelItem | None, due: datetime | None, now: datetime) -> datetime | None:
    """An earlier moment that was said before: to look in vain then costs less than to move it in the index now."""
    known = moment_of(before.due_at) if before is not None and before.due_at else None
    return known if known is not None and now < known and (due is None or known < due) else due


def _due(folded: Wheel, loaded: Loaded) -> datetime | None:
    """The next moment at which time alone changes something: a soak ends, an event that is dated ahead takes place."""
    now = folded.as_of
    closes = (turn.closes_at for turn in folded.turns if turn.state == "open")
    ahead = (moment(fact.time) for fact in loaded.mine if fact.time > micros(now))
    return min((at for at in (*closes, *ahead) if at is not None and at > now), default=None)
