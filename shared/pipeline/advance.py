"""Advance a flywheel: fold its facts, and write what differs from what is stored. `project` and `tick` run only this.

What is stored is read before the facts, and each write asks that its item is still as it was read. So whoever folded
older facts loses against whoever folded newer ones, and folds again. The WHEEL is written first and names what is about
to be written; at the end it must still be as it was left. Where an advance breaks off, the next one sees what is
missing of it (`shared.store.projections.wheel_memory`), and a tick sees to it that there is one.
"""

from collections.abc import Callable, Iterable, Sequence
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


class Advanced(Struct, frozen=True):
    """How much an advance wrote; `rivals`: others that, as only now turned out, name the same as this flywheel."""

    flywheel: str
    turns: int
    transitions: int
    wheel: bool
    rounds: int
    rivals: frozenset[str] = frozenset()


def reach(settings: Settings) -> timedelta:
    """How far back an advance looks: to where the summary of the oldest turn that is not forgotten looks back to."""
    return lookback(settings) + timedelta(days=MEMORY // DAY)


Failed = Callable[[str, Exception], None]


class _RacedError(Exception):
    """Somebody else changed an item since it was read."""


def advance(store: Store, flywheel: str, settings: Settings, as_of: datetime) -> Advanced:
    """Bring what is stored of a flywheel up to its facts and to `as_of`; writes nothing where nothing changed.

    Raises LostRaceError where others are always faster, and PynamoDB's errors.
    """
    for attempt in range(1, ROUNDS + 1):
        try:
            return _advance_once(store, flywheel, settings, as_of, attempt)
        except _RacedError:
            continue
    raise LostRaceError(f"advance {flywheel}", ROUNDS)


def advance_all(
    store: Store, settings: Settings, flywheels: Iterable[str], as_of: datetime, on_failure: Failed
) -> tuple[list[Advanced], set[str]]:
    """Advance several, and whom that turns out to concern; one that fails is told of and keeps no other back."""
    waiting, done, failed = sorted(set(flywheels)), [], set[str]()
    while waiting:
        flywheel = waiting.pop(0)
        try:
            done.append(advance(store, flywheel, settings, as_of))
        except Exception as error:  # noqa: BLE001  whatever it is: its turn comes again
            failed.add(flywheel)
            on_failure(flywheel, error)
        else:
            waiting.extend(sorted(done[-1].rivals - set(waiting)))
    return done, failed


def _advance_once(store: Store, flywheel: str, settings: Settings, as_of: datetime, attempt: int) -> Advanced:
    table, pk = store.table, wheel_partition(flywheel)
    wheel = table.get(WheelItem, pk, names.WHEEL_SORT)
    stored = store.wheels.read(flywheel, wheel)
    turns = stored.turns
    now = as_of if wheel is None else max(as_of, moment_of(wheel.as_of))
    loaded = load(store, flywheel, settings, receipt=False, since=now - reach(settings))
    rivals = store.hints.ensure_named((thing, flywheel) for thing in sorted(loaded.learned))
    folded = fold(loaded.facts, flywheel, settings, now)
    passed = [transition for transition in transitions(folded) if transition.at <= now]
    new_turns = list(changed_turns(table, flywheel, folded.turns, turns, now))
    ruled_at = _ruled_at(wheel)
    composer = Composer(table, loaded.facts, flywheel, settings, ruled_at)
    new_shown = list(composer.changed(passed, stored.shown, now, fading=fading(turns.values(), now)))
    written: list[Derived] = [*new_turns, *new_shown]
    reached = _wheel_item(table, wheel, folded, loaded, settings, claim(wheel, written, now))
    unchanged = not written and wheel is not None and not wheel.open and _same(wheel, reached)
    if not unchanged:
        stored.put(_written(table, reached, written), written)
    store.wheels.keep(flywheel, stored)
    return Advanced(flywheel, len(new_turns), len(new_shown), not unchanged, attempt, frozenset(rivals))


def _written(table: Table, wheel: WheelItem, items: Sequence[Derived]) -> WheelItem:
    """Write the wheel, then the items that it names; returns the wheel as it is then, if nobody came in between."""
    _write(table, wheel)
    for item in items:
        _write(table, item)
    if wheel.open:
        closed = table.of(WheelItem)(**wheel.attribute_values)
        closed.version, closed.since, closed.open = int(wheel.version) + 1, int(wheel.version) + 1, None
        _write(table, closed)
        return closed
    if items:
        left = table.get(WheelItem, wheel.pk, wheel.sk)
        if left is None or left.version != wheel.version:
            raise _RacedError
    return wheel


def _write(table: Table, item: Versioned) -> None:
    """Write an item whose version is one on; raises where it is no longer as it was read."""
    model = table.of(type(item))
    read = int(item.version) - 1
    if not table.put(item, model.version == read if read else model.pk.does_not_exist()):
        raise _RacedError


def _wheel_item(  # noqa: PLR0913, PLR0917  where it lies, what it said, what was folded, and what is to be written
    table: Table, before: WheelItem | None, folded: Wheel, loaded: Loaded, settings: Settings, claimed: dict[str, Any]
) -> WheelItem:
    due = _kept(before, _due(folded, loaded), folded.as_of)
    return table.new(
        WheelItem,
        wheel_partition(folded.flywheel),
        names.WHEEL_SORT,
        flywheel=folded.flywheel,
        **claimed,
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
    return all(getattr(before, name) == getattr(reached, name) for name in ("settings", "folded", "facts", "due_at"))


def hash_of_facts(folded: Wheel, read: Iterable[Fact]) -> str:
    """Of the facts that turns are made of, in any order: the flywheel's own, and whatever was pushed anywhere.

    What else was read does not count: the shared partition gets facts that concern nobody here.
    """
    pushed = (fact for fact in read if isinstance(fact, ChangeRecorded))
    used = {(fact.key, fact.rank) for fact in (*folded.facts, *pushed)}
    return f"{sum(map(hash, used)) & (1 << 64) - 1:016x}"


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
