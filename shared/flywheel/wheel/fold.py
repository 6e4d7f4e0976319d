"""The fold: a flywheel's events up to an as_of, made into deployments, incidents and turns.

A pure function of the set of facts, the settings and as_of: order, duplication and lateness change nothing. It takes
facts of any flywheel: which of them count is part of the fold.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.flywheel.facts.assignment import Assignment
from shared.flywheel.facts.fact import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    ChangeRecorded,
    Fact,
    FeatureReleased,
    GoalSet,
    IdeaProposed,
    IncidentOpened,
    IncidentResolved,
    IncidentReviewed,
    MapSubmitted,
    MetricDefined,
    MetricMeasured,
    SurveyAnswered,
)
from shared.flywheel.facts.identity import TakenBack, Versions, remembered, taken_back
from shared.flywheel.facts.stated import ORDER, Chained, Events, Groups, Owners, samples_of
from shared.flywheel.moments import DAY, HOUR, MEMORY, micros, moment, span
from shared.flywheel.settings.reach import Reach
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.closing import Incidents
from shared.flywheel.wheel.course import Courses
from shared.flywheel.wheel.deployments import deployments_of
from shared.flywheel.wheel.finding import Deployments
from shared.flywheel.wheel.incidents import incidents_of
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.metrics import metrics_of
from shared.flywheel.wheel.model import Definition, Family, Incident, Purpose, Sheet, Tally, Wheel
from shared.flywheel.wheel.phases import CommitTimes
from shared.flywheel.wheel.production import Cut
from shared.flywheel.wheel.releases import releases_of
from shared.flywheel.wheel.runs import runs
from shared.flywheel.wheel.sorted_out import Moments, SortedOut
from shared.flywheel.wheel.tally import Ledger
from shared.flywheel.wheel.turns import Ground, turns_of

Types = tuple[type[Fact], ...]

_OF_INCIDENTS: Types = (IncidentOpened, IncidentResolved, IncidentReviewed)
_OF_BLOCKERS: Types = (BlockerOpened, BlockerClosed)
_OF_CHALLENGES: Types = (ChallengeOpened, ChallengeResolved)
_PURPOSES: Types = (GoalSet, MetricDefined)
_CALM: Types = (ChallengeResolved, MapSubmitted, IncidentReviewed)
"""Kinds of events that speak of understanding before change (domain: "Doom loop")."""


class Everything(Struct, frozen=True):
    """The ground that the folds of several flywheels at one as_of have in common."""

    settings: Settings
    as_of: datetime
    versions: Versions
    gone: TakenBack
    assignment: Assignment
    from_files: bool
    seen_from: datetime
    sorted_out: SortedOut

    def by_type(self, flywheel: str) -> Groups:
        """The standing events of a flywheel by type."""
        return self.assignment.events(flywheel).by_type

    def deploying(self, flywheel: str) -> Cut:
        """The deployments of a flywheel, and their events, as far as they stand."""
        return self.sorted_out.deploying(flywheel, *self._span(flywheel))

    def sum_of(self, flywheel: str) -> int:
        """The sum of the hashes of its events, as far as they stand, without recorded changes."""
        return self.sorted_out.sum_of(flywheel, *self._span(flywheel))

    def _span(self, flywheel: str) -> tuple[int, int, list[Fact], Events]:
        """From when to when events stand, those in between that do not, and those that follow a flywheel."""
        gone = [*self.gone.retracted, *self.gone.conflicting]
        return micros(self.seen_from) - MEMORY, micros(self.as_of), gone, self.assignment.followers(flywheel)

    def until(self, at: int) -> "Everything":
        """The same as of an earlier moment, over those of the events that stand now."""
        return replace(self, as_of=moment(at), gone=self.gone.until(at), assignment=self.assignment.until(at))


class EarlierMoments:
    """One flywheel as of earlier moments, each folded once."""

    def __init__(self, everything: Everything, flywheel: str) -> None:
        self._everything = everything
        self._flywheel = flywheel
        self._folded: dict[int, Wheel] = {}

    def at(self, time: int) -> Wheel:
        """The wheel as of a moment, microseconds, without family, children and kin."""
        if time not in self._folded:
            self._folded[time] = _wheel(self._everything.until(time), self._flywheel)
        return self._folded[time]


def fold(  # noqa: PLR0913  all by name but the first four, and each is part of what the numbers are a function of
    facts: Iterable[Fact],
    flywheel: str,
    settings: Settings,
    as_of: datetime,
    *,
    from_files: bool = False,
    seen_from: datetime | None = None,
) -> Wheel:
    """One flywheel at one as_of.

    `from_files`: facts that come twice are the sender's duplicates and are counted; in the store they only tell of a
    crash between two writes. `seen_from`: a later moment whose memory counts, and which knows what was retracted until
    then: so a figure beside its previous value is compared over the events that stand now.
    """
    shared = Moments.of(facts)
    versions = shared.versions
    seen_from = max(as_of, seen_from or as_of)
    gone, latest = taken_back(versions, micros(seen_from)), micros(seen_from)
    events = shared.sorted_out(settings)
    standing = events.stated.between(latest - MEMORY, latest, gone.keys)
    assignment = Assignment(standing, Owners(settings), Reach(settings))
    everything = Everything(settings, seen_from, versions, gone, assignment, from_files, seen_from, events)
    if as_of < seen_from:
        everything = everything.until(micros(as_of))
    members = {flywheel, *_below(settings, flywheel), *_sharing(everything, flywheel)}
    families = _families(everything, members)
    wheels = {member: _with_family(_wheel(everything, member), families[member]) for member in members}
    return replace(
        wheels[flywheel],
        children=_children(settings, flywheel, wheels, frozenset({flywheel})),
        kin=tuple(wheels[member] for member in _sharing(everything, flywheel)),
    )


def _below(settings: Settings, flywheel: str) -> list[str]:
    """Every flywheel below one, also where parents go in a circle."""
    members = [flywheel]
    for each in members:
        members.extend(child for child in settings.children_of(each) if child not in members)
    return members[1:]


def _children(
    settings: Settings, flywheel: str, wheels: Mapping[str, Wheel], above: frozenset[str]
) -> tuple[Wheel, ...]:
    """The wheels of a flywheel's children, each with its own."""
    children = [child for child in settings.children_of(flywheel) if child not in above]
    return tuple(
        replace(wheels[child], children=_children(settings, child, wheels, above | {child})) for child in children
    )


def _wheel(everything: Everything, flywheel: str) -> Wheel:
    settings, assignment = everything.settings, everything.assignment
    now = micros(everything.as_of)
    rules = settings.flywheel(flywheel)
    own = assignment.events(flywheel)
    groups = own.by_type
    deploying = everything.deploying(flywheel)
    outside = deploying.elsewhere
    membership = Membership(fact for fact in own.joining if fact.key not in outside)
    changes = (fact for fact in assignment.stated.of_type(ChangeRecorded) if assignment.reaches(fact, flywheel))
    known = everything.sorted_out.made[flywheel]
    united = deployments_of(deploying.united, deploying.others, changes, membership)
    deployments = known.indexed(united)
    reach = span(rules.incident_hours, HOUR)
    incidents = incidents_of(_all(groups, _OF_INCIDENTS), deployments, membership, reach, known.incidents)
    mends = _mends(deployments)
    failed = failed_changes(deployments, incidents, mends)
    challenges = runs(_all(groups, _OF_CHALLENGES), "challenge", membership, known.challenges)
    releases = releases_of(groups.get(FeatureReleased, ()), deployments, membership, rules.release)
    courses = Courses(membership)
    courses.add_facts(groups)
    courses.add_deployments(deployments)
    courses.add_releases(releases, deployments)
    courses.add_incidents(incidents)
    courses.add_challenges(challenges)
    ground = Ground(CommitTimes(deployments), failed, _index(incidents), span(rules.soak_days, DAY), now)
    return Wheel(
        flywheel=flywheel,
        as_of=everything.as_of,
        settings=rules,
        first_event=own.first,
        turns=turns_of(courses.all.values(), ground, known.closed),
        deployments=deployments.all,
        leads=deployments.leads,
        failed=failed,
        mends=mends,
        incidents=incidents,
        blockers=runs(_all(groups, _OF_BLOCKERS), "blocker", membership, known.blockers),
        challenges=challenges,
        definitions=_definitions(groups),
        measurements=groups.get(MetricMeasured, ()),
        calm=tuple(sorted((fact.time, fact.key) for fact in _all(groups, _CALM))),
        goals=len(groups.get(GoalSet, ())),
        receipts=_Receipts(everything, flywheel, outside),
        outside=outside,
        events=own,
        family=Family(((flywheel, None),), (), settings.window_days),
        past=EarlierMoments(everything, flywheel),
    )


class _Receipts:
    """The receipts of one fold, made for whom asks."""

    def __init__(self, everything: Everything, flywheel: str, outside: Collection[int]) -> None:
        """`outside`: the keys of the flywheel's events that are not of production."""
        self._everything = everything
        self._flywheel = flywheel
        self._outside = outside

    def sum(self) -> int:
        """The sum of the hashes of its events, without recorded changes."""
        return self._everything.sum_of(self._flywheel)

    def tally(self) -> Tally:
        """The events that the fold counted and those that it left out."""
        everything, versions, now = self._everything, self._everything.versions, micros(self._everything.as_of)
        ledger = Ledger(everything.assignment, self._flywheel)
        ledger.leave_out("duplicate", remembered(versions.duplicates, now) if everything.from_files else ())
        superseded = (fact for fact in versions.superseded if not versions.is_conflicting(fact))
        ledger.leave_out("superseded", remembered(superseded, now))
        ledger.leave_out("conflicting", everything.gone.conflicting)
        ledger.leave_out("retracted", everything.gone.retracted)
        ledger.leave_out_unmapped()
        return ledger.tally(everything.assignment.events(self._flywheel).all, self._outside)


def failed_changes(
    deployments: Deployments, incidents: Sequence[Incident], mends: Mapping[int, Sequence[int]]
) -> frozenset[int]:
    """Places of the effective deployments that failed: an incident's, rolled back, or mended by another one."""
    failed = {place for incident in incidents for place in incident.deployments}
    failed.update(deployments.rolled_back)
    failed.update(place for places in mends.values() for place in places)
    return frozenset(place for place in failed if deployments.all[place].effective)


def _mends(deployments: Deployments) -> dict[int, tuple[int, ...]]:
    """The other deployments that each one remediates, by place."""
    mended = {}
    for place in deployments.remediating:
        deployment = deployments.all[place]
        named = {each for name in deployment.remediates for each in deployments.named(name, deployment.service)}
        mended[place] = tuple(sorted(named - {place}))
    return mended


def _all(groups: Groups, types: Types) -> list[Any]:
    return [fact for type_ in types for fact in groups.get(type_, ())]


def _with_family(wheel: Wheel, family: Family) -> Wheel:
    """The wheel with its kin; what these measured of its own metrics belongs to it (value §2)."""
    if len(family.members) == 1:
        return replace(wheel, family=family)
    metrics = metrics_of(family)
    series = [metrics.series(metric) for metric in metrics.of(wheel.flywheel)]
    measured = sorted((fact for facts in series for fact in facts), key=ORDER)
    return replace(wheel, family=family, measurements=tuple(measured))


def _sharing(everything: Everything, flywheel: str) -> list[str]:
    """Others of the family some idea of whom names an input metric that an idea of the flywheel names, by id."""
    others = sorted(set(everything.settings.family_of(flywheel)) - {flywheel})
    named = _input_metrics(everything, flywheel) if others else frozenset()
    return [other for other in others if named and named & _input_metrics(everything, other)]


def _input_metrics(everything: Everything, flywheel: str) -> frozenset[str]:
    """The input metrics that ideas name."""
    proposed = (fact.input_metric for fact in everything.by_type(flywheel).get(IdeaProposed, ()))
    return frozenset(name for name in proposed if name is not None)


def _families(everything: Everything, flywheels: Iterable[str]) -> dict[str, Family]:
    """The trees that these stand in, each made once."""
    trees = {flywheel: everything.settings.family_of(flywheel) for flywheel in flywheels}
    made = {ids: _family(everything, ids) for ids in set(trees.values())}
    return {flywheel: made[ids] for flywheel, ids in trees.items()}


def _family(everything: Everything, ids: tuple[str, ...]) -> Family:
    """A tree of flywheels with all its answer sheets, which protect each other (domain: "Surveys")."""
    settings, assignment = everything.settings, everything.assignment
    groups = {member: everything.by_type(member) for member in ids}
    sheets = [_sheet(fact, member) for member in ids for fact in groups[member].get(SurveyAnswered, ())]
    sheets += [
        _sheet(fact, member, conflicting=True)
        for fact in everything.gone.conflicting
        if type(fact) is SurveyAnswered and (member := assignment.of(fact)) in groups
    ]
    within = {member: settings.flywheel(member).parent for member in ids}
    return Family(
        members=tuple((member, within[member] if within[member] in within else None) for member in ids),
        sheets=tuple(sorted(sheets, key=lambda each: (each.survey, each.time, each.flywheel, repr(each.answers)))),
        survey_days=settings.window_days,
        purposes={member: _purposes(of_member) for member, of_member in groups.items()},
        measured={member: of_member.get(MetricMeasured, ()) for member, of_member in groups.items()},
        confined=_confined(groups, settings),
    )


def _confined(groups: Mapping[str, Groups], settings: Settings) -> dict[int, frozenset[str]]:
    """Of the measurements of senders that may speak of some flywheels only, which members each may reach."""
    reach = Reach(settings)
    measured = [of_member.get(MetricMeasured, ()) for of_member in groups.values()]
    senders = {(fact.source, fact.account) for facts in measured for fact in samples_of(facts)}
    reached = {
        sender: frozenset(member for member in groups if reach.holds(member, *sender))
        for sender in senders
        if reach.confines(*sender)
    }
    if not reached:
        return {}
    return {
        fact.key: reached[sender] for fact in Chained(measured) if (sender := (fact.source, fact.account)) in reached
    }


def _purposes(groups: Groups) -> tuple[Purpose, ...]:
    """Goals and metrics, by time."""
    return tuple(sorted(_all(groups, _PURPOSES), key=ORDER))


def _sheet(fact: Any, member: str, *, conflicting: bool = False) -> Sheet:
    return Sheet(fact.survey, fact.time, member, fact.answers, fact.key, conflicting)


def _index(incidents: Sequence[Incident]) -> Incidents:
    of_deployment: dict[int, list[int]] = {}
    for place, incident in enumerate(incidents):
        for deployment in incident.deployments:
            of_deployment.setdefault(deployment, []).append(place)
    return Incidents(incidents, of_deployment)


def _definitions(groups: Groups) -> tuple[Definition, ...]:
    definitions = [
        Definition(fact.time, fact.key, fact.metric, fact.role, fact.unit, fact.target, fact.direction)
        for fact in groups.get(MetricDefined, ())
    ]
    return tuple(sorted(definitions, key=lambda each: (each.time, each.key)))
