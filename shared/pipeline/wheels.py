"""The WHEEL item of an advance: how far it came, from which facts, and when time alone will change something."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from shared.flywheel.facts.assignment import assignment_of
from shared.flywheel.facts.fact import ChangeRecorded, Fact
from shared.flywheel.facts.identity import standing, united
from shared.flywheel.facts.sums import hash_of, sum_of_changes
from shared.flywheel.moments import micros, moment
from shared.flywheel.rules import RULES
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.model import Wheel
from shared.store.log.reading import Loaded
from shared.store.projections.upgrades import number_of
from shared.store.table import names
from shared.store.table.items import WheelItem
from shared.store.table.keys import moment_of, stamp, wheel_partition
from shared.store.table.table import Table


def wheel_item(  # noqa: PLR0913, PLR0917  where it lies, what it said, what was folded, and what is to be written
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
        ruled_at=None if (at := ruled_at(before)) is None else stamp(at),
        as_of=stamp(folded.as_of),
        folded=_folded(before, loaded),
        facts=_hash(folded.receipts.sum() + _changes(loaded)),
        due_pk=None if due is None else names.DUE_WHEELS,
        due_at=None if due is None else stamp(due),
    )


def ruled_at(before: WheelItem | None) -> datetime | None:
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


def same(before: WheelItem, reached: WheelItem) -> bool:
    """Whether the wheel has come no further; a later `as_of` alone is no progress."""
    return all(
        getattr(before, name) == getattr(reached, name) for name in ("settings", "folded", "facts", "due_at", "left")
    )


def hash_of_facts(own: Iterable[Fact], read: Iterable[Fact]) -> str:
    """Of the facts that turns are made of, in any order: the flywheel's own, and whatever was pushed anywhere.

    What else was read does not count: the shared partition gets facts that concern nobody here.
    """
    return _hash(sum(hash_of(fact) for fact in own if type(fact) is not ChangeRecorded) + sum_of_changes(read))


def _changes(loaded: Loaded) -> int:
    """The sum of the hashes of all that was pushed."""
    if loaded.sealed is None:
        return sum_of_changes(loaded.facts)
    return loaded.sealed.changes + sum_of_changes(islice(loaded.facts, len(loaded.sealed.copies), None))


def _hash(total: int) -> str:
    return f"{total & (1 << 64) - 1:016x}"


def _kept(before: WheelItem | None, due: datetime | None, now: datetime) -> datetime | None:
    """An earlier moment that was said before: to look in vain then costs less than to move it in the index now."""
    known = moment_of(before.due_at) if before is not None and before.due_at else None
    return known if known is not None and now < known and (due is None or known < due) else due


def _due(folded: Wheel, loaded: Loaded) -> datetime | None:
    """The next moment at which time alone changes something: a soak ends, an event that is dated ahead takes place."""
    now = folded.as_of
    reached = micros(now)
    closes = (turn.closes_at for turn in folded.turns if turn.state == "open")
    ahead = (moment(fact.time) for fact in loaded.mine if fact.time > reached)
    return min((at for at in (*closes, *ahead) if at is not None and at > now), default=None)


def has_folded(wheel: WheelItem, loaded: Loaded, flywheel: str, settings: Settings, as_of: datetime) -> bool:
    """Whether who was faster has folded just these facts, under these settings, as of this moment or a later one."""
    unfinished = wheel.open or wheel.left or moment_of(wheel.as_of) < as_of
    if unfinished or wheel.settings != settings.fingerprint() or wheel.folded != _folded(wheel, loaded):
        return False
    existing = standing(united(loaded.facts), micros(moment_of(wheel.as_of)))
    own = assignment_of(existing, settings).events(flywheel).all
    return bool(wheel.facts == hash_of_facts(own, loaded.facts))
