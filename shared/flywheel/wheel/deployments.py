"""Deployments: all production events of one service and name, united (domain: "Deployments")."""

from array import array
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from shared.flywheel.facts.fact import ChangeRecorded, DeploymentFinished, DeploymentStarted
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import ROLLOUT, Deployment, TurnKey
from shared.flywheel.wheel.recorded_changes import Carried, Recorded, Repository, carried_of
from shared.flywheel.wheel.too_much import CARRIED, Tally

DeploymentFact = DeploymentStarted | DeploymentFinished
Commits = tuple[Sequence[int], Sequence[int | None], tuple[tuple[str, ...], ...]]
Heads = dict[str, tuple[list[int], list[int]]]
Names = tuple[tuple[TurnKey, str | None], ...]

T = TypeVar("T")
HAPPENED = attrgetter("time", "name", "service")
_FEW = 64
"""So many are put into their places one by one; more are sorted."""


class Deployments:
    """The deployments of a flywheel by time, and ways to find them; each is known by its place in `all`."""

    def __init__(self, deployments: Iterable[Deployment]) -> None:
        self.all = tuple(deployments)

    def named(self, name: str, service: str | None) -> Sequence[int]:
        """Every deployment of that name, but only that of the naming event's service where one matches."""
        if service is not None and (service, name) in self._by_identity:
            return (self._by_identity[service, name],)
        return self._by_name.get(name, ())

    @cached_property
    def _by_identity(self) -> dict[tuple[str, str], int]:
        return {(deployment.service, deployment.name): place for place, deployment in enumerate(self.all)}

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, deployment in enumerate(self.all):
            places.setdefault(deployment.name, []).append(place)
        return places

    @cached_property
    def _effective(self) -> "dict[str, _Places]":
        return self._by_service([place for place, each in enumerate(self.all) if each.outcome != "failed"])

    @cached_property
    def _planned(self) -> "dict[str, _Places]":
        return self._by_service([place for place, each in enumerate(self.all) if each.nature == "planned"])

    def _by_service(self, places: Iterable[int]) -> "dict[str, _Places]":
        by_service: defaultdict[str, list[int]] = defaultdict(list)
        for place in places:
            by_service[self.all[place].service].append(place)
        return {service: _Places(own, [self.all[place].time for place in own]) for service, own in by_service.items()}

    def carriers(self, wanted: set[int]) -> dict[int, list[int]]:
        """The deployments that carry each of the wanted commits, by time."""
        places: dict[int, list[int]] = {}
        if wanted:
            for place, deployment in enumerate(self.all):
                for sha in deployment.shas:
                    if sha in wanted:
                        places.setdefault(sha, []).append(place)
        return places

    def blamed(self, service: str, opened: int, reach: int) -> int | None:
        """The latest effective deployment of a service that had begun when an incident opened, at most `reach` ago."""
        places, times = self._effective.get(service, _NOWHERE)
        for index in range(bisect_right(times, opened + ROLLOUT) - 1, -1, -1):
            deployment = self.all[places[index]]
            if opened > deployment.time + reach:
                return None
            if deployment.begun <= opened:
                return places[index]
        return None

    def planned_between(self, service: str, after: int, until: int) -> list[int]:
        """The `planned` deployments of a service in (after, until], whatever their outcome."""
        places, times = self._planned.get(service, _NOWHERE)
        return list(places[bisect_right(times, after) : bisect_right(times, until)])


class _Places(NamedTuple):
    """Places of deployments, in order, and their times."""

    places: Sequence[int]
    times: Sequence[int]


_NOWHERE = _Places((), ())


def deployments_of(
    united: Iterable[Deployment],
    others: Iterable[Sequence[DeploymentFact]],
    changes: Iterable[ChangeRecorded],
    membership: Membership,
) -> Deployments:
    """The deployments that were united before, in order, and those that the events of the others make.

    `changes` are those of all flywheels.
    """
    known = [*united]
    made = [deployment for events in others if (deployment := united_of(events, membership)) is not None]
    if len(made) <= _FEW:
        for deployment in made:
            insort(known, deployment, key=HAPPENED)
    else:
        known = sorted([*known, *made], key=HAPPENED)
    carried = _carried(known, changes)
    if carried:
        known = [_carrying(deployment, carried, membership) for deployment in known]
    return Deployments(known)


def united_of(facts: Sequence[DeploymentFact], membership: Membership) -> Deployment | None:
    """The deployment that events of one service and name make, by time; None while nothing says that it finished."""
    if len(facts) == 1 and type(facts[0]) is DeploymentFinished and len(set(facts[0].shas)) == len(facts[0].shas):
        return _single(facts[0], membership)
    finished = [fact for fact in facts if type(fact) is DeploymentFinished]
    if not finished:
        return None
    time, outcome, nature = finished[-1].time, finished[-1].outcome, finished[-1].nature
    if len(finished) > 1:
        time = next((fact.time for fact in finished if fact.outcome != "failed"), time)
        outcome = _first_of(("rolled_back", "succeeded"), {fact.outcome for fact in finished}, "failed")
        nature = _first_of(("rollback", "hotfix"), {fact.nature for fact in finished}, "planned")
    shas, times, ideas = _listed(finished)
    naming = [fact for fact in facts if _may_name(fact)]
    remediates = {fact.remediates for fact in finished if fact.remediates is not None}
    return Deployment(
        service=facts[0].service or "",
        name=facts[0].deployment,
        time=time,
        outcome=outcome,
        nature=nature,
        repository=_latest([fact.repository for fact in facts]),
        head=_latest([fact.head for fact in facts]),
        shas=shas,
        commit_times=times,
        commit_ideas=ideas,
        names=_sorted({name for fact in naming for name in _names(fact, membership)}) if naming else (),
        remediates=tuple(sorted(remediates)),
        keys=tuple([fact.key for fact in facts]),
        started=min([at for fact in facts if (at := _started(fact)) is not None], default=None),
    )


def _started(fact: DeploymentFact) -> int | None:
    return fact.started_at if type(fact) is DeploymentFinished else fact.time


def _single(fact: DeploymentFinished, membership: Membership) -> Deployment:
    """Most deployments are one event: nothing to unite."""
    return Deployment(
        fact.service or "",
        fact.deployment,
        fact.time,
        fact.outcome,
        fact.nature,
        fact.repository,
        fact.head,
        fact.shas,
        fact.commit_times,
        fact.commit_ideas,
        _sorted(_names(fact, membership)) if _names_any(fact) else (),
        () if fact.remediates is None else (fact.remediates,),
        (fact.key,),
        fact.started_at,
    )


def _may_name(fact: DeploymentFact) -> bool:
    if type(fact) is DeploymentFinished:
        return _names_any(fact)
    return fact.idea is not None or fact.feature is not None


def _names_any(fact: DeploymentFinished) -> bool:
    return bool(fact.commit_ideas or fact.ideas or fact.features or fact.idea is not None or fact.feature is not None)


def _names(fact: DeploymentFact, membership: Membership) -> set[tuple[TurnKey, str | None]]:
    """The turns that an event of a deployment names, each with the feature by which (None: by its idea)."""
    names: set[tuple[TurnKey, str | None]] = set()
    if fact.idea is not None or fact.feature is not None:
        names.update((turn, fact.feature) for turn in membership.turns(fact.idea, fact.feature))
    if type(fact) is DeploymentFinished:
        for feature in fact.features:
            names.update((turn, feature) for turn in membership.turns(None, feature))
        for ideas in (fact.ideas, *fact.commit_ideas):
            for idea in ideas:
                names.add(membership.by_idea(idea))
    return names


def _sorted(names: set[tuple[TurnKey, str | None]]) -> Names:
    if len(names) < 2:
        return tuple(names)
    return tuple(sorted(names, key=lambda each: (each[0], each[1] or "")))


def _carrying(deployment: Deployment, carried: Mapping[tuple[str, str], Carried], membership: Membership) -> Deployment:
    """The deployment with its recorded changes, and the turns that their commits name."""
    commits = carried.get((deployment.service, deployment.name))
    if commits is None or not commits.shas:
        return deployment
    named = {membership.by_idea(idea) for idea in commits.named}
    return replace(
        deployment,
        shas=commits.shas,
        commit_times=commits.times,
        commit_ideas=commits.ideas if commits.named else (),
        names=_sorted({*deployment.names, *named}),
    )


def _latest(stated: list[T | None]) -> T | None:
    for value in reversed(stated):
        if value is not None:
            return value
    return None


def _first_of(wanted: tuple[str, ...], present: set[str], otherwise: str) -> str:
    return next((value for value in wanted if value in present), otherwise)


def _listed(facts: list[DeploymentFinished]) -> Commits:
    """The commits of all events united by sha: the earlier of two times, the ideas of both."""
    if len(facts) == 1 and not facts[0].commit_ideas and len(set(facts[0].shas)) == len(facts[0].shas):
        return facts[0].shas, facts[0].commit_times, ()
    times: dict[int, int] = {}
    ideas: dict[int, set[str]] = {}
    for fact in facts:
        for place, (sha, time) in enumerate(zip(fact.shas, fact.commit_times, strict=True)):
            times[sha] = min(times.get(sha, time), time)
            if fact.commit_ideas:
                ideas.setdefault(sha, set()).update(fact.commit_ideas[place])
    named = tuple(tuple(sorted(ideas.get(sha, ()))) for sha in times)
    return array("Q", times), array("q", times.values()), named if any(named) else ()


def _carried(deployments: Sequence[Deployment], changes: Iterable[ChangeRecorded]) -> dict[tuple[str, str], Carried]:
    """The recorded changes of each deployment that lists no commits but has a head. Raises TooMuchToFoldError."""
    headed = [deployment for deployment in deployments if deployment.head is not None and not deployment.shas]
    if not headed:
        return {}
    wanted = {deployment.repository for deployment in headed if deployment.repository is not None}
    pushed: dict[str, list[ChangeRecorded]] = {}
    for change in changes:
        if change.repository in wanted:
            pushed.setdefault(change.repository or "", []).append(change)
    repositories = {name: Repository(pushed.get(name, ())) for name in wanted}
    heads = _heads(deployments)
    tally, by_deployment = Tally("commits carried by heads of deployments", CARRIED), dict[tuple[str, str], Carried]()
    for each in headed:
        carried = by_deployment[each.service, each.name] = _carried_by(each, repositories, heads)
        tally.add(len(carried.shas))
    return by_deployment


def _carried_by(deployment: Deployment, repositories: Mapping[str, Repository], heads: Heads) -> Carried:
    if deployment.head is None:
        return Carried()
    if deployment.repository is None:
        return carried_of([Recorded(deployment.head, None)])
    times, known = heads.get(deployment.service, ([], []))
    before = bisect_left(times, deployment.time)
    previous = known[before - 1] if before else None
    return repositories[deployment.repository].carried(deployment.head, previous, deployment.service)


def _heads(deployments: Sequence[Deployment]) -> Heads:
    """The heads of each service's effective deployments, by time and name."""
    stated = sorted(
        (deployment.service, deployment.time, deployment.name, deployment.head)
        for deployment in deployments
        if deployment.head is not None and deployment.outcome != "failed"
    )
    heads: Heads = {}
    for service, time, _, head in stated:
        times, known = heads.setdefault(service, ([], []))
        times.append(time)
        known.append(head)
    return heads
