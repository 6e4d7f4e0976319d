"""The facts that a flywheel's fold needs: a superset of its own, whose they are the fold decides.

Read are the flywheel's partition and the shared one; partitions to which other settings once gave what is now the
flywheel's; the recorded changes of repositories that it deploys from by head alone; and, where an event that tells no
flywheel names something that several name, the partitions of those others (architecture: "Folding").
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice

from msgspec import Struct

from shared.flywheel.facts.fact import DeploymentFinished, DeploymentStarted, EventRetracted, Fact
from shared.flywheel.facts.identity import Place, place_of, united
from shared.flywheel.facts.openings import CLOSES, OPENS
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.store.segments.hints import strays
from shared.store.segments.places import closed, named, opened, repository_to_look_up, told_by
from shared.store.segments.sealed_facts import SealedFacts
from shared.store.segments.segments import Partition
from shared.store.segments.things import BESIDE, Named
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.keys import flywheel_partition, repository_partition

_DEPLOYING = (DeploymentStarted, DeploymentFinished)
_SPEAKING = {*OPENS, *CLOSES}


class Loaded(Struct, frozen=True):
    """Facts for one fold, each version once; `mine`: those that are, or may be, the flywheel's own.

    `folded` holds by partition the newest segment that was read; `learned` what else turned out to be named by it,
    through events of others' partitions; `strays` of what it has closings that may follow an opening elsewhere.
    """

    facts: list[Fact]
    mine: list[Fact]
    folded: dict[str, str]
    learned: frozenset[Named]
    strays: frozenset[Named]
    sealed: SealedFacts | None = None
    """The sealed facts that `facts` begin with, as long as they are remembered."""


class _Parts(Struct, frozen=True):
    """Facts by whom they tell: `own` tell some of the flywheels, `unknown` none at all.

    `repositories`: those whose recorded changes some of `own` need; `gone`: the keys of what some retraction names;
    `speaking`: by flywheel, of its own the openings and closings; `astray`: the names that such closings may follow
    elsewhere.
    """

    own: list[Fact]
    unknown: list[Fact]
    repositories: frozenset[str]
    gone: frozenset[int]
    speaking: dict[str, list[Fact]]
    astray: frozenset[Named]


class _Reader:
    """Reads each partition once."""

    def __init__(self, store: Store, since: datetime | None) -> None:
        self._sealed = store.sealed
        self._since = since
        self.facts: dict[Place, Fact] = {}
        self.newest: dict[str, str] = {}
        self.elsewhere: set[int] = set()
        """The places in memory of the facts that lie at none of the flywheels' homes."""
        self.sealed: SealedFacts | None = None
        """The sealed facts that `facts` begin with, where they were taken as they are remembered."""

    def read(self, partitions: Iterable[str], *, homes: Collection[str] = ()) -> None:
        """Take the facts of those partitions that have not been read yet."""
        asked = [partition for partition in dict.fromkeys(partitions) if partition not in self.newest]
        for partition, content in self._sealed.read_all(asked, self._since).items():
            self.newest[partition] = content.newest
            self._take(content, home=partition in homes)

    def _take(self, content: Partition, *, home: bool) -> None:
        facts = content.facts
        if not self.facts and content.sealed.is_known:
            self.facts, self.sealed, facts = dict(content.sealed.copies), content.sealed, content.fresh
        for fact in facts:
            known = self.facts.get(place := place_of(fact, self.facts))
            if known is None or known.source is None:
                self.facts[place] = fact
                if not home and (known is None or id(known) in self.elsewhere):
                    self.elsewhere.add(id(fact))

    def parts(self, flywheels: tuple[str, ...], settings: Settings) -> _Parts:
        """What was read so far, by whom it tells; of sealed facts that are remembered this is, too."""
        sealed = self.sealed
        if sealed is None:
            return _parts_of(self.facts.values(), flywheels, settings)
        before = sealed.once((flywheels, settings), lambda: _parts_of(sealed.copies.values(), flywheels, settings))
        fresh = islice(self.facts.values(), len(sealed.copies), None)
        return _both(before, _parts_of(fresh, flywheels, settings), settings)


def load(
    store: Store, flywheel: str, settings: Settings, *, receipt: bool = True, since: datetime | None = None
) -> Loaded:
    """All facts that the report of a flywheel needs, whatever its as_of; with `since`, where it asks for none before.

    Without `receipt` those that its turns and figures need: the count of events that belong to nobody then says less.
    """
    return load_together(store, (flywheel,), settings, receipt=receipt, since=since)


def load_together(
    store: Store, flywheels: Sequence[str], settings: Settings, *, receipt: bool = True, since: datetime | None = None
) -> Loaded:
    """The same for several at once: what belongs to nobody, and who names what, is looked through once for all."""
    everything = receipt or UNASSIGNED in flywheels
    reader = _Reader(store, since)
    homes = [flywheel_partition(flywheel) for flywheel in flywheels]
    mapped = _mapped(store, flywheels, settings, changes=everything)
    reader.read([*homes, names.SHARED_PARTITION, *mapped], homes=homes)
    parts = reader.parts(tuple(flywheels), settings)
    own, unknown = parts.own, parts.unknown
    moved = _things(fact for fact in own if id(fact) in reader.elsewhere) if reader.elsewhere else set()
    if UNASSIGNED in flywheels:
        own = [*own, *unknown]
    connected = _connected(own, unknown)
    repositories = sorted(parts.repositories | _repositories(connected))
    reader.read(map(repository_partition, repositories))
    asked = _things(unknown) if everything else _contested(store, _things(connected), moved)
    of_nobody = unknown if UNASSIGNED in flywheels else connected
    followed = _followed_elsewhere(store, [*chain.from_iterable(parts.speaking.values()), *of_nobody])
    reader.read(map(flywheel_partition, _naming(store, {*asked, *parts.astray, *followed}, flywheels)))
    learned = frozenset(moved | _things(connected))
    facts, folded = list(reader.facts.values()), _folded(reader.newest, homes)
    return Loaded(facts, [*own, *connected], folded, learned, parts.astray, reader.sealed)


def _parts_of(facts: Iterable[Fact], flywheels: Sequence[str], settings: Settings) -> _Parts:
    facts = list(facts)
    owned, unknown = _sorted_out(facts, flywheels, settings)
    own, *others = owned.values()
    if others:
        own = list({id(fact): fact for each in owned.values() for fact in each}.values())
    gone = frozenset(fact.target for fact in facts if type(fact) is EventRetracted)
    speaking = {flywheel: [fact for fact in each if type(fact) in _SPEAKING] for flywheel, each in owned.items()}
    return _Parts(own, unknown, _repositories(own), gone, speaking, _all_astray(speaking, gone, settings))


def _both(one: _Parts, other: _Parts, settings: Settings) -> _Parts:
    gone, speaking, astray = one.gone | other.gone, one.speaking, one.astray
    if gone != one.gone or any(other.speaking.values()):
        speaking = {flywheel: [*facts, *other.speaking[flywheel]] for flywheel, facts in speaking.items()}
        astray = _all_astray(speaking, gone, settings)
    repositories = one.repositories | other.repositories
    return _Parts([*one.own, *other.own], [*one.unknown, *other.unknown], repositories, gone, speaking, astray)


def _repositories(facts: Iterable[Fact]) -> frozenset[str]:
    """Those whose recorded changes some deployment needs."""
    deploying = (fact for fact in facts if type(fact) in _DEPLOYING)
    return frozenset(name for fact in deploying if (name := repository_to_look_up(fact)) is not None)


def _all_astray(speaking: Mapping[str, Sequence[Fact]], gone: Collection[int], settings: Settings) -> frozenset[Named]:
    return frozenset(
        thing for flywheel, facts in speaking.items() for thing in _astray(facts, gone, flywheel, settings)
    )


def _astray(own: Sequence[Fact], gone: Collection[int], flywheel: str, settings: Settings) -> set[Named]:
    """The names of the flywheel's closings that may follow an opening elsewhere: none of its own stands before them.

    `own`: its openings and closings; `gone`: the keys of what some retraction names.
    """
    closings = [(thing, fact) for fact in own if type(fact) in CLOSES and (thing := closed(fact)) is not None]
    if not closings:
        return set()
    openings: defaultdict[Named, list[Fact]] = defaultdict(list)
    for fact in united(fact for fact in own if type(fact) in OPENS).survivors.values():
        if fact.key not in gone and (thing := opened(fact)) is not None:
            openings[thing].append(fact)
    return {
        thing
        for thing, fact in closings
        if told_by(fact, settings)[:1] != (flywheel,) or not any(_settles(each, fact) for each in openings[thing])
    }


def _settles(opening: Fact, closing: Fact) -> bool:
    """Whether a closing belongs to its own flywheel for this opening there, as of any moment."""
    sources = {opening.source, closing.source}
    return opening.time <= closing.time and (closing.flywheel is not None or len(sources) == 1 or None in sources)


def _followed_elsewhere(store: Store, facts: Sequence[Fact]) -> set[Named]:
    """The names opened or closed here of which closings elsewhere may follow an opening here, or the reverse."""
    speaking = [fact for fact in facts if type(fact) in _SPEAKING]
    marked = store.hints.all_contested() if speaking else set()
    if not marked:
        return set()
    things = {thing for fact in speaking if (thing := opened(fact) or closed(fact)) is not None}
    return {thing for thing in things if strays(thing) in marked}


def _folded(newest: Mapping[str, str], homes: Sequence[str]) -> dict[str, str]:
    """How far the partitions were read whose new segments concern these flywheels even where nobody was woken."""
    watched = {*homes, names.SHARED_PARTITION}
    return {name: sk for name, sk in newest.items() if name in watched or name.startswith(names.REPOSITORY_PREFIX)}


def _mapped(store: Store, flywheels: Collection[str], settings: Settings, *, changes: bool) -> list[str]:
    """Partitions that hold facts of services and repositories which today's settings give to these, or to nobody.

    Recorded changes without an owner (`changes`) name nothing that could tell one: only the receipt counts them.
    """
    owner_of = {"service": settings.owner_of_service, "repository": settings.owner_of_repository}
    partitions = set()
    for place in store.hints.places():
        owner = owner_of[place.what.removeprefix(BESIDE)](place.name)
        nobodys = (
            owner is None
            and not place.what.startswith(BESIDE)
            and (changes or not place.partition.startswith(names.REPOSITORY_PREFIX))
        )
        if nobodys or owner in flywheels:
            partitions.add(place.partition)
    return sorted(partitions)


def _sorted_out(
    facts: Iterable[Fact], flywheels: Collection[str], settings: Settings
) -> tuple[dict[str, list[Fact]], list[Fact]]:
    """Facts that tell each of these flywheels, and facts that tell none at all."""
    own: dict[str, list[Fact]] = {flywheel: [] for flywheel in flywheels}
    unknown = []
    for fact in facts:
        stated = fact.flywheel
        if stated is not None and stated in own and type(fact) not in CLOSES:
            own[stated].append(fact)
            continue
        owners = told_by(fact, settings)
        for flywheel in set(owners) & own.keys():
            own[flywheel].append(fact)
        if not owners:
            unknown.append(fact)
    return own, unknown


def _connected(own: Iterable[Fact], unknown: Sequence[Fact]) -> list[Fact]:
    """Facts without a flywheel that name what the flywheel names, or what another such fact names."""
    by_thing: defaultdict[Named, list[Fact]] = defaultdict(list)
    for fact in unknown:
        for thing in named(fact):
            by_thing[thing].append(fact)
    if not by_thing:
        return []
    waiting = deque(_things(own) & by_thing.keys())
    connected: dict[int, Fact] = {}
    while waiting:
        for fact in by_thing.pop(waiting.popleft(), ()):
            connected[id(fact)] = fact
            waiting.extend(thing for thing in named(fact) if thing in by_thing)
    return list(connected.values())


def _contested(store: Store, things: set[Named], moved: set[Named]) -> set[Named]:
    """Names, of events without a flywheel, that several flywheels share; those of facts just moved are not marked."""
    return things & (store.hints.all_contested() | moved) if things else set()


def _naming(store: Store, things: Iterable[Named], flywheels: Iterable[str]) -> list[str]:
    return sorted({rival for thing in things for rival in store.hints.flywheels_naming(thing)} - set(flywheels))


def _things(facts: Iterable[Fact]) -> set[Named]:
    return {thing for fact in facts for thing in named(fact)}
