"""To which flywheel an event belongs (domain: "Flywheel of an event")."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain
from typing import NamedTuple

from shared.flywheel.facts.fact import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    EventRetracted,
    Fact,
    IncidentOpened,
    IncidentResolved,
    IncidentReviewed,
)
from shared.flywheel.facts.openings import NONE, Opening, Openings, Sender
from shared.flywheel.moments import MINUTE
from shared.flywheel.settings.reach import Reach
from shared.flywheel.settings.values import UNASSIGNED, Settings

Name = tuple[str, str]
"""A thing that an event names: a sort (`idea`, `feature`, `incident`, `blocker`, `challenge`) and a name."""

CLOSES: dict[type[Fact], str] = {
    IncidentResolved: "incident",
    IncidentReviewed: "incident",
    BlockerClosed: "blocker",
    ChallengeResolved: "challenge",
}
OPENS: dict[type[Fact], str] = {
    IncidentOpened: "incident",
    BlockerOpened: "blocker",
    ChallengeOpened: "challenge",
}
"""By kind, the sort of thing that an opening opens; above, the sort that a closing closes or reviews."""


CLOCKS = 5 * MINUTE
"""So much the clocks of two senders may differ: a closing may be that much before its opening."""


class Owners:
    """Owners of services and repositories, each looked up once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._services: dict[str, str | None] = {}
        self._repositories: dict[str, str | None] = {}

    def direct(self, fact: Fact) -> str | None:
        """The flywheel an event names, else the owner of its service, else of its repository; None where none is."""
        return fact.flywheel or self.service(fact) or self.repository(fact)

    def service(self, fact: Fact) -> str | None:
        """The owner of an event's service."""
        return None if fact.service is None else self._service(fact.service)

    def repository(self, fact: Fact) -> str | None:
        """The owner of an event's repository."""
        return None if fact.repository is None else self._repository(fact.repository)

    def _service(self, service: str) -> str | None:
        if service not in self._services:
            self._services[service] = self._settings.owner_of_service(service)
        return self._services[service]

    def _repository(self, repository: str) -> str | None:
        if repository not in self._repositories:
            self._repositories[repository] = self._settings.owner_of_repository(repository)
        return self._repositories[repository]


Telling = tuple[int, str]
"""When an event told a flywheel, and which."""


class _Tellers(NamedTuple):
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

    def __init__(self, standing: Iterable[Fact], settings: Settings) -> None:
        self._owners = Owners(settings)
        self._reach = Reach(settings)
        self.stated: defaultdict[str, list[Fact]] = defaultdict(list)
        """By flywheel the events that state it, closings left out."""
        self.unstated: list[Fact] = []
        """The others: closings, and events that state none."""
        direct, stated, unstated = self._owners.direct, self.stated, self.unstated
        for fact in standing:
            flywheel = None if type(fact) in CLOSES else fact.flywheel or direct(fact)
            if flywheel is None:
                unstated.append(fact)
            else:
                stated[flywheel].append(fact)

    @property
    def flywheels(self) -> set[str]:
        """Every flywheel that an event belongs to."""
        return {*self.stated, *self._followed}

    def owned(self, flywheel: str) -> list[Fact]:
        """The events of a flywheel."""
        return [*self.stated.get(flywheel, ()), *self._followed.get(flywheel, ())]

    @cached_property
    def unmapped(self) -> list[int]:
        """The keys of the events that no flywheel owns, retractions left out; sorted once for all who tell of them."""
        return sorted(fact.key for fact in self.owned(UNASSIGNED) if type(fact) is not EventRetracted)

    def reaches(self, fact: Fact, flywheel: str) -> bool:
        """Whether the sender of an event may say something of a flywheel."""
        return self._reach.holds(flywheel, fact.source, fact.account)

    @cached_property
    def _followed(self) -> dict[str, list[Fact]]:
        """The events that tell no flywheel themselves, by the one they belong to."""
        followers: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact in self.unstated:
            followers[self.of(fact)].append(fact)
        return dict(followers)

    def of(self, fact: Fact) -> str:
        """The flywheel of an event; `unassigned` where nothing tells one."""
        sort = CLOSES.get(type(fact))
        if sort is not None:
            return self._of_closing(fact, self._openings.get((sort, getattr(fact, sort)), NONE))
        return self._owners.direct(fact) or (None if fact.is_final else self._by_name(fact)) or UNASSIGNED

    def _of_closing(self, fact: Fact, openings: Openings) -> str:
        if fact.flywheel is not None and openings.has(fact.flywheel, fact.time + CLOCKS):
            return fact.flywheel
        reached = partial(self.reaches, fact)
        owners = [owner for owner in (self._owners.service(fact), self._owners.repository(fact)) if owner is not None]
        owners = list(filter(reached, owners))
        followed = openings.followed(_sender(fact), fact.time, owners, reached)
        if followed is not None:
            return followed
        owner = next(iter(owners), None)
        return owner or openings.earliest(reached) or fact.flywheel or self._by_name(fact) or UNASSIGNED

    @cached_property
    def _openings(self) -> dict[Name, Openings]:
        """The openings, by sort and name."""
        by_name: defaultdict[Name, list[tuple[Fact, str]]] = defaultdict(list)
        for fact in chain(*self.stated.values(), self.unstated):
            sort = OPENS.get(type(fact))
            if sort is not None:
                by_name[sort, getattr(fact, sort)].append((fact, self.of(fact)))
        return {name: Openings(self._opened(openings)) for name, openings in by_name.items()}

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
        """Every event that tells a flywheel, with it."""
        yield from ((fact, flywheel) for flywheel, facts in self.stated.items() for fact in facts)
        yield from ((fact, owner) for fact in self.unstated if (owner := self._owners.direct(fact)) is not None)

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


def _sender(fact: Fact) -> Sender:
    return Sender(fact.source, fact.account)


def _names(fact: Fact) -> Iterator[Name]:
    """The names that lend and take a flywheel: an event's idea, else its feature."""
    if fact.idea is not None:
        yield "idea", fact.idea
    if fact.feature is not None:
        yield "feature", fact.feature
