"""Incidents and the deployments they came from (domain: "An incident's deployment")."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from shared.flywheel.facts.fact import IncidentFact
from shared.flywheel.wheel.finding import Deployments
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Incident, Link, TurnKey
from shared.flywheel.wheel.runs import Episode, Known, episodes, of_each_name, turns_of


class IncidentRun(Struct, frozen=True):
    """What the events of one run tell of their incident: the fact with its latest cause, and its latest service."""

    name: str
    opened: int
    closed: int | None
    turns: tuple[TurnKey, ...]
    keys: tuple[int, ...]
    cause: IncidentFact | None
    service: str | None


def incidents_of(
    facts: Iterable[IncidentFact],
    deployments: Deployments,
    membership: Membership,
    reach: int,
    known: Known[list[IncidentRun]],
) -> tuple[Incident, ...]:
    """Incidents by time of opening. `reach`: how long after a deployment one may be inferred to come from it."""

    def made(name: str, group: Sequence[IncidentFact]) -> list[IncidentRun]:
        return [_run_of(name, each, membership) for each in episodes(group)]

    runs = [each for of_name in of_each_name(facts, "incident", known, made) for each in of_name]
    causes = (each.cause.cause_commit for each in runs if each.cause is not None)
    carriers = deployments.carriers({commit for commit in causes if commit is not None})
    incidents = []
    for each in runs:
        link, places = _linked(each, deployments, carriers, reach)
        incidents.append(Incident(each.name, each.opened, each.closed, each.turns, link, tuple(places), each.keys))
    return tuple(sorted(incidents, key=attrgetter("opened", "name")))


def _run_of(name: str, run: Episode[IncidentFact], membership: Membership) -> IncidentRun:
    return IncidentRun(
        name=name,
        opened=run.opened,
        closed=run.closed,
        turns=turns_of(run.facts, membership),
        keys=tuple(fact.key for fact in run.facts),
        cause=next((fact for fact in reversed(run.facts) if _states_cause(fact)), None),
        service=next((fact.service for fact in reversed(run.facts) if fact.service is not None), None),
    )


def _states_cause(fact: IncidentFact) -> bool:
    return fact.external or fact.cause_deployment is not None or fact.cause_commit is not None


def _linked(
    run: IncidentRun, deployments: Deployments, carriers: Mapping[int, Sequence[int]], reach: int
) -> tuple[Link, Sequence[int]]:
    """The deployments that an incident came from, and how that is known."""
    cause = run.cause
    if cause is None:
        place = None if run.service is None else deployments.blamed(run.service, run.opened, reach)
        return ("unlinked", ()) if place is None else ("inferred", (place,))
    if cause.external:
        return ("external", ())
    if cause.cause_deployment is not None:
        places = deployments.named(cause.cause_deployment, cause.service or run.service)
    else:
        carrying = carriers.get(cause.cause_commit or 0, ())
        places = [place for place in carrying if deployments.all[place].effective][:1]
    return ("explicit", places) if places else ("unlinked", ())
