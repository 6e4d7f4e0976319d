"""Incidents and the deployments they came from (domain: "An incident's deployment")."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from shared.flywheel.facts.fact import IncidentFact
from shared.flywheel.wheel.deployments import Deployments
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Incident, Link
from shared.flywheel.wheel.runs import Episode, episodes, named, turns_of


class _Stated(Struct, frozen=True):
    """The statements of one run's events on their incident: the fact with its latest cause, and its latest service."""

    cause: IncidentFact | None
    service: str | None


def incidents_of(
    facts: Iterable[IncidentFact], deployments: Deployments, membership: Membership, reach: int
) -> tuple[Incident, ...]:
    """Incidents by time of opening. `reach`: how long after a deployment one may be inferred to come from it."""
    of_all_names = [(name, each) for name, group in named(facts, "incident").items() for each in episodes(group)]
    stated = [_stated(each.facts) for _, each in of_all_names]
    causes = (each.cause.cause_commit for each in stated if each.cause is not None)
    carriers = deployments.carriers({commit for commit in causes if commit is not None})
    incidents = []
    for (name, each), statement in zip(of_all_names, stated, strict=True):
        link, places = _linked(each, statement, deployments, carriers, reach)
        incidents.append(
            Incident(
                name=name,
                opened=each.opened,
                closed=each.closed,
                turns=turns_of(each.facts, membership),
                link=link,
                deployments=tuple(places),
                keys=tuple(fact.key for fact in each.facts),
            )
        )
    return tuple(sorted(incidents, key=attrgetter("opened", "name")))


def _stated(facts: Sequence[IncidentFact]) -> _Stated:
    """`facts`: those of one run, by time."""
    cause = next((fact for fact in reversed(facts) if _states_cause(fact)), None)
    return _Stated(cause, next((fact.service for fact in reversed(facts) if fact.service is not None), None))


def _states_cause(fact: IncidentFact) -> bool:
    return fact.external or fact.cause_deployment is not None or fact.cause_commit is not None


def _linked(
    episode: Episode[IncidentFact],
    statement: _Stated,
    deployments: Deployments,
    carriers: Mapping[int, Sequence[int]],
    reach: int,
) -> tuple[Link, Sequence[int]]:
    """The deployments that an incident came from, and how that is known."""
    cause = statement.cause
    if cause is None:
        place = None if statement.service is None else deployments.blamed(statement.service, episode.opened, reach)
        return ("unlinked", ()) if place is None else ("inferred", (place,))
    if cause.external:
        return ("external", ())
    if cause.cause_deployment is not None:
        places = deployments.named(cause.cause_deployment, cause.service or statement.service)
    else:
        carrying = carriers.get(cause.cause_commit or 0, ())
        places = [place for place in carrying if deployments.all[place].effective][:1]
    return ("explicit", places) if places else ("unlinked", ())
