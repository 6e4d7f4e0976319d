"""Turns: one idea each, taken through the phases until its feedback is known (domain: "Turns")."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.moments import HOUR, micros, moment_or_none
from shared.flywheel.wheel.closing import Close, Incidents, close_of
from shared.flywheel.wheel.course import Course
from shared.flywheel.wheel.model import Turn, TurnKey
from shared.flywheel.wheel.phases import CommitTimes, Links, durations, entries_of, links_by, stated_by
from shared.flywheel.wording import is_legible

Basis = Literal["idea", "first_commit"]


class Ground(Struct, frozen=True):
    """The ground that the turns of a flywheel are judged on. `soak` and `as_of` in microseconds."""

    commits: CommitTimes
    failed: frozenset[int]
    incidents: Incidents
    soak: int
    as_of: int

    def under(self, course: Course) -> tuple[Any, ...]:
        """All of it that a turn's close, and what it shows after that, depends on."""
        deployments, of_deployment = self.commits.deployments, self.incidents.of_deployment
        places = [place for _, place, _ in course.links]
        linked = [*map(of_deployment.get, places)]
        incidents = {*course.incidents, *chain.from_iterable(filter(None, linked))}
        return (
            self.soak,
            [*map(deployments.__getitem__, places)],
            [*map(self.failed.__contains__, places)],
            linked,
            [(self.incidents.all[place].opened, self.incidents.all[place].closed) for place in sorted(incidents)],
        )


class Judged(Struct, frozen=True):
    """A turn that had closed, from when on, and from what that is known."""

    course: Course
    ground: tuple[Any, ...]
    since: int
    turn: Turn


Closed = dict[TurnKey, Judged]


def turns_of(courses: Iterable[Course], ground: Ground, closed: Closed) -> tuple[Turn, ...]:
    """Every turn that exists at as_of: in order of start (unknown last), then name.

    `closed` is read and added to: what had closed, and is made of the same, is judged once for many folds.
    """
    turns = [_judged_once(course, ground, closed) for course in courses if course.exists]
    return tuple(sorted(turns, key=_order))


def _judged_once(course: Course, ground: Ground, closed: Closed) -> Turn:
    known, under = closed.get(course.key), ground.under(course)
    if known is not None and known.since <= ground.as_of and known.course == course and known.ground == under:
        return known.turn
    turn = _turn(course, ground)
    since = turn.decided_at or turn.closed_at
    if since is not None:
        closed[course.key] = Judged(course, under, micros(since), turn)
    return turn


def _order(turn: Turn) -> tuple[bool, float, str, str]:
    start = turn.started_at
    return (start is None, 0.0 if start is None else start.timestamp(), turn.turn, turn.key)


def _turn(course: Course, ground: Ground) -> Turn:
    close = close_of(course, ground.incidents, ground.soak, ground.as_of)
    until = ground.as_of if close.at is None else close.at
    links = links_by(course, until)
    entries = entries_of(course, links, until, ground.commits)
    alone = set(entries) == {4}
    start = None if alone else min(entry.at for entry in entries.values())
    released = course.released if course.released is not None and course.released <= until else None
    value, basis = (
        (None, None) if released is None or alone else _time_to_value(course, released, links, until, ground.commits)
    )
    titled = (fact for fact in course.proposed if fact.title and is_legible(fact.title))
    title = max(((fact.time, fact.key, fact.title) for fact in titled), default=(0, 0, None))[2]
    follows = [(fact.time, fact.key, fact.follows) for fact in course.proposed if fact.follows]
    return Turn(
        turn=course.key[1],
        key=course.key[0],
        state=close.state,
        phase=max(entries) if close.at is None else None,
        started_at=moment_or_none(start),
        released_at=moment_or_none(released),
        closed_at=moment_or_none(close.at),
        closes_at=moment_or_none(close.due),
        decided_at=moment_or_none(close.decided),
        turn_time_hours=None if start is None or close.at is None else (close.at - start) / HOUR,
        time_to_value_hours=value,
        basis=basis,
        weight=_weight(close, links, ground.failed),
        completeness=len(entries) / 4,
        phases=durations(entries, close.at),
        title=title,
        explicit=links.explicit,
        inferred=links.inferred,
        incidents=_linked_incidents(course, links, ground.incidents),
        blind=close.state == "stopped" and not course.answered and not course.outcomes,
        keys=tuple(sorted(set(course.keys))),
        follows=min(follows)[2] if follows else None,
        outcome=course.outcome,
    )


def _time_to_value(
    course: Course, released: int, links: Links, close: int, commits: CommitTimes
) -> tuple[float | None, Basis | None]:
    """Hours from the idea, else from the first eligible commit (a lower bound), to the first release."""
    proposed = min((fact.time for fact in course.proposed), default=None)
    if proposed is not None and proposed <= released:
        return ((released - proposed) / HOUR, "idea")
    stated = stated_by(course, close)
    known = (commits.eligible(place, course.idea, stated) for place in (*links.explicit, *links.inferred))
    first = min((time for time in known if time is not None), default=None)
    if first is not None and first <= released:
        return ((released - first) / HOUR, "first_commit")
    return (None, None)


def _weight(close: Close, links: Links, failed: frozenset[int]) -> float | None:
    """1 for a delivered turn, half of that where a linked change failed, 0 for a stopped one."""
    if close.state == "open":
        return None
    if close.state == "stopped":
        return 0.0
    return 0.5 if any(place in failed for place in (*links.explicit, *links.inferred)) else 1.0


def _linked_incidents(course: Course, links: Links, incidents: Incidents) -> tuple[int, ...]:
    places = set(course.incidents)
    for place in (*links.explicit, *links.inferred):
        places.update(incidents.of_deployment.get(place, ()))
    return tuple(sorted(places))
