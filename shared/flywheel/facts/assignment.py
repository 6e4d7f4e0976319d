"""To which flywheel an event belongs (domain: "Flywheel of an event")."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial

from msgspec import Struct

from shared.flywheel.facts.fact import EventRetracted, Fact
from shared.flywheel.facts.openings import CLOCKS, CLOSES, OPENS, Opening, Openings, Sender
from shared.flywheel.facts.stated import NONE, Events, Owners, Stated, events_of, sorted_out
from shared.flywheel.settings.reach import Reach
from shared.flywheel.settings.values import UNASSIGNED, Settings

Name = tuple[str, str]
"""A thing that an event names: a sort (`idea`, `feature`, `incident`, `blocker`, `challenge`) and a name."""

Telling = tuple[int, str]
"""When an event told a flywheel, and which."""


class _Tellers(Struct, frozen=True):
    """Who tells the flywheel of one name: the earliest for everybody, and what counts for its own sender alone."""

    for_all: Telling | None
    own: list[tuple[Sender, Telling]]


class Assignment:
    """The flywheel of any event, given all that exist.

    An event *tells* a flywheel by its field, service or repository. A closing follows its opening, whatever it tells.
    Any other that tells none takes that of the earliest event that tells one and names the same idea, else the same
    feature. Of two earliest at one instant the first flywheel by name counts. A final event follows none: who names its
    idea later would move it.

    What a sender tells that is held to some flywheels decides for its own source's events; for everybody else's not
    where a flywheel outside its reach holds the name too, however early it is dated. Nor does an event of
    such a sender follow another to a flywheel outside its reach.
    """

    def __init__(
        self, stated: Stated, owners: Owners, reach: Reach, later: tuple["Assignment", int] | None = None
    ) -> None:
        """`later`: the assignment of which this is the part up to a moment, microseconds."""
        self.stated = stated
        self._later = later
        self._owners = owners
        self._reach = reach
        self._events: dict[str, Events] = {}
        self._ranked_openings: dict[Name, Openings] = {}

    def until(self, at: int) -> "Assignment":
        """The same, given those that exist up to a moment."""
        return Assignment(self.stated.between(0, at), self._owners, self._reach, (self, at))

    @property
    def flywheels(self) -> set[str]:
        """Every flywheel that an event belongs to."""
        return {*self.stated.by_flywheel, *self._followed}

    def events(self, flywheel: str) -> Events:
        """The events of a flywheel, put together once."""
        if flywheel not in self._events:
            self._events[flywheel] = self.stated.of(flywheel).and_of(self.followers(flywheel))
        return self._events[flywheel]

    def followers(self, flywheel: str) -> Events:
        """Those of them that do not state it."""
        return self._followed.get(flywheel, NONE)

    @cached_property
    def unmapped(self) -> list[int]:
        """The keys of the events that no flywheel owns, retractions left out; sorted once for all who tell of them."""
        return sorted(fact.key for fact in self.events(UNASSIGNED).all if type(fact) is not EventRetracted)

    def reaches(self, fact: Fact, flywheel: str) -> bool:
        """Whether the sender of an event may say something of a flywheel."""
        return self._reach.holds(flywheel, fact.source, fact.account)

    @cached_property
    def _followed(self) -> dict[str, Events]:
        """The events that tell no flywheel themselves, by the one they belong to."""
        followers: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact in self.stated.others:
            followers[self.of(fact)].append(fact)
        self._forget_openings()
        return {flywheel: events_of(facts) for flywheel, facts in followers.items()}

    def _forget_openings(self) -> None:
        """Hardly anybody asks for them again, and a report has an assignment for each of its moments."""
        self._ranked_openings.clear()
        for made in ("_openings", "_first_opened"):
            self.__dict__.pop(made, None)

    def of(self, fact: Fact) -> str:
        """The flywheel of an event; `unassigned` where nothing tells one."""
        sort = CLOSES.get(type(fact))
        if sort is not None:
            return self._of_closing(fact, (sort, getattr(fact, sort)))
        return self._owners.direct(fact) or (None if fact.is_final else self._by_name(fact)) or UNASSIGNED

    def _of_closing(self, fact: Fact, name: Name) -> str:
        if fact.flywheel is not None and self._is_opened(fact.flywheel, name, fact.time + CLOCKS):
            return fact.flywheel
        if name not in self._ranked_openings:
            self._ranked_openings[name] = Openings(self._opened(self._openings.get(name, ())))
        openings = self._ranked_openings[name]
        reached = partial(self.reaches, fact)
        owners = [owner for owner in (self._owners.service(fact), self._owners.repository(fact)) if owner is not None]
        owners = list(filter(reached, owners))
        followed = openings.followed(_sender(fact), fact.time, owners, reached)
        if followed is not None:
            return followed
        owner = next(iter(owners), None)
        return owner or openings.earliest(reached) or fact.flywheel or self._by_name(fact) or UNASSIGNED

    def _is_opened(self, flywheel: str, name: Name, by: int) -> bool:
        """Whether anything was opened under that name in a flywheel by a moment, microseconds."""
        everything, until = (self, by) if self._later is None else (self._later[0], min(by, self._later[1]))
        if everything.first_stated.get((flywheel, name[0]), {}).get(name[1], until + 1) <= until:
            return True
        first = self._first_opened.get((flywheel, name))
        return first is not None and first <= by

    @cached_property
    def first_stated(self) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """By flywheel and sort, the time of the first opening of each name among the events that state the flywheel."""
        return {
            (flywheel, sort): {getattr(fact, sort): fact.time for fact in reversed(events.by_type.get(type_, ()))}
            for flywheel, events in self.stated.by_flywheel.items()
            for type_, sort in OPENS.items()
        }

    @cached_property
    def _first_opened(self) -> dict[tuple[str | None, Name], int]:
        """The time of the first opening of a name in a flywheel, among the events that state none."""
        first: dict[tuple[str | None, Name], int] = {}
        for fact in self.stated.others:
            if sort := OPENS.get(type(fact), ""):
                first.setdefault((self.of(fact), (sort, getattr(fact, sort))), fact.time)
        return first

    @cached_property
    def _openings(self) -> dict[Name, list[tuple[Fact, str]]]:
        """The openings with their flywheels, by sort and name."""
        by_name: defaultdict[Name, list[tuple[Fact, str]]] = defaultdict(list)
        for type_, sort in OPENS.items():
            for flywheel, events in self.stated.by_flywheel.items():
                for fact in events.by_type.get(type_, ()):
                    by_name[sort, getattr(fact, sort)].append((fact, flywheel))
        for fact in self.stated.others:
            if sort := OPENS.get(type(fact), ""):
                by_name[sort, getattr(fact, sort)].append((fact, self.of(fact)))
        return by_name

    def _opened(self, openings: Sequence[tuple[Fact, str]]) -> Iterator[Opening]:
        holders = {flywheel for _, flywheel in openings}
        for fact, flywheel in openings:
            sender = _sender(fact)
            yield Opening(fact.time, fact.key, sender, flywheel, self._holds_all(sender, holders))

    def _holds_all(self, sender: Sender, holders: Iterable[str]) -> bool:
        """Whether every flywheel that holds a name is within a sender's reach, so that it decides for everybody."""
        return not self._reach.confines(*sender) or all(self._reach.holds(holder, *sender) for holder in holders)

    def _by_name(self, fact: Fact) -> str | None:
        for name in _names(fact):
            teller = self._tellers.get(name)
            if teller is None:
                continue
            tellings = [telling for sender, telling in teller.own if fact.source and _sender(fact).may_be(sender)]
            if teller.for_all is not None and self.reaches(fact, teller.for_all[1]):
                tellings.append(teller.for_all)
            if tellings:
                return min(tellings)[1]
        return None

    @cached_property
    def _tellers(self) -> dict[Name, _Tellers]:
        """By idea and feature, who tells a flywheel, by a closing too."""
        free: dict[Name, Telling] = {}
        held: defaultdict[Name, list[tuple[Sender, Telling]]] = defaultdict(list)
        for fact, flywheel in self._telling():
            telling, is_held = (fact.time, flywheel), self._reach.confines(fact.source, fact.account)
            for name in _names(fact):
                if is_held:
                    held[name].append((_sender(fact), telling))
                else:
                    free[name] = min(free.get(name, telling), telling)
        holders = self._holders(held)
        return {name: self._ranked(free.get(name), held.get(name, ()), holders[name]) for name in {*free, *held}}

    def _telling(self) -> Iterator[tuple[Fact, str]]:
        """Every event that tells a flywheel, with it, but for some that name nothing."""
        stated = self.stated
        yield from ((fact, flywheel) for flywheel, events in stated.by_flywheel.items() for fact in events.naming)
        yield from ((fact, owner) for fact in stated.others if (owner := self._owners.direct(fact)) is not None)

    def _holders(self, names: Collection[Name]) -> defaultdict[Name, set[str]]:
        """The flywheels that events tell which name these."""
        holders: defaultdict[Name, set[str]] = defaultdict(set)
        if names:
            for fact, flywheel in self._telling():
                for name in _names(fact):
                    if name in names:
                        holders[name].add(flywheel)
        return holders

    def _ranked(
        self, free: Telling | None, held: Sequence[tuple[Sender, Telling]], holders: Collection[str]
    ) -> _Tellers:
        decide = [telling for sender, telling in held if self._holds_all(sender, holders)]
        own = [each for each in held if not self._holds_all(each[0], holders)]
        return _Tellers(min((*decide, *((free,) if free is not None else ())), default=None), own)


def assignment_of(standing: Iterable[Fact], settings: Settings) -> Assignment:
    """The assignment that these events make, all that exist."""
    owners = Owners(settings)
    return Assignment(sorted_out(standing, owners), owners, Reach(settings))


def _sender(fact: Fact) -> Sender:
    return Sender(fact.source, fact.account)


def _names(fact: Fact) -> Iterator[Name]:
    """The names that lend and take a flywheel: an event's idea, else its feature."""
    if fact.idea is not None:
        yield "idea", fact.idea
    if fact.feature is not None:
        yield "feature", fact.feature
