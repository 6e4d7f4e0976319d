"""The phases of a turn: which, when, and how that is known (domain: "The phase pointer only moves forward")."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from msgspec import Struct

from shared.flywheel.moments import HOUR, moment
from shared.flywheel.wheel.course import Course
from shared.flywheel.wheel.finding import Deployments
from shared.flywheel.wheel.model import PHASES, Deployment, Evidence, Phase, PhaseOfTurn

_FEW = 8
"""So few commits are looked through for each turn; more are sorted once for all turns."""


class Entry(Struct, frozen=True, gc=False):
    """The entry of a phase: when, in microseconds, and whether only an inferred link says so."""

    at: int
    evidence: Evidence


class Links(Struct, frozen=True):
    """Places of the deployments linked by a close, by how."""

    explicit: tuple[int, ...]
    inferred: tuple[int, ...]


def links_by(course: Course, close: int) -> Links:
    """A deployment that is linked both ways is linked explicitly."""
    explicit = {place for since, place, inferred in course.links if not inferred and since <= close}
    inferred = {place for since, place, inferred in course.links if inferred and since <= close}
    return Links(tuple(sorted(explicit)), tuple(sorted(inferred - explicit)))


class CommitTimes:
    """Times of a deployment's commits, sorted once and asked for by each turn that it is linked to."""

    def __init__(self, deployments: Deployments) -> None:
        self.deployments = deployments.all
        self._eligible: dict[int, Mapping[str | None, list[int]]] = {}

    def eligible(self, place: int, idea: str | None, not_before: int | None) -> int | None:
        """The earliest commit that names the idea (any, where no commit of the deployment names one)."""
        deployment = self.deployments[place]
        if deployment.commits <= _FEW:
            return _earliest_eligible(deployment, idea, not_before)
        if place not in self._eligible:
            self._eligible[place] = _by_idea(deployment)
        by_idea = self._eligible[place]
        times = by_idea[None] if None in by_idea else by_idea.get(idea, [])
        index = 0 if not_before is None else bisect_left(times, not_before)
        return times[index] if index < len(times) else None


def _earliest_eligible(deployment: Deployment, idea: str | None, not_before: int | None) -> int | None:
    first = None
    for place, time in enumerate(deployment.commit_times):
        if time is None or (not_before is not None and time < not_before) or (first is not None and first <= time):
            continue
        if not deployment.commit_ideas or idea in deployment.commit_ideas[place]:
            first = time
    return first


def _by_idea(deployment: Deployment) -> Mapping[str | None, list[int]]:
    """Sorted commit times by idea; under None all of them, where no commit names an idea."""
    if not deployment.commit_ideas:
        return {None: sorted(time for time in deployment.commit_times if time is not None)}
    times_by_idea: dict[str | None, list[int]] = {}
    for time, ideas in zip(deployment.commit_times, deployment.commit_ideas, strict=True):
        for idea in set(ideas):
            if time is not None:
                times_by_idea.setdefault(idea, []).append(time)
    for times in times_by_idea.values():
        times.sort()
    return times_by_idea


def entries_of(course: Course, links: Links, close: int, commits: CommitTimes) -> dict[Phase, Entry]:
    """The observed phases with their entries. `close`: the turn's, or as_of while it is open."""
    purpose = _first(course.purpose, close)
    challenge = _first(course.challenged, close)
    released = course.released
    reached: dict[Phase, Entry] = {}
    if purpose is not None:
        reached[1] = Entry(purpose, "explicit")
    if challenge is not None:
        reached[2] = Entry(challenge, "explicit")
    action = _action(course, links, close, commits)
    if action is not None:
        reached[3] = action
    if released is not None and released <= close:
        reached[4] = Entry(released, "explicit")
    return _forward(reached)


def stated_by(course: Course, close: int) -> int | None:
    """The turn's first event of phase 1 or 2: no commit before it is eligible."""
    return _first([*course.purpose, *course.challenged], close)


def _first(times: Sequence[int], until: int) -> int | None:
    return min((time for time in times if time <= until), default=None)


def _forward(reached: dict[Phase, Entry]) -> dict[Phase, Entry]:
    """Those, by phase, without the ones that a later phase came strictly before; the last first."""
    observed: dict[Phase, Entry] = {}
    earliest: int | None = None
    for phase in reversed(reached):
        entry = reached[phase]
        if earliest is None or entry.at <= earliest:
            observed[phase], earliest = entry, entry.at
    return observed


def _action(course: Course, links: Links, close: int, commits: CommitTimes) -> Entry | None:
    """The entry of phase 3: work started, a linked deployment, or an eligible commit in one."""
    idea, stated = course.idea, stated_by(course, close)
    explicit = [time for time in course.work if time <= close]
    explicit += _reached(links.explicit, idea, stated, commits)
    inferred = _reached(links.inferred, idea, stated, commits)
    if not explicit and not inferred:
        return None
    at = min((*explicit, *inferred))
    return Entry(at, "explicit" if at in explicit else "inferred")


def _reached(places: Sequence[int], idea: str | None, stated: int | None, commits: CommitTimes) -> list[int]:
    times = [commits.deployments[place].time for place in places]
    eligible = (commits.eligible(place, idea, stated) for place in places)
    return times + [time for time in eligible if time is not None]


def durations(entries: Mapping[Phase, Entry], close: int | None) -> dict[int, PhaseOfTurn]:
    """All four phases. A phase lasts until the next observed entry, so it absorbs unobserved ones after it.

    A turn of which only phase 4 is observed has no hours: nothing says when it began.
    """
    phases: dict[int, PhaseOfTurn] = {}
    until = close
    alone = set(entries) == {4}
    for phase in reversed(PHASES):
        entry = entries.get(phase)
        if entry is None:
            phases[phase] = PhaseOfTurn(None, None, "none")
            continue
        hours = None if until is None or alone else (until - entry.at) / HOUR
        phases[phase] = PhaseOfTurn(moment(entry.at), hours, entry.evidence)
        until = entry.at
    return {phase: phases[phase] for phase in PHASES}
