"""Rebuild: derive the log's segments, its hints and the projections anew from the EVENT items, while writes go on.

Three passes, each of which may break off and be repeated. Events: every fact lies where today's settings put it; what
is missing is written, then the EVENT says where. Partitions: facts that an EVENT no longer places there go, and parts
that cannot be read, whose facts are written by now. Wheels: folded, and what differs written.

Who reads meanwhile finds each fact in its old place until it is in its new one; where both hold it, the union counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import Copy, copy_of
from shared.flywheel.settings.values import Settings
from shared.pipeline.advance import advance_all
from shared.pipeline.rounds import Failed
from shared.pipeline.upkeep.auditing import audit_wheel
from shared.pipeline.upkeep.sealing import (
    Part,
    Version,
    by_day,
    forget,
    part_at,
    parts_of,
    unite,
    version_of,
    write_parts,
)
from shared.store.log.affected import affected_flywheels
from shared.store.log.identity import EventItem, Identity, identity_of, item_of, stored_identities
from shared.store.segments.hints import UNSEALED, holding
from shared.store.segments.pack import unpack
from shared.store.segments.places import hinted, named, partitions_of, told_by
from shared.store.segments.sealed_cache import raise_edition
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import SealedItem, SegmentItem
from shared.store.table.keys import flywheel_partition
from shared.store.table.table import Key, Table

FLUSH = 5_000
"""So many events are looked at before their missing facts are written, and the rebuild could go on from there."""

ROUNDS = 100
"""How often what others change meanwhile is looked at again; each round only what has changed since the last."""

Pass = Literal["events", "partitions", "wheels"]
Strangers = Callable[[Iterable[Fact]], set[Version]]
"""Which of some facts do not belong where they lie."""


class Progress(Struct, frozen=True):
    """How far a rebuild has come. `after`: where the pass over the events could go on."""

    doing: Pass
    events: int = 0
    written: int = 0
    moved: int = 0
    swept: int = 0
    wheels: int = 0
    mended: int = 0
    after: Key | None = None


def rebuild(  # noqa: PLR0913, PLR0917  what, under which settings, as of when, and where to begin
    store: Store,
    settings: Settings,
    at: datetime,
    on_failure: Failed,
    flywheel: str | None = None,
    after: Key | None = None,
) -> Iterator[Progress]:
    """Rebuild everything, or what concerns one flywheel; yields after each step that need not be repeated."""
    return _Rebuild(store, settings, at, on_failure, flywheel).run(after)


def place_anew(store: Store, settings: Settings, at: datetime, keys: Iterable[int]) -> set[str]:
    """Have hints and facts of these events be where today's settings put them; returns the flywheels that they tell.

    Nothing that this process remembers is believed.
    """
    store.hints.renew()
    wanted, flywheels = set(keys), set[str]()
    for _ in range(ROUNDS):
        identities = list(stored_identities(store.table, wanted).values())
        flywheels |= {flywheel for each in identities for fact in each.facts for flywheel in told_by(fact, settings)}
        placing = _Rebuild(store, settings, at, lambda *_: None, None)
        wanted = set(placing.place(identities).lost)
        if not wanted:
            return flywheels
    raise LostRaceError("placing", ROUNDS)


class _Placed(Struct, frozen=True):
    """The result of placing some identities: facts written, identities moved, those that somebody else just changed."""

    written: int
    moved: int
    lost: list[int]


class _Rebuild:
    def __init__(
        self, store: Store, settings: Settings, at: datetime, on_failure: Failed, flywheel: str | None
    ) -> None:
        self._store, self._settings, self._at, self._on_failure = store, settings, at, on_failure
        self._flywheel = flywheel
        self._only = None if flywheel is None else flywheel_partition(flywheel)
        self._held: dict[str, set[Copy]] = {}
        self._homes: dict[int, tuple[str, ...]] = {}
        self._same: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._progress = Progress("events")

    def run(self, after: Key | None) -> Iterator[Progress]:
        waiting: list[Identity] = []
        for page, reached in self._store.table.scan(EventItem, after=after):
            waiting += [identity for raw in page if (identity := self._read(raw)) is not None]
            if len(waiting) >= FLUSH or reached is None:
                yield self._flush(waiting, reached)
                waiting = []
        partitions = sorted({*self._store.hints.partitions(), *self._held, names.SHARED_PARTITION})
        for partition in partitions:
            swept = sweep(
                self._store.table, partition, self._strangers(partition), forget_damaged=self._complete(partition)
            )
            yield self._step("partitions", swept=swept)
        wheels = (
            [self._flywheel] if self._flywheel else sorted({*self._store.hints.wheels(), *self._settings.flywheels})
        )
        for flywheel in wheels:
            yield self._advance(flywheel)

    def _read(self, raw: dict[str, object]) -> Identity | None:
        try:
            return identity_of(self._store.table, raw)
        except Exception as error:  # noqa: BLE001  an EVENT that cannot be read is told of, and keeps no other back
            self._on_failure(str(raw.get(names.PK)), error)
            return None

    def _flush(self, identities: list[Identity], reached: Key | None) -> Progress:
        """Write what a part of the events lacks; what somebody else changed meanwhile is looked at again."""
        written, moved, rest = 0, 0, identities
        for _ in range(ROUNDS):
            if not rest:
                return self._step("events", events=len(identities), written=written, moved=moved, reached=reached)
            placed = self.place(rest)
            written, moved = written + placed.written, moved + placed.moved
            rest = list(stored_identities(self._store.table, placed.lost).values())
        raise LostRaceError("rebuild", ROUNDS)

    def place(self, identities: Iterable[Identity]) -> "_Placed":
        """In the order of `append`: hints, facts, events."""
        wanted = {identity.winner.fact.key: self._wanted(identity) for identity in identities}
        concerned = [each for each in identities if self._concerns(each, wanted[each.winner.fact.key])]
        partitions = {partition for each in concerned for partition in wanted[each.winner.fact.key]}
        if concerned:
            at = self._at + UNSEALED
            affected_flywheels(
                self._store, concerned, self._settings, (holding(partition, at) for partition in sorted(partitions))
            )
            facts = [fact for each in concerned for fact in each.facts]
            self._store.hints.ensure_contested({thing for fact in facts for thing in (*named(fact), *hinted(fact))})
        written = self._write_missing(concerned, wanted)
        moving = [each for each in concerned if each.partitions != frozenset(wanted[each.winner.fact.key])]
        lost = [each.winner.fact.key for each in moving if not self._settle(each, wanted[each.winner.fact.key])]
        return _Placed(written, len(moving) - len(lost), lost)

    def _wanted(self, identity: Identity) -> tuple[str, ...]:
        """The partitions where today's settings put the facts of an identity, all of them together."""
        places = tuple(sorted({place for fact in identity.facts for place in partitions_of(fact, self._settings)}))
        places = self._same.setdefault(places, places)
        self._homes[identity.winner.fact.key] = places
        return places

    def _concerns(self, identity: Identity, wanted: Iterable[str]) -> bool:
        return self._only is None or self._only in wanted or self._only in identity.partitions

    def _write_missing(self, identities: Iterable[Identity], wanted: dict[int, tuple[str, ...]]) -> int:
        missing: defaultdict[str, list[Fact]] = defaultdict(list)
        for identity in identities:
            versions = set(map(copy_of, identity.facts))
            for partition in wanted[identity.winner.fact.key]:
                if not versions <= self._holds(partition):
                    missing[partition].extend(identity.facts)
                    self._holds(partition).update(versions)
        for partition, facts in sorted(missing.items()):
            for day, of_day in by_day(facts).items():
                needless = unite(self._store.table, partition, day, of_day)
                raise_edition(self._store.table, partition)
                forget(self._store.table, partition, needless)
        return sum(map(len, missing.values()))

    def _holds(self, partition: str) -> set[Copy]:
        """The facts that lie in a partition as completely as the log knows them; read when first asked for."""
        if partition not in self._held:
            whole = (fact for fact in facts_at(self._store.table, partition) if fact.source is not None)
            self._held[partition] = set(map(copy_of, whole))
        return self._held[partition]

    def _settle(self, identity: Identity, wanted: tuple[str, ...]) -> bool:
        """Have the EVENT say where its facts are; False where somebody else has just written it."""
        table = self._store.table
        item = item_of(table, msgspec.structs.replace(identity, partitions=frozenset(wanted)))
        return table.put(item, table.of(EventItem).version == identity.version)

    def _strangers(self, partition: str) -> Strangers:
        """Of facts in a partition, those that their EVENT knows and places elsewhere.

        The EVENT is read again: it may have got a revision since. What no EVENT knows yet is on its way, and stays.
        """

        def strangers(facts: Iterable[Fact]) -> set[Version]:
            keys = {fact.key for fact in facts if partition not in self._homes.get(fact.key, ())}
            identities = stored_identities(self._store.table, keys).values()
            elsewhere = (identity for identity in identities if partition not in identity.partitions)
            return {version_of(fact) for identity in elsewhere for fact in identity.facts}

        return strangers

    def _complete(self, partition: str) -> bool:
        """Whether every fact of a partition was looked at."""
        return self._only is None or partition == self._only

    def _advance(self, flywheel: str) -> Progress:
        mended = 0
        try:
            mended = len(audit_wheel(self._store, flywheel, self._settings, self._at))
        except Exception as error:  # noqa: BLE001  it keeps no other back
            self._on_failure(flywheel, error)
        made = advance_all(self._store, self._settings, [flywheel], self._at, self._on_failure, to_the_end=True)
        return self._step("wheels", wheels=len(made.done), mended=mended)

    def _step(self, doing: Pass, *, reached: Key | None = None, **more: int) -> Progress:
        before = self._progress
        counts = {name: getattr(before, name) + count for name, count in more.items()}
        kept = {name: getattr(before, name) for name in ("events", "written", "moved", "swept", "wheels", "mended")}
        self._progress = Progress(doing, **{**kept, **counts}, after=reached or before.after)
        return self._progress


def sweep(table: Table, partition: str, strangers: Strangers, *, forget_damaged: bool = False) -> int:
    """Take facts out of a partition: what stays is written first. Returns how many facts went."""
    swept = 0
    for part in list(_parts(table, partition)):
        facts = _facts(part)
        if facts is None:
            if forget_damaged:
                forget(table, partition, [part])
            continue
        if gone := strangers(facts):
            swept += _rewrite(table, partition, facts, gone)
            forget(table, partition, [part])
    for segment in list(table.query(SegmentItem, partition, begins=names.SEGMENT_SORT)):
        try:
            facts = unpack(segment.facts)
        except Exception:  # noqa: BLE001  whatever is wrong with it
            if forget_damaged:
                table.delete([(partition, segment.sk)])
            continue
        if gone := strangers(facts):
            swept += _rewrite(table, partition, facts, gone)
            raise_edition(table, partition)
            table.delete([(partition, segment.sk)])
    raise_edition(table, partition)
    return swept


def _rewrite(table: Table, partition: str, facts: list[Fact], gone: set[Version]) -> int:
    """Write what stays of some facts; returns how many do not."""
    stay = [fact for fact in facts if version_of(fact) not in gone]
    for day, kept in by_day(stay).items():
        version = 1 + max((part.version for part in parts_of(table, partition, f"{day}#open")), default=0)
        write_parts(table, partition, day, kept, version)
    return len(facts) - len(stay)


def facts_at(table: Table, partition: str) -> Iterator[Fact]:
    """The facts of a partition that can be read, sealed or not, as they lie in the table."""
    for part in _parts(table, partition):
        yield from _facts(part) or ()
    for segment in table.query(SegmentItem, partition, begins=names.SEGMENT_SORT):
        try:
            yield from unpack(segment.facts)
        except Exception:  # noqa: BLE001, S112  whatever is wrong with it, its facts are written anew
            continue


def _parts(table: Table, partition: str) -> Iterator[Part]:
    items = table.query(SealedItem, partition, begins=names.SEALED_SORT)
    return (part_at(item.sk, item.facts) for item in items)


def _facts(part: Part) -> list[Fact] | None:
    """The facts of a part; None where it is damaged."""
    return unpack(part.facts) if part.is_sound else None
