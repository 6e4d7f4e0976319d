"""To which flywheel an event belongs (domain: "Flywheel of an event")."""

from collections import defaultdict
from collections.abc import Iterable

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
from shared.flywheel.settings.values import UNASSIGNED, Settings

Name = tuple[str, str]
"""What an event can be recognised by: a sort (`idea`, `feature`, `incident`, `blocker`, `challenge`) and a name."""

_CLOSES: dict[type[Fact], str] = {
    IncidentResolved: "incident",
    IncidentReviewed: "incident",
    BlockerClosed: "blocker",
    ChallengeResolved: "challenge",
}
_OPENS: dict[type[Fact], str] = {
    IncidentOpened: "incident",
    BlockerOpened: "blocker",
    ChallengeOpened: "challenge",
}


class Owners:
    """Owners of services and repositories, each looked up once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._services: dict[str, str | None] = {}
        self._repositories: dict[str, str | None] = {}

    def direct(self, fact: Fact) -> str | None:
        """The flywheel an event names, else the owner of its service, else of its repository; None where none is."""
        if fact.flywheel is not None:
            return fact.flywheel
        if fact.service is not None:
            owner = self._service(fact.service)
            if owner is not None:
                return owner
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

    An event *tells* a flywheel by its field, service or repository. One that does not takes that of what it closes,
    else that of the earliest event that tells one and names the same idea, else the same feature. Of two earliest at
    one instant the first flywheel by name counts.
    """

    def __init__(self, standing: Iterable[Fact], settings: Settings) -> None:
        self._owners = Owners(settings)
        self._openings: dict[Name, Fact] = {}
        self._named: dict[Name, tuple[int, str]] = {}
        self.told: defaultdict[str, list[Fact]] = defaultdict(list)
        self.untold: list[Fact] = []
        direct, told, untold = self._owners.direct, self.told, self.untold
        for fact in standing:
            flywheel = fact.flywheel or direct(fact)
            if flywheel is None:
                untold.append(fact)
            else:
                told[flywheel].append(fact)
        self._ready = False

    def of(self, fact: Fact) -> str:
        """The flywheel of an event; `unassigned` where nothing tells one."""
        flywheel = self._owners.direct(fact)
        if flywheel is not None:
            return flywheel
        if not self._ready:
            self._index()
        opening = self._opening(fact)
        if opening is not None:
            flywheel = self._owners.direct(opening) or self._by_name(opening)
        return flywheel or self._by_name(fact) or UNASSIGNED

    def _index(self) -> None:
        self._ready = True
        for flywheel, facts in self.told.items():
            for fact in facts:
                self._note_opening(fact)
                self._note_names(fact, flywheel)
        for fact in self.untold:
            self._note_opening(fact)

    def _note_opening(self, fact: Fact) -> None:
        sort = _OPENS.get(type(fact))
        if sort is None:
            return
        name = (sort, getattr(fact, sort))
        known = self._openings.get(name)
        if known is None or (fact.time, fact.key) < (known.time, known.key):
            self._openings[name] = fact

    def _note_names(self, fact: Fact, flywheel: str) -> None:
        for sort, name in (("idea", fact.idea), ("feature", fact.feature)):
            if name is not None:
                entry = (fact.time, flywheel)
                self._named[sort, name] = min(self._named.get((sort, name), entry), entry)

    def _opening(self, fact: Fact) -> Fact | None:
        sort = _CLOSES.get(type(fact))
        return None if sort is None else self._openings.get((sort, getattr(fact, sort)))

    def _by_name(self, fact: Fact) -> str | None:
        for sort, name in (("idea", fact.idea), ("feature", fact.feature)):
            if name is not None and (sort, name) in self._named:
                return self._named[sort, name][1]
        return None
