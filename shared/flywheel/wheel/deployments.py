"""Deployments: all production events of one service and name, united (domain: "Deployments")."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from shared.flywheel.facts.fact import ChangeRecorded, DeploymentFinished, DeploymentStarted
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Deployment, TurnKey, columns_of
from shared.flywheel.wheel.recorded_changes import Carried, Recorded, Repository, carried_of
from shared.flywheel.wheel.too_much import CARRIED, Tally

DeploymentFact = DeploymentStarted | DeploymentFinished
Commits = tuple[Sequence[int], Sequence[int], tuple[tuple[str, ...], ...]]
Heads = dict[str, tuple[list[int], list[int]]]
Name = tuple[TurnKey, str | None]
Names = tuple[Name, ...]

T = TypeVar("T")
HAPPENED = attrgetter("time", "name", "service")
_FEW = 64
"""So many are put into their places one by one; more are sorted."""


def deployments_of(
    united: Iterable[Deployment],
    others: Iterable[Sequence[DeploymentFact]],
    changes: Iterable[ChangeRecorded],
    membership: Membership,
) -> list[Deployment]:
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
    return known


def united_of(facts: Sequence[DeploymentFact], membership: Membership) -> Deployment | None:
    """The deployment that events of one service and name make, by time; None while nothing says that it finished."""
    if len(facts) == 1 and type(facts[0]) is DeploymentFinished and _is_plain(facts[0]):
        return _single(facts[0], membership)
    finished = [fact for fact in facts if type(fact) is DeploymentFinished]
    if not finished:
        return None
    if len(facts) == 2 and len(finished) == 1 and _is_plain(finished[0]) and not finished[0].commit_ideas:
        return _pair(facts[0], facts[1], finished[0], membership)
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
        events=len(facts),
        columns=columns_of([fact.key for fact in facts], shas, times),
        commit_ideas=ideas,
        names=_named_by(naming, membership) if naming else (),
        remediates=tuple(sorted(remediates)),
        started=min([at for fact in facts if (at := _started(fact)) is not None], default=None),
    )


def _is_plain(fact: DeploymentFinished) -> bool:
    """Whether it lists each commit once."""
    return len(set(fact.shas)) == len(fact.shas)


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
        1,
        columns_of((fact.key,), fact.shas, fact.commit_times),
        fact.commit_ideas,
        _named_by((fact,), membership) if _names_any(fact) else (),
        () if fact.remediates is None else (fact.remediates,),
        fact.started_at,
    )


def _pair(
    first: DeploymentFact, last: DeploymentFact, finished: DeploymentFinished, membership: Membership
) -> Deployment:
    """And most others two, of which one says that it started, by time; no commit names an idea."""
    started = first if last is finished else last
    naming = [fact for fact in (first, last) if _may_name(fact)]
    return Deployment(
        first.service or "",
        first.deployment,
        finished.time,
        finished.outcome,
        finished.nature,
        first.repository if last.repository is None else last.repository,
        first.head if last.head is None else last.head,
        2,
        columns_of((first.key, last.key), finished.shas, finished.commit_times),
        (),
        _named_by(naming, membership) if naming else (),
        () if finished.remediates is None else (finished.remediates,),
        started.time if finished.started_at is None else min(started.time, finished.started_at),
    )


def _may_name(fact: DeploymentFact) -> bool:
    if type(fact) is DeploymentFinished:
        return _names_any(fact)
    return fact.idea is not None or fact.feature is not None


def _names_any(fact: DeploymentFinished) -> bool:
    return bool(fact.commit_ideas or fact.ideas or fact.features or fact.idea is not None or fact.feature is not None)


def _names(fact: DeploymentFact, membership: Membership) -> set[Name]:
    """The turns that an event of a deployment names, each with the feature by which (None: by its idea)."""
    names: set[Name] = set()
    if fact.idea is not None and fact.feature is None:
        names.add(membership.by_idea(fact.idea))
    elif fact.feature is not None:
        names.update((turn, fact.feature) for turn in membership.turns(fact.idea, fact.feature))
    if type(fact) is DeploymentFinished:
        for feature in fact.features:
            names.update((turn, feature) for turn in membership.turns(None, feature))
        for ideas in (fact.ideas, *fact.commit_ideas):
            for idea in ideas:
                names.add(membership.by_idea(idea))
    return names


def _named_by(facts: Iterable[DeploymentFact], membership: Membership) -> Names:
    return _sorted(set[Name]().union(*(_names(fact, membership) for fact in facts)))


def _sorted(names: set[Name]) -> Names:
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
        carried=commits,
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
    if len(facts) == 1 and not facts[0].commit_ideas and _is_plain(facts[0]):
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
    headed = [deployment for deployment in deployments if deployment.head is not None and not deployment.commits]
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
