"""The audit: is what is stored still what the log says? What is not is made anew, and told, so that a person hears.

A sealed part is judged by the hash in its key and by its witness, a turn and a transition by the full fold.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import each_once
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.transition import transitions
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.pipeline.advance import reach
from shared.pipeline.upkeep.sealing import Part, by_day, forget, part_at, parts_of, witness, witnessed, write_parts
from shared.pipeline.wheels import hash_of_facts
from shared.store.log.identity import stored_identities
from shared.store.log.reading import load
from shared.store.outbox.outbox_items import SummaryItem
from shared.store.projections.known import known_turn
from shared.store.projections.summary_packing import summary_json, summary_text, unpack_summary
from shared.store.projections.turn_items import changed_turns
from shared.store.projections.wheel_cache import derived_at, distrust, unsettled, writes_of
from shared.store.segments.pack import unpack
from shared.store.segments.sealed_cache import raise_edition
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import SealedItem, TransitionItem, TurnItem, WheelItem, WitnessItem
from shared.store.table.keys import (
    day_of,
    moment_of,
    sealed_floor,
    transition_sort,
    wheel_partition,
)
from shared.store.table.table import Table

PATIENCE = timedelta(minutes=15)
"""How long an advance may take to write what it has named: many times what it needs."""


def audit_partition(table: Table, partition: str, since: datetime | None = None) -> list[str]:
    """Make anew every sealed part that is damaged or gone; returns where they lay."""
    floor = None if since is None else sealed_floor(day_of(since))
    below = None if since is None else names.WITNESS_SORT + day_of(since)
    witnesses = {
        item.sk.removeprefix(names.WITNESS_SORT): item
        for item in table.query(WitnessItem, partition, begins=names.WITNESS_SORT, after=below)
    }
    parts = {
        part.suffix: part
        for part in (
            part_at(item.sk, item.facts)
            for item in table.query(SealedItem, partition, begins=names.SEALED_SORT, after=floor)
        )
    }
    for suffix in sorted(parts.keys() - witnesses.keys()):
        if parts[suffix].is_sound:
            witness(table, partition, parts[suffix])
    wrong = [suffix for suffix in sorted(parts) if not parts[suffix].is_sound]
    wrong += [suffix for suffix in sorted(witnesses.keys() - parts.keys()) if _is_gone(table, partition, suffix)]
    for suffix in wrong:
        _make_anew(table, partition, suffix, witnesses.get(suffix))
    return [f"{partition} {names.SEALED_SORT}{suffix}" for suffix in wrong]


def _is_gone(table: Table, partition: str, suffix: str) -> bool:
    """Whether a part is missing while its witness is there: who seals deletes the witness first."""
    part = table.get(SealedItem, partition, names.SEALED_SORT + suffix)
    return part is None and table.get(WitnessItem, partition, names.WITNESS_SORT + suffix) is not None


class UnknownContentError(Exception):
    """A sealed part is damaged, and nothing tells which events it held: only a rebuild from all events can help."""

    def __init__(self, partition: str, suffix: str) -> None:
        super().__init__(f"{partition} {suffix}: damaged, and without its witness; run `flywheel rebuild`")
        self.partition = partition
        self.suffix = suffix


def _make_anew(table: Table, partition: str, suffix: str, item: WitnessItem | None) -> None:
    """Write a part again from the EVENT items of the events that it held."""
    lost = part_at(names.SEALED_SORT + suffix, b"")
    if item is None:
        raise UnknownContentError(partition, suffix)
    identities = stored_identities(table, witnessed(item))
    facts: list[Fact] = [fact for identity in identities.values() for fact in identity.facts]
    restored = by_day(facts).get(lost.day, [])
    opened = [part for part in parts_of(table, partition, f"{lost.day}#open") if part.is_sound]
    united = each_once([*(fact for part in opened for fact in unpack(part.facts)), *restored])
    version = 1 + max([lost.version, *(part.version for part in opened)])
    written = write_parts(table, partition, lost.day, united, version) if united else set()
    needless: list[Part] = [part for part in [*opened, lost] if part.suffix not in written]
    raise_edition(table, partition)
    forget(table, partition, needless)
    raise_edition(table, partition)


def audit_wheel(store: Store, flywheel: str, settings: Settings, as_of: datetime) -> list[str]:
    """Find turns and transitions that are not what the log says; returns where. The next advance writes them anew.

    Nothing is said of a wheel that has not folded just these facts under just these settings: it is on its way.
    """
    table, pk = store.table, wheel_partition(flywheel)
    wrong = [f"{pk} {sk}" for sk in [*_unreadable(table, pk), *_differing(store, flywheel, settings, as_of)]]
    if wrong:
        distrust(table, flywheel)
    return list(dict.fromkeys(wrong))


def _differing(store: Store, flywheel: str, settings: Settings, as_of: datetime) -> list[str]:
    """Sort keys of what is not as the log says; of what may just be being written nothing is said."""
    table, pk = store.table, wheel_partition(flywheel)
    wheel = table.get(WheelItem, pk, names.WHEEL_SORT)
    if wheel is None or wheel.open or wheel.left or wheel.settings != settings.fingerprint():
        return []
    reached = moment_of(wheel.as_of)
    since = reached - reach(settings)
    facts = load(store, flywheel, settings, receipt=False, since=since).facts
    folded = fold(facts, flywheel, settings, reached)
    if hash_of_facts(folded.facts, facts) != wheel.facts:
        return []
    written = writes_of(wheel) if reached > as_of - PATIENCE else ()
    awaited = {each.sk for each in unsettled(written, derived_at(table, flywheel, (each.sk for each in written)))}
    differing = [*_turns_that_differ(table, folded, reached), *_transitions_gone(table, folded, awaited)]
    return [sk for sk in differing if sk not in awaited]


def _turns_that_differ(table: Table, folded: Wheel, as_of: datetime) -> Iterator[str]:
    stored = table.query(TurnItem, wheel_partition(folded.flywheel), begins=names.TURN_SORT)
    yield from (change.sk for change in changed_turns(folded, {item.sk: known_turn(item) for item in stored}, as_of))


def _transitions_gone(table: Table, folded: Wheel, awaited: Collection[str]) -> Iterator[str]:
    """Transitions whose items are gone; what was said of them is put back, so that nothing is said twice."""
    pk = wheel_partition(folded.flywheel)
    stored = {item.sk for item in table.query(TransitionItem, pk, begins=names.TRANSITION_SORT)}
    for transition in transitions(folded):
        sk = transition_sort(transition.key, transition.turn, transition.phase)
        if transition.at <= folded.as_of and sk not in stored and sk not in awaited:
            _put_back(table, pk, sk)
            yield sk


def _unreadable(table: Table, pk: str) -> Iterator[str]:
    """Delete the turns and transitions that nobody can read, or that are not what they say they are."""
    kinds: list[tuple[str, type[TurnItem | TransitionItem], Callable[[Any], bool]]] = [
        (names.TURN_SORT, TurnItem, _is_turn),
        (names.TRANSITION_SORT, TransitionItem, _is_transition),
    ]
    for begins, kind, is_sound in kinds:
        for raw in table.raw(pk, begins):
            if _reads(table, kind, raw, is_sound):
                continue
            sk = raw[names.SK]["S"]
            table.delete([(pk, sk)])
            if kind is TransitionItem:
                _put_back(table, pk, sk)
            yield sk


def _reads(
    table: Table, kind: type[TurnItem | TransitionItem], raw: dict[str, Any], is_sound: Callable[[Any], bool]
) -> bool:
    try:
        return is_sound(table.read(kind, raw))
    except Exception:  # noqa: BLE001  whatever is wrong with it, it cannot be read
        return False


def _is_turn(item: TurnItem) -> bool:
    shown = msgspec.json.decode(item.shows)
    return bool(item.version) and (shown["turn"], shown["key"]) == (item.turn, item.key) and "closed_at" in shown


def _is_transition(item: TransitionItem) -> bool:
    """Judged by its summary as it was written: an earlier release's may lack what this one's has."""
    readable = bool(item.version) and unpack_summary(item.shows).turn == item.turn
    return readable and hashlib.sha256(summary_json(item.shows)).hexdigest()[:16] == item.digest


def _put_back(table: Table, pk: str, sk: str) -> None:
    """Write a transition as its summary has it: so its version goes on, and nobody is told again."""
    summary_sk = names.SUMMARY_SORT + sk.removeprefix(names.TRANSITION_SORT)
    summary = table.get(SummaryItem, pk, summary_sk)
    if summary is None:
        return
    shown = unpack_summary(summary.shows)
    table.put(
        table.new(
            TransitionItem,
            pk,
            sk,
            flywheel=summary.flywheel,
            turn=summary.turn,
            key=summary.key,
            phase=summary.phase,
            at=summary.at,
            arrived_at=summary.at,
            historical=summary.historical,
            rules=summary.rules,
            shows=summary_text(shown),
            digest=shown.digest,
            inputs="",
            vanished=summary.vanished,
            version=summary.version,
        )
    )
