"""Incidents and the deployments they came from (domain: "An incident's deployment")."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from shared.flywheel.facts.fact import IncidentFact, IncidentOpened
from shared.flywheel.wheel.deployments import Deployments
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Incident, Link
from shared.flywheel.wheel.runs import closing, named, opening, turns_of


def incidents_of(
    facts: Iterable[IncidentFact], deployments: Deployments, membership: Membership, reach: int
) -> tuple[Incident, ...]:
    """Incidents by time of opening. `reach`: how long after a deployment one may be inferred to come from it."""
    groups = named(facts, "incident")
    causes = {name: _cause(group) for name, group in groups.items()}
    commits = {cause.cause_commit for cause in causes.values() if cause is not None and cause.cause_commit is not None}
    carriers = deployments.carriers(commits)
    found = []
    for name, group in groups.items():
        first = opening(group)
        if not isinstance(first, IncidentOpened):
            continue
        last = closing(group, first.time)
        cause = causes[name]
        if cause is None:
            link, places = _inferred(first, deployments, reach)
        else:
            link, places = _stated(cause, deployments, carriers)
        found.append(
            Incident(
                name=name,
                opened=first.time,
                closed=None if last is None else last.time,
                turns=turns_of(group, membership),
                link=link,
                deployments=tuple(places),
                keys=tuple(fact.key for fact in group),
            )
        )
    return tuple(sorted(found, key=attrgetter("opened", "name")))


def _cause(group: list[IncidentFact]) -> IncidentFact | None:
    """The event that states the cause latest."""
    for fact in reversed(group):
        if fact.external or fact.cause_deployment is not None or fact.cause_commit is not None:
            return fact
    return None


def _stated(
    cause: IncidentFact, deployments: Deployments, carriers: Mapping[int, Sequence[int]]
) -> tuple[Link, Sequence[int]]:
    if cause.external:
        return ("external", ())
    if cause.cause_deployment is not None:
        places = deployments.named(cause.cause_deployment, cause.service)
    else:
        carrying = carriers.get(cause.cause_commit or 0, ())
        places = [place for place in carrying if deployments.all[place].effective][:1]
    return ("explicit", places) if places else ("unlinked", ())


def _inferred(first: IncidentOpened, deployments: Deployments, reach: int) -> tuple[Link, Sequence[int]]:
    """The latest effective deployment of the opening's service, where it is at most `reach` before the opening."""
    if first.service is None:
        return ("unlinked", ())
    place = deployments.latest_effective(first.service, first.time)
    if place is None or first.time - deployments.all[place].time > reach:
        return ("unlinked", ())
    return ("inferred", (place,))
