"""The facts that a flywheel's fold needs: a superset of its own, whose they are the fold decides.

Read are the flywheel's partition and the shared one; partitions to which other settings once gave what is now the
flywheel's; the recorded changes of repositories that it deploys from by head alone; and, where an event that tells no
flywheel names something that several name, the partitions of those others (architecture: "Folding").
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import Copy, copy_of
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.store.segments.placing import Named, known_flywheel, named, repository_to_look_up
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.keys import flywheel_partition, repository_partition


class Loaded(Struct, frozen=True):
    """Facts for one fold, each version once; `mine`: those that are, or may be, the flywheel's own.

    `folded` holds by partition the newest segment that was read; `learned` what else turned out to be named by it,
    through events of others' partitions.
    """

    facts: list[Fact]
    mine: list[Fact]
    folded: dict[str, str]
    learned: frozenset[Named]


class _Reader:
    """Reads each partition once."""

    def __init__(self, store: Store, since: datetime | None) -> None:
        self._sealed = store.sealed
        self._since = since
        self.facts: dict[Copy, Fact] = {}
        self.newest: dict[str, str] = {}

    def read(self, partition: str) -> list[Fact]:
        """The facts of a partition that have not been read yet."""
        if partition in self.newest:
            return []
        content = self._sealed.read(partition, self._since)
        self.newest[partition] = content.newest
        new = []
        for fact in content.facts:
            known = self.facts.get(copy := copy_of(fact))
            if known is None or known.source is None:
                self.facts[copy] = fact
                new.append(fact)
        return new


def load(
    store: Store, flywheel: str, settings: Settings, *, receipt: bool = True, since: datetime | None = None
) -> Loaded:
    """All facts that the report of a flywheel needs, whatever its as_of; with `since`, where it asks for none before.

    Without `receipt` those that its turns and figures need: the count of events that belong to nobody then says less.
    """
    everything = receipt or flywheel == UNASSIGNED
    reader = _Reader(store, since)
    home = flywheel_partition(flywheel)
    at_home = {copy_of(fact) for fact in reader.read(home)}
    reader.read(names.SHARED_PARTITION)
    for partition in _mapped(store, flywheel, settings, changes=everything):
        reader.read(partition)
    own, unknown = _sorted_out(reader.facts.values(), flywheel, settings)
    moved = _things(fact for fact in own if copy_of(fact) not in at_home)
    if flywheel == UNASSIGNED:
        own.extend(unknown)
    connected = _connected(own, unknown)
    mine = [*own, *connected]
    for repository in sorted({name for fact in mine if (name := repository_to_look_up(fact)) is not None}):
        reader.read(repository_partition(repository))
    told_by = _things(unknown) if everything else _contested(store, _things(connected), moved)
    for rival in _naming(store, told_by, flywheel):
        reader.read(flywheel_partition(rival))
    return Loaded(
        list(reader.facts.values()), mine, _folded(reader.newest, home), frozenset(moved | _things(connected))
    )


def _folded(newest: Mapping[str, str], home: str) -> dict[str, str]:
    """How far the partitions were read whose new segments concern this flywheel even where nobody was woken."""
    watched = (home, names.SHARED_PARTITION)
    return {name: sk for name, sk in newest.items() if name in watched or name.startswith(names.REPOSITORY_PREFIX)}


def _mapped(store: Store, flywheel: str, settings: Settings, *, changes: bool) -> list[str]:
    """Partitions that hold facts of services and repositories which today's settings give to the flywheel, or to none.

    Recorded changes without an owner (`changes`) name nothing that could tell one: only the receipt counts them.
    """
    owner_of = {"service": settings.owner_of_service, "repository": settings.owner_of_repository}
    partitions = set()
    for place in store.hints.places():
        owner = owner_of[place.what](place.name)
        nobodys = owner is None and (changes or not place.partition.startswith(names.REPOSITORY_PREFIX))
        if nobodys or owner == flywheel:
            partitions.add(place.partition)
    return sorted(partitions)


def _sorted_out(facts: Iterable[Fact], flywheel: str, settings: Settings) -> tuple[list[Fact], list[Fact]]:
    """Facts that tell this flywheel, and facts that tell none."""
    own, unknown = [], []
    for fact in facts:
        told = known_flywheel(fact, settings)
        if told == flywheel:
            own.append(fact)
        elif told is None:
            unknown.append(fact)
    return own, unknown


def _connected(own: Iterable[Fact], unknown: Sequence[Fact]) -> list[Fact]:
    """Facts without a flywheel that name what the flywheel names, or what another such fact names."""
    by_thing: defaultdict[Named, list[Fact]] = defaultdict(list)
    for fact in unknown:
        for thing in named(fact):
            by_thing[thing].append(fact)
    waiting = deque(_things(own) & by_thing.keys())
    found: dict[int, Fact] = {}
    while waiting:
        for fact in by_thing.pop(waiting.popleft(), ()):
            found[id(fact)] = fact
            waiting.extend(thing for thing in named(fact) if thing in by_thing)
    return list(found.values())


def _contested(store: Store, things: set[Named], moved: set[Named]) -> set[Named]:
    """What events without a flywheel name and several flywheels name; of what moved here nobody has marked it yet."""
    return things & (store.hints.all_contested() | moved) if things else set()


def _naming(store: Store, things: Iterable[Named], flywheel: str) -> list[str]:
    return sorted({rival for thing in things for rival in store.hints.flywheels_naming(thing)} - {flywheel})


def _things(facts: Iterable[Fact]) -> set[Named]:
    return {thing for fact in facts for thing in named(fact)}
