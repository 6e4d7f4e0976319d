"""The fold: a flywheel's events up to an as_of, made into deployments, incidents and turns.

A pure function of the set of facts, the settings and as_of: order, duplication and lateness change nothing. It takes
facts of any flywheel: which of them count is part of the fold.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.flywheel.assignment import Assignment
from shared.flywheel.closing import Incidents
from shared.flywheel.course import Courses
from shared.flywheel.deployments import Deployments, deployments_of
from shared.flywheel.facts import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    ChangeRecorded,
    DeploymentFinished,
    DeploymentStarted,
    Fact,
    FeatureReleased,
    GoalSet,
    IncidentOpened,
    IncidentResolved,
    IncidentReviewed,
    MapSubmitted,
    MetricDefined,
    MetricMeasured,
)
from shared.flywheel.identity import Versions, standing, united
from shared.flywheel.incidents import incidents_of
from shared.flywheel.membership import Membership
from shared.flywheel.model import Definition, Incident, Measurement, Tally, Wheel
from shared.flywheel.moments import DAY, HOUR, micros, span
from shared.flywheel.phases import CommitTimes
from shared.flywheel.releases import releases_of
from shared.flywheel.runs import named, runs
from shared.flywheel.settings import UNASSIGNED, Settings
from shared.flywheel.turns import Ground, turns_of

Groups = dict[type[Fact], list[Any]]


def fold(
    facts: Iterable[Fact], flywheel: str, settings: Settings, as_of: datetime, *, from_files: bool = False
) -> Wheel:
    """One flywheel at one as_of. `from_files`: facts that come twice are the sender's duplicates, so count them."""
    now = micros(as_of)
    rules = settings.flywheel(flywheel)
    versions = united(facts)
    existing = standing(versions, now)
    assignment = Assignment(existing.facts, settings)
    own = _own(assignment, flywheel)
    groups: Groups = {}
    for fact in own:
        groups.setdefault(type(fact), []).append(fact)
    membership = Membership(own)
    production, elsewhere = _by_environment(groups, settings)
    changes = [fact for fact in existing.facts if type(fact) is ChangeRecorded]
    deployments = deployments_of(production, changes, membership)
    incidents = incidents_of(
        [fact for type_ in (IncidentOpened, IncidentResolved, IncidentReviewed) for fact in groups.get(type_, ())],
        deployments,
        membership,
        span(rules.incident_hours, HOUR),
    )
    mends = _mends(deployments)
    failed = failed_changes(deployments, incidents, mends)
    challenges = _runs(groups, (ChallengeOpened, ChallengeResolved), "challenge", membership)
    courses = Courses(membership)
    courses.add_facts(groups)
    courses.add_deployments(deployments)
    courses.add_releases(
        releases_of(groups.get(FeatureReleased, ()), deployments, membership, rules.release), deployments
    )
    courses.add_incidents(incidents)
    courses.add_challenges(challenges)
    ground = Ground(CommitTimes(deployments), failed, _index(incidents), span(rules.soak_days, DAY), now)
    return Wheel(
        flywheel=flywheel,
        as_of=as_of,
        settings=rules,
        first_event=min((fact.time for fact in own), default=None),
        turns=turns_of(courses.all.values(), ground),
        deployments=deployments.all,
        failed=failed,
        mends=mends,
        incidents=incidents,
        blockers=_runs(groups, (BlockerOpened, BlockerClosed), "blocker", membership),
        challenges=challenges,
        definitions=_definitions(groups),
        measurements=_measurements(groups),
        calm=tuple(
            sorted(
                (fact.time, fact.key)
                for type_ in (ChallengeResolved, MapSubmitted, IncidentReviewed)
                for fact in groups.get(type_, ())
            )
        ),
        goals=len(groups.get(GoalSet, ())),
        tally=_tally(
            own,
            elsewhere,
            [fact for fact in existing.retracted if assignment.of(fact) == flywheel],
            _unmapped(assignment, flywheel),
            versions if from_files else _unrepeated(versions),
        ),
        facts=tuple(own),
    )


def failed_changes(
    deployments: Deployments, incidents: Sequence[Incident], mends: Mapping[int, Sequence[int]]
) -> frozenset[int]:
    """Places of the effective deployments that failed: an incident's, rolled back, or mended by another one."""
    failed = {place for incident in incidents for place in incident.deployments}
    failed.update(place for place, deployment in enumerate(deployments.all) if deployment.outcome == "rolled_back")
    failed.update(place for places in mends.values() for place in places)
    return frozenset(place for place in failed if deployments.all[place].effective)


def _mends(deployments: Deployments) -> dict[int, tuple[int, ...]]:
    """Which other deployments each one remediates, by place."""
    found = {}
    for place, deployment in enumerate(deployments.all):
        if deployment.remediates:
            named = {each for name in deployment.remediates for each in deployments.named(name, deployment.service)}
            found[place] = tuple(sorted(named - {place}))
    return found


def _own(assignment: Assignment, flywheel: str) -> list[Fact]:
    own = [fact for owner, fact in assignment.told if owner == flywheel]
    own += [fact for fact in assignment.untold if assignment.of(fact) == flywheel]
    return own


def _by_environment(
    groups: Groups, settings: Settings
) -> tuple[list[DeploymentStarted | DeploymentFinished], list[Fact]]:
    """Events of production deployments, and those of others."""
    production: list[DeploymentStarted | DeploymentFinished] = []
    elsewhere: list[Fact] = []
    known: dict[str, bool] = {}
    for type_ in (DeploymentStarted, DeploymentFinished):
        for fact in groups.get(type_, ()):
            environment = fact.environment
            if environment not in known:
                known[environment] = settings.is_production(environment)
            (production if known[environment] else elsewhere).append(fact)
    return production, elsewhere


def _runs(groups: Groups, types: tuple[type[Fact], ...], sort: str, membership: Membership) -> Any:
    return runs(named((fact for type_ in types for fact in groups.get(type_, ())), sort), membership)


def _index(incidents: Sequence[Incident]) -> Incidents:
    of_deployment: dict[int, list[int]] = {}
    for place, incident in enumerate(incidents):
        for deployment in incident.deployments:
            of_deployment.setdefault(deployment, []).append(place)
    return Incidents(incidents, of_deployment)


def _definitions(groups: Groups) -> tuple[Definition, ...]:
    found = [
        Definition(fact.time, fact.key, fact.metric, fact.role, fact.unit, fact.target, fact.direction)
        for fact in groups.get(MetricDefined, ())
    ]
    return tuple(sorted(found, key=lambda each: (each.time, each.key)))


def _measurements(groups: Groups) -> tuple[Measurement, ...]:
    found = [Measurement(fact.time, fact.key, fact.metric, fact.value) for fact in groups.get(MetricMeasured, ())]
    return tuple(sorted(found, key=lambda each: (each.time, each.key)))


def _unmapped(assignment: Assignment, flywheel: str) -> list[int]:
    """Events that no flywheel owns: left out of every flywheel's report but that of the unassigned."""
    if flywheel == UNASSIGNED:
        return []
    return [fact.key for fact in assignment.untold if assignment.of(fact) == UNASSIGNED]


def _unrepeated(versions: Versions) -> Versions:
    """In the store a fact that comes twice is what a crash left, and says nothing of the sender."""
    return Versions(versions.survivors, {}, versions.superseded)


def _tally(
    own: Sequence[Fact], elsewhere: Sequence[Fact], retracted: Sequence[Fact], unmapped: list[int], versions: Versions
) -> Tally:
    """Other versions of an event are left out under the flywheel of the version that counts."""
    outside = {fact.key for fact in elsewhere}
    excluded: dict[str, list[int]] = {"duplicate": [], "superseded": []}
    if versions.duplicates or versions.superseded:
        for fact in (*own, *retracted):
            excluded["duplicate"] += [fact.key] * versions.duplicates.get(fact.key, 0)
            excluded["superseded"] += [fact.key] * versions.superseded.get(fact.key, 0)
    excluded["retracted"] = [fact.key for fact in retracted]
    excluded["not_production"] = [fact.key for fact in elsewhere]
    excluded["unmapped"] = unmapped
    return Tally(
        counted=tuple(fact.key for fact in own if fact.key not in outside),
        excluded={reason: tuple(sorted(keys)) for reason, keys in excluded.items() if keys},
    )
