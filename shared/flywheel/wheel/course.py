"""The course of a turn: everything that happened to it, before its close says how much of that counts."""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct, field

from shared.flywheel.facts.fact import (
    ChallengeOpened,
    Fact,
    FeatureWithdrawn,
    GoalSet,
    IdeaProposed,
    MapSubmitted,
    MetricDefined,
    OutcomeRecorded,
    TurnStopped,
    WorkStarted,
)
from shared.flywheel.facts.stated import Groups
from shared.flywheel.wheel.finding import Deployments, TurnLink
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Incident, Run, TurnKey
from shared.flywheel.wheel.releases import Release


class Course(Struct):
    """The course of one turn. Times in microseconds.

    `links`: from which close on which deployment (its place) is linked, and whether by inference; `deployed`: the first
    effective deployment that names the turn itself; `released`: the first release; `outcomes`: time and result of each,
    `outcome` the latest; `answered`: whether a challenge of the turn was resolved.
    """

    key: TurnKey
    purpose: list[int] = field(default_factory=list)
    proposed: list[IdeaProposed] = field(default_factory=list)
    challenged: list[int] = field(default_factory=list)
    work: list[int] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    withdrawn: dict[str, list[int]] = field(default_factory=dict)
    outcomes: list[tuple[int, str]] = field(default_factory=list)
    outcome: OutcomeRecorded | None = None
    stops: list[int] = field(default_factory=list)
    links: list[TurnLink] = field(default_factory=list)
    deployed: int | None = None
    incidents: list[int] = field(default_factory=list)
    released: int | None = None
    answered: bool = False
    keys: list[int] = field(default_factory=list)

    @property
    def idea(self) -> str | None:
        """The idea, where the turn is one of an idea."""
        return self.key[1] if self.key[0] == "idea" else None

    @property
    def exists(self) -> bool:
        """Whether it was ever born."""
        return bool(self.purpose or self.challenged or self.work or self.links or self.released is not None)

    @property
    def born(self) -> int | None:
        """The first instant at which the turn exists: its first event, or link, that enters a phase."""
        links = (since for since, _, _ in self.links)
        releases = () if self.released is None else (self.released,)
        return min((*self.purpose, *self.challenged, *self.work, *links, *releases), default=None)


class Courses:
    """The courses of all turns of a flywheel."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership
        self.all: dict[TurnKey, Course] = {}

    def of(self, turn: TurnKey) -> Course:
        """The course of one turn, begun where there is none yet."""
        course = self.all.get(turn)
        if course is None:
            course = self.all[turn] = Course(turn)
        return course

    def add_facts(self, groups: Groups) -> None:
        """Events that belong to a turn by the names in their two scalar fields."""
        for proposed in groups.get(IdeaProposed, ()):
            self.of(("idea", proposed.idea)).proposed.append(proposed)
        purposes: tuple[type[Fact], ...] = (IdeaProposed, GoalSet, MetricDefined)
        for type_ in purposes:
            self._times([fact for fact in groups.get(type_, ()) if fact.idea is not None], "purpose")
        challenges: tuple[type[Fact], ...] = (ChallengeOpened, MapSubmitted)
        for type_ in challenges:
            self._times(groups.get(type_, ()), "challenged")
        self._times(groups.get(WorkStarted, ()), "work")
        for outcome in groups.get(OutcomeRecorded, ()):
            for turn in self._membership.turns(outcome.idea, outcome.feature):
                course = self.of(turn)
                course.outcomes.append((outcome.time, outcome.result))
                if course.outcome is None or (course.outcome.time, course.outcome.key) < (outcome.time, outcome.key):
                    course.outcome = outcome
                course.keys.append(outcome.key)
        self._times(groups.get(TurnStopped, ()), "stops")
        for fact in groups.get(FeatureWithdrawn, ()):
            for turn in self._membership.turns(fact.idea, fact.feature):
                course = self.of(turn)
                course.keys.append(fact.key)
                course.withdrawn.setdefault(fact.feature, []).append(fact.time)

    def add_releases(self, releases: Iterable[Release], deployments: Deployments) -> None:
        """Releases, and the deployments that each of them links from its own time on."""
        for release in releases:
            for turn in release.turns:
                course = self.of(turn)
                course.releases.append(release)
                if course.released is None or release.time < course.released:
                    course.released = release.time
                course.keys.append(release.key)
                for places, inferred in ((release.named, False), (release.inferred, True)):
                    for place in places:
                        since = max(release.time, deployments.all[place].time)
                        course.links.append((since, place, inferred))

    def add_deployments(self, deployments: Deployments) -> None:
        """Deployments that name turns themselves."""
        for turn, links in deployments.links():
            course = self.of(turn)
            course.links += links
            course.deployed = next((time for time, place, _ in links if deployments.all[place].effective), None)

    def add_incidents(self, incidents: Sequence[Incident]) -> None:
        """Incidents whose events name turns."""
        for place, incident in enumerate(incidents):
            for turn in incident.turns:
                self.of(turn).incidents.append(place)

    def add_challenges(self, challenges: Iterable[Run]) -> None:
        """Decisions of challenges: `stop` stops the turn, any of them answers it."""
        for challenge in challenges:
            if challenge.closed is not None:
                for turn in challenge.turns:
                    course = self.of(turn)
                    course.answered = True
                    if challenge.decision == "stop":
                        course.stops.append(challenge.closed)

    def _times(self, facts: Iterable[Fact], column: Literal["purpose", "challenged", "work", "stops"]) -> None:
        turns_of, courses = self._membership.turns, self.all
        for fact in facts:
            for turn in turns_of(fact.idea, fact.feature):
                course = courses.get(turn) or self.of(turn)
                getattr(course, column).append(fact.time)
                course.keys.append(fact.key)
