"""Deleting a flywheel as a whole: every event that is its own, and everything made of them.

What leads to the rest goes after it, so that a deletion which broke off can be repeated: events and hints, then the
facts by which those are found, then what was derived, and last the entry that lists the flywheel. An event that a
revision moved to another flywheel stays there. Whoever sends the events again begins the flywheel anew.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec
from msgspec import Struct

from shared.flywheel.facts.assignment import assignment_of
from shared.flywheel.facts.fact import EventRetracted, Fact
from shared.flywheel.facts.identity import united
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.card import card_id
from shared.pipeline.upkeep.rebuilding import facts_at, place_anew, sweep
from shared.pipeline.upkeep.sealing import Version, version_of
from shared.store.kept.bodies import DeadItem, RejectedItem, body_key, old_body
from shared.store.kept.dead_letters import buried_letters
from shared.store.kept.deletions import keys_of, remember, settled
from shared.store.kept.rejections import rejections
from shared.store.kept.senders import sender_of
from shared.store.log.identity import EventItem, Identity, item_of, stored_identities
from shared.store.log.reading import load
from shared.store.outbox.outbox_items import SummaryItem
from shared.store.segments import hints as hinting
from shared.store.segments.places import hinted, named
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import TurnItem
from shared.store.table.keys import event_key, flywheel_partition, repository_partition, wheel_partition
from shared.store.table.table import Key


class Deleted(Struct, frozen=True):
    """One step of a deletion: what went, and how many."""

    what: str
    count: int


def delete_flywheel(store: Store, settings: Settings, flywheel: str, at: datetime) -> Iterator[Deleted]:
    """Delete all of one flywheel; yields after each step. Repeat it where it broke off.

    It removes what it has read, and nothing younger: an event that is accepted meanwhile stays, and is counted once
    `tick` has looked at what came (`give_back`).
    """
    cut = _cut(store, settings, flywheel)
    if cut.facts:
        remember(store.table, flywheel, cut.untold, at)
    yield Deleted("events", _delete_events(store, flywheel, cut))
    yield Deleted("hints", _delete_hints(store, flywheel, cut.facts))
    home = flywheel_partition(flywheel)
    yield Deleted("facts", _delete_home(store, home, cut))
    yield Deleted("messages", _delete_ledger(store, flywheel))
    yield Deleted("votes", _delete_partition(store, names.VOTES_PREFIX + flywheel))
    yield Deleted("projections", _delete_partition(store, wheel_partition(flywheel)))
    yield Deleted("refused and dead letters", _delete_letters(store, flywheel, at))
    store.table.delete([hinting.wheel(flywheel).at])


def give_back(store: Store, settings: Settings, as_of: datetime) -> set[str]:
    """Have what came while flywheels were deleted be found and counted; returns the flywheels to advance."""
    flywheels: set[str] = set()
    for item in settled(store.table, as_of):
        home = flywheel_partition(item.flywheel)
        keys = {fact.key for fact in facts_at(store.table, home)}.union(keys_of(item))
        flywheels |= place_anew(store, settings, as_of, keys)
        store.table.delete([(item.pk, item.sk)])
    return flywheels


class _Cut(Struct, frozen=True):
    """The scope of a deletion: EVENTs as they were read, and facts, some of which no EVENT tells of."""

    events: list[Identity]
    facts: list[Fact]
    once: dict[int, Identity]
    """Events of others that once were its own, and lie here too."""

    @property
    def untold(self) -> list[int]:
        """Keys of the facts without an EVENT: what an earlier deletion left, or what is just being written."""
        winners = {identity.winner.fact.key for identity in self.events}
        return sorted({fact.key for fact in self.facts} - winners)


def _cut(store: Store, settings: Settings, flywheel: str) -> _Cut:
    """The shared partitions are read before its own: so nothing that comes in between is taken for somebody else's."""
    here = {fact.key for fact in store.sealed.read(flywheel_partition(flywheel)).facts}
    own = _own(store, settings, flywheel)
    mine = {fact.key for fact in own}
    events = list(stored_identities(store.table, mine).values())
    return _Cut(events, own, stored_identities(store.table, here - mine))


def _own(store: Store, settings: Settings, flywheel: str) -> list[Fact]:
    """Every fact of the identities that are the flywheel's, whenever they happened, and what takes such events back."""
    facts = load(store, flywheel, settings).facts
    survivors = united(facts).survivors
    assignment = assignment_of(survivors.values(), settings)
    keys = {key for key, fact in survivors.items() if assignment.of(fact) == flywheel}
    keys |= {key for key, fact in survivors.items() if isinstance(fact, EventRetracted) and fact.target in keys}
    return [fact for fact in facts if fact.key in keys]


def _delete_hints(store: Store, flywheel: str, own: Iterable[Fact]) -> int:
    """That it names what it names, and that services' facts lie with it; a name of one other alone is not contested."""
    things = sorted({thing for fact in own for thing in (*named(fact), *hinted(fact))})
    gone: list[Key] = [hinting.naming(thing, flywheel).at for thing in things]
    few = [thing for thing in things if len(store.hints.flywheels_naming(thing)) <= 2]
    gone += [hinting.contested(mark).at for thing in few for mark in (thing, hinting.strays(thing))]
    home = flywheel_partition(flywheel)
    gone += [hinting.place(place).at for place in store.hints.places() if place.partition == home]
    store.table.delete(gone)
    return len(gone)


def _delete_events(store: Store, flywheel: str, cut: _Cut) -> int:
    """Its events, where nobody has written them since, and their facts everywhere but at home."""
    model, gone = store.table.of(EventItem), 0
    home = flywheel_partition(flywheel)
    for identity in cut.events:
        key = identity.winner.fact.key
        if store.table.delete_where(EventItem, event_key(key), model.version == identity.version):
            gone += 1
        else:
            cut.facts[:] = [fact for fact in cut.facts if fact.key != key]
    versions = {version_of(fact) for fact in cut.facts}
    elsewhere = {place for each in cut.events for place in each.partitions if _is_wheels(place, home)}
    _sweep(store, elsewhere, versions)
    for other in cut.once.values():
        _forget_home(store, other, home)
    repositories = {repository_partition(fact.repository) for fact in cut.facts if fact.repository is not None}
    _sweep(store, {names.SHARED_PARTITION, *repositories}, versions)
    return gone


def _delete_home(store: Store, home: str, cut: _Cut) -> int:
    """Its facts at home, and, where no others have come, what else lies there."""
    theirs = {version_of(fact) for identity in cut.once.values() for fact in identity.facts}
    swept = _sweep(store, {home}, {version_of(fact) for fact in cut.facts} | theirs)
    if any(True for _ in facts_at(store.table, home)):
        return swept
    facts_begin = (names.SEGMENT_SORT, names.SEALED_SORT)
    keys = [(home, sk) for raw in store.table.raw(home) if not (sk := raw[names.SK]["S"]).startswith(facts_begin)]
    store.table.delete(keys)
    return swept


def _is_wheels(partition: str, home: str) -> bool:
    return partition.startswith(names.FLYWHEEL_PREFIX) and partition != home


def _sweep(store: Store, partitions: Iterable[str], versions: set[Version]) -> int:
    """Take these facts out of partitions; returns how many went."""
    return sum(
        sweep(store.table, partition, lambda facts: {version_of(fact) for fact in facts} & versions)
        for partition in sorted(partitions)
    )


def _forget_home(store: Store, identity: Identity, home: str) -> None:
    """An event that lies elsewhere too no longer lies here; where somebody else writes it, a repeat finds it again."""
    left = msgspec.structs.replace(identity, partitions=identity.partitions - {home})
    model = store.table.of(EventItem)
    store.table.put(item_of(store.table, left), model.version == identity.version)


def _delete_partition(store: Store, pk: str) -> int:
    keys = [(pk, raw[names.SK]["S"]) for raw in store.table.raw(pk)]
    store.table.delete(keys)
    return len(keys)


def _delete_ledger(store: Store, flywheel: str) -> int:
    """The messages about its summaries and turns; the items that name them go after them."""
    pk = wheel_partition(flywheel)
    ids = {item.summary for item in store.table.query(SummaryItem, pk, begins=names.SUMMARY_SORT)}
    turns = store.table.query(TurnItem, pk, begins=names.TURN_SORT)
    ids |= {card_id(flywheel, item.key, item.turn) for item in turns}
    return sum(_delete_partition(store, names.LEDGER_PREFIX + each) for each in sorted(ids))


def _delete_letters(store: Store, flywheel: str, at: datetime) -> int:
    """Deliveries that were refused, or that nobody could handle, and that name it."""
    refused = (each for each in rejections(store.table, at) if _is_of(each, flywheel))
    dead = (each for each in buried_letters(store.table, at) if _is_of(each, flywheel))
    keys = [(each.pk, each.sk) for each in (*refused, *dead)]
    store.table.delete([place for key in keys for place in (key, body_key(key))])
    return len(keys)


def _is_of(item: RejectedItem | DeadItem, flywheel: str) -> bool:
    """By what the item says, or, where an earlier release wrote it, by its body."""
    body = old_body(item)
    return bool((item.flywheel if body is None else sender_of(body).flywheel) == flywheel)
