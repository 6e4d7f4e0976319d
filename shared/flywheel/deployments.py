"""Deployments: all production events of one service and name, united (domain: "Deployments")."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

from shared.flywheel.changes import Recorded, Repository
from shared.flywheel.facts import ChangeRecorded, DeploymentFinished, DeploymentStarted
from shared.flywheel.membership import Membership
from shared.flywheel.model import Deployment, TurnKey

DeploymentFact = DeploymentStarted | DeploymentFinished
Commits = tuple[tuple[int, ...], tuple[int | None, ...], tuple[tuple[str, ...], ...]]
Heads = dict[str, tuple[list[tuple[int, str]], list[int]]]

T = TypeVar("T")
_ORDER = attrgetter("time", "key")
_NO_COMMITS: Commits = ((), (), ())


class Deployments:
    """The deployments of a flywheel by time, and ways to find them; each is known by its place in `all`."""

    def __init__(self, deployments: Iterable[Deployment]) -> None:
        self.all = tuple(sorted(deployments, key=attrgetter("order")))
        self._by_identity: dict[tuple[str, str], int] = {}
        self._by_name: dict[str, list[int]] = {}
        for place, deployment in enumerate(self.all):
            self._by_identity[deployment.service, deployment.name] = place
            self._by_name.setdefault(deployment.name, []).append(place)
        self._effective = _by_service(self.all, lambda each: each.effective)
        self._planned = _by_service(self.all, lambda each: each.nature == "planned")

    def named(self, name: str, service: str | None) -> Sequence[int]:
        """Every deployment of that name, but only that of the naming event's service where one matches."""
        if service is not None and (service, name) in self._by_identity:
            return (self._by_identity[service, name],)
        return self._by_name.get(name, ())

    def carriers(self, wanted: set[int]) -> dict[int, list[int]]:
        """Which deployments carry each of the wanted commits, by time."""
        found: dict[int, list[int]] = {}
        if wanted:
            for place, deployment in enumerate(self.all):
                for sha in deployment.shas:
                    if sha in wanted:
                        found.setdefault(sha, []).append(place)
        return found

    def latest_effective(self, service: str, until: int) -> int | None:
        """The latest effective deployment of a service at or before a time."""
        times, places = self._effective.get(service, ([], []))
        index = bisect_right(times, until)
        return places[index - 1] if index else None

    def planned_between(self, service: str, after: int, until: int) -> list[int]:
        """The `planned` deployments of a service in (after, until], whatever their outcome."""
        times, places = self._planned.get(service, ([], []))
        return places[bisect_right(times, after) : bisect_right(times, until)]


def _by_service(
    deployments: tuple[Deployment, ...], chosen: Callable[[Deployment], bool]
) -> dict[str, tuple[list[int], list[int]]]:
    found: dict[str, tuple[list[int], list[int]]] = {}
    for place, deployment in enumerate(deployments):
        if chosen(deployment):
            times, places = found.setdefault(deployment.service, ([], []))
            times.append(deployment.time)
            places.append(place)
    return found


def deployments_of(
    facts: Iterable[DeploymentFact], changes: Iterable[ChangeRecorded], membership: Membership
) -> Deployments:
    """Unite production events into deployments; `changes` are those of all flywheels."""
    groups: dict[tuple[str | None, str], list[DeploymentFact]] = {}
    for fact in facts:
        groups.setdefault((fact.service, fact.deployment), []).append(fact)
    united = [_Draft(group) for group in groups.values() if any(type(fact) is DeploymentFinished for fact in group)]
    carried = _carried(united, changes)
    return Deployments(draft.deployment(membership, carried) for draft in united)


class _Draft:
    """The events of one deployment, before its recorded changes are known."""

    def __init__(self, facts: list[DeploymentFact]) -> None:
        self.facts = sorted(facts, key=_ORDER) if len(facts) > 1 else facts
        self.finished = [fact for fact in self.facts if type(fact) is DeploymentFinished]
        self.service: str = self.facts[0].service or ""
        self.name = self.facts[0].deployment
        self.head = _latest([fact.head for fact in self.facts])
        self.repository = _latest([fact.repository for fact in self.facts])
        outcomes = {fact.outcome for fact in self.finished}
        self.outcome = _first_of(("rolled_back", "succeeded"), outcomes, "failed")
        effective = [fact.time for fact in self.finished if fact.outcome != "failed"]
        self.time = effective[0] if effective else self.finished[-1].time
        self.lists_commits = any(fact.shas for fact in self.finished)

    def deployment(self, membership: Membership, carried: Mapping[tuple[str, str], list[Recorded]]) -> Deployment:
        """The deployment with its commits and the turns that it names."""
        recorded = carried.get((self.service, self.name), [])
        commits = _listed(self.finished) if self.lists_commits else _columns(recorded)
        return Deployment(
            service=self.service,
            name=self.name,
            time=self.time,
            outcome=self.outcome,
            nature=_first_of(("rollback", "hotfix"), {fact.nature for fact in self.finished}, "planned"),
            repository=self.repository,
            head=self.head,
            shas=commits[0],
            commit_times=commits[1],
            commit_ideas=commits[2],
            names=self._names(membership, commits[2]),
            remediates=tuple(sorted({fact.remediates for fact in self.finished if fact.remediates is not None})),
            keys=tuple(fact.key for fact in self.facts),
        )

    def _names(
        self, membership: Membership, commit_ideas: tuple[tuple[str, ...], ...]
    ) -> tuple[tuple[TurnKey, str | None], ...]:
        """The turns named, each with the feature by which (None: by its idea)."""
        names: set[tuple[TurnKey, str | None]] = set()
        for fact in self.facts:
            names.update((turn, fact.feature) for turn in membership.turns(fact.idea, fact.feature))
        for finished in self.finished:
            names.update((("idea", idea), None) for idea in finished.ideas)
            for feature in finished.features:
                names.update((turn, feature) for turn in membership.turns(None, feature))
        names.update((("idea", idea), None) for ideas in commit_ideas for idea in ideas)
        return tuple(sorted(names, key=lambda each: (each[0], each[1] or ""))) if names else ()


def _latest(stated: list[T | None]) -> T | None:
    return next((value for value in reversed(stated) if value is not None), None)


def _first_of(wanted: tuple[str, ...], found: set[str], otherwise: str) -> str:
    return next((value for value in wanted if value in found), otherwise)


def _listed(facts: list[DeploymentFinished]) -> Commits:
    """The commits of all events united by sha: the earlier of two times, the ideas of both."""
    if len(facts) == 1 and len(set(facts[0].shas)) == len(facts[0].shas):
        return (facts[0].shas, facts[0].commit_times, facts[0].commit_ideas)
    times: dict[int, int] = {}
    ideas: dict[int, set[str]] = {}
    for fact in facts:
        for place, (sha, time) in enumerate(zip(fact.shas, fact.commit_times, strict=True)):
            times[sha] = min(times.get(sha, time), time)
            if fact.commit_ideas:
                ideas.setdefault(sha, set()).update(fact.commit_ideas[place])
    named = tuple(tuple(sorted(ideas.get(sha, ()))) for sha in times)
    return (tuple(times), tuple(times.values()), named if any(named) else ())


def _columns(commits: list[Recorded]) -> Commits:
    if not commits:
        return _NO_COMMITS
    ideas = tuple(commit.ideas for commit in commits)
    return (
        tuple(commit.sha for commit in commits),
        tuple(commit.time for commit in commits),
        ideas if any(ideas) else (),
    )


def _carried(drafts: list[_Draft], changes: Iterable[ChangeRecorded]) -> dict[tuple[str, str], list[Recorded]]:
    """The recorded changes of each deployment that lists no commits but has a head."""
    headed = [draft for draft in drafts if draft.head is not None and not draft.lists_commits]
    if not headed:
        return {}
    wanted = {draft.repository for draft in headed if draft.repository is not None}
    pushed: dict[str, list[ChangeRecorded]] = {}
    for change in changes:
        if change.repository in wanted:
            pushed.setdefault(change.repository or "", []).append(change)
    repositories = {name: Repository(pushed.get(name, ())) for name in wanted}
    heads = _heads(drafts)
    return {(draft.service, draft.name): _carried_by(draft, repositories, heads) for draft in headed}


def _carried_by(draft: _Draft, repositories: Mapping[str, Repository], heads: Heads) -> list[Recorded]:
    if draft.head is None:
        return []
    if draft.repository is None:
        return [Recorded(draft.head, None)]
    order, known = heads.get(draft.service, ([], []))
    before = bisect_left(order, (draft.time, ""))
    previous = known[before - 1] if before else None
    return repositories[draft.repository].carried(draft.head, previous, draft.service)


def _heads(drafts: list[_Draft]) -> Heads:
    """The heads of each service's effective deployments, by time and name."""
    stated = sorted(
        (draft.service, (draft.time, draft.name), draft.head)
        for draft in drafts
        if draft.head is not None and draft.outcome != "failed"
    )
    heads: Heads = {}
    for service, order, head in stated:
        orders, known = heads.setdefault(service, ([], []))
        orders.append(order)
        known.append(head)
    return heads
