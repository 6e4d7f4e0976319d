"""To which flywheel an event belongs (domain: "Flywheel of an event")."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from shared.flywheel.facts.fact import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    Fact,
    IncidentOpened,
    IncidentResolved,
    IncidentReviewed,
)
from shared.flywheel.moments import MINUTE
from shared.flywheel.settings.values import UNASSIGNED, Settings

Name = tuple[str, str]
"""What an event can be recognised by: a sort (`idea`, `feature`, `incident`, `blocker`, `challenge`) and a name."""

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
"""What each kind of opening opens, and above, what each kind of closing closes or reviews."""


CLOCKS = 5 * MINUTE
"""So much the clocks of two senders may differ: a closing may be that much before its opening."""


class Opening(NamedTuple):
    """An opening: when, its event's key and source (None where that is not known), and whose it is."""

    time: int
    key: int
    source: str | None
    flywheel: str


class Openings:
    """Every opening of one name, of all flywheels and sources, by time."""

    def __init__(self, openings: Iterable[Opening]) -> None:
        self._all = sorted(openings, key=lambda each: (each.time, each.key))
        self._of_source: dict[str | None, _OfSource] = {}
        self._first: dict[str, int] = {}
        for each in self._all:
            self._first.setdefault(each.flywheel, each.time)

    @property
    def earliest(self) -> str | None:
        """The flywheel of the first of all."""
        return self._all[0].flywheel if self._all else None

    def has(self, flywheel: str, until: int) -> bool:
        """Whether a flywheel has one at or before a time."""
        return flywheel in self._first and self._first[flywheel] <= until

    def followed(self, source: str | None, time: int, owners: Iterable[str]) -> str | None:
        """The flywheel that a closing of a source follows: an owner of what it names, else that of the latest before.

        An opening or closing of unknown source counts as of any.
        """
        same = self._same(source)
        if not same.openings:
            return None
        owner = next((owner for owner in owners if owner in same.flywheels), None)
        latest = bisect_right(same.openings, time, key=lambda each: each.time)
        return owner or same.openings[max(0, latest - 1)].flywheel

    def _same(self, source: str | None) -> "_OfSource":
        if source not in self._of_source:
            same = [each for each in self._all if source is None or each.source in {source, None}]
            self._of_source[source] = _OfSource(same, frozenset(each.flywheel for each in same))
        return self._of_source[source]


class _OfSource(NamedTuple):
    """The openings of one name and source, by time, and whose they are."""

    openings: list[Opening]
    flywheels: frozenset[str]


_NONE = Openings(())


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


class Assignment:
    """The flywheel of any event, given all that exist.

    An event *tells* a flywheel by its field, service or repository. A closing follows its opening, whatever it tells.
    Any other that tells none takes that of the earliest event that tells one and names the same idea, else the same
    feature. Of two earliest at one instant the first flywheel by name counts.
    """

    def __init__(self, standing: Iterable[Fact], settings: Settings) -> None:
        self._owners = Owners(settings)
        self._named: dict[Name, tuple[int, str]] = {}
        self.told: defaultdict[str, list[Fact]] = defaultdict(list)
        """By flywheel the events that tell it, closings left out."""
        self.untold: list[Fact] = []
        """The others: closings, and what tells none."""
        direct, told, untold = self._owners.direct, self.told, self.untold
        for fact in standing:
            flywheel = None if type(fact) in CLOSES else fact.flywheel or direct(fact)
            if flywheel is None:
                untold.append(fact)
            else:
                told[flywheel].append(fact)

    @property
    def flywheels(self) -> set[str]:
        """Every flywheel that an event belongs to."""
        return {*self.told, *self._followed}

    def owned(self, flywheel: str) -> list[Fact]:
        """The events of a flywheel."""
        return [*self.told.get(flywheel, ()), *self._followed.get(flywheel, ())]

    @cached_property
    def _followed(self) -> dict[str, list[Fact]]:
        """The events that tell no flywheel themselves, by the one they belong to."""
        found: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact in self.untold:
            found[self.of(fact)].append(fact)
        return dict(found)

    def of(self, fact: Fact) -> str:
        """The flywheel of an event; `unassigned` where nothing tells one."""
        sort = CLOSES.get(type(fact))
        if sort is not None:
            return self._of_closing(fact, self._openings.get((sort, getattr(fact, sort)), _NONE))
        return self._owners.direct(fact) or self._by_name(fact) or UNASSIGNED

    def _of_closing(self, fact: Fact, openings: "Openings") -> str:
        if fact.flywheel is not None and openings.has(fact.flywheel, fact.time + CLOCKS):
            return fact.flywheel
        owners = [owner for owner in (self._owners.service(fact), self._owners.repository(fact)) if owner is not None]
        followed = openings.followed(fact.source, fact.time, owners)
        if followed is not None:
            return followed
        return next(iter(owners), None) or openings.earliest or fact.flywheel or self._by_name(fact) or UNASSIGNED

    @cached_property
    def _openings(self) -> dict[Name, "Openings"]:
        """What was opened, by sort and name."""
        found: defaultdict[Name, list[Opening]] = defaultdict(list)
        for fact in chain(*self.told.values(), self.untold):
            sort = OPENS.get(type(fact))
            if sort is not None:
                opening = Opening(fact.time, fact.key, fact.source, self.of(fact))
                found[sort, getattr(fact, sort)].append(opening)
        return {name: Openings(openings) for name, openings in found.items()}

    def _note_names(self, fact: Fact, flywheel: str) -> None:
        for sort, name in (("idea", fact.idea), ("feature", fact.feature)):
            if name is not None:
                entry = (fact.time, flywheel)
                self._named[sort, name] = min(self._named.get((sort, name), entry), entry)

    def _by_name(self, fact: Fact) -> str | None:
        for sort, name in (("idea", fact.idea), ("feature", fact.feature)):
            if name is not None and (sort, name) in self._tellers:
                return self._tellers[sort, name][1]
        return None

    @cached_property
    def _tellers(self) -> dict[Name, tuple[int, str]]:
        """By idea and feature, the earliest event that tells a flywheel, a closing too: its time and its flywheel."""
        for flywheel, facts in self.told.items():
            for fact in facts:
                self._note_names(fact, flywheel)
        for fact in self.untold:
            flywheel_or_none = self._owners.direct(fact)
            if flywheel_or_none is not None:
                self._note_names(fact, flywheel_or_none)
        return self._named
