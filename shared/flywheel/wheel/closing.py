"""The close of a turn: when, and how (domain: "Close", "Stop")."""

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop
from math import inf
from typing import Literal

from msgspec import Struct

from shared.flywheel.wheel.course import Course
from shared.flywheel.wheel.model import Incident


class Close(Struct, frozen=True):
    """How a turn stands at an as_of. `at` is the close, `due` the close of an open turn if nothing else happens;
    `decided` when a close was decided that lies before it: a withdrawal's.
    """

    state: Literal["open", "delivered", "stopped"]
    at: int | None
    due: int | None
    decided: int | None = None


class Incidents(Struct, frozen=True):
    """The incidents of a flywheel, and for each deployment the places of those that came from it."""

    all: Sequence[Incident]
    of_deployment: Mapping[int, Sequence[int]]


def close_of(course: Course, incidents: Incidents, soak: int, as_of: int) -> Close:
    """A delivery wins over a stop at the same instant; once either is reached, a withdrawal takes it back to itself."""
    released = course.released
    delivery = _unreleased(course)
    if delivery is None and released is not None:
        delivery = _delivery(course, released, soak, incidents)
    stop = _stop(course)
    if delivery is not None and delivery <= as_of and (stop is None or delivery <= stop):
        close = Close("delivered", delivery, None)
    elif stop is not None:
        close = Close("stopped", stop, None)
    else:
        return Close("open", None, delivery)
    withdrawn = _withdrawal(course, close.at)
    return close if withdrawn is None else Close("stopped", withdrawn, None, close.at)


def _unreleased(course: Course) -> int | None:
    """The first outcome that delivers a turn of which no release was stated (domain: "Delivered without")."""
    return min((at for at, result in course.outcomes if _delivers(course, at, result)), default=None)


def _delivers(course: Course, at: int, result: str) -> bool:
    """Whether an outcome before any release speaks of something in use: work began, or a deployment took effect."""
    if result == "learned" or (course.released is not None and at >= course.released):
        return False
    acted = course.work if course.deployed is None else [*course.work, course.deployed]
    return min(acted, default=at + 1) <= at


def _delivery(course: Course, released: int, soak: int, incidents: Incidents) -> int | None:
    """The earlier of the first outcome at or after the release and the end of soak and incidents; None: unknown."""
    outcome = min((at for at, _ in course.outcomes if at >= released), default=None)
    settled = _settled(course, released, released + soak, incidents, inf if outcome is None else outcome)
    known = [time for time in (outcome, settled) if time is not None]
    return min(known, default=None)


def _settled(course: Course, released: int, soaked: int, incidents: Incidents, enough: float) -> int | None:
    """The least close, from release + soak on, that is not before a resolution of an incident linked by that close.

    A later close links more deployments, so more incidents, so perhaps a later close: repeated until nothing is added.
    None where an incident is open. Stops asking at `enough`, where an outcome closes the turn anyway.
    """
    links = [(since, place) for since, place, _ in course.links if place in incidents.of_deployment]
    heapify(links)
    close = soaked
    waiting = list(course.incidents)
    while close < enough:
        while links and links[0][0] <= close:
            waiting.extend(incidents.of_deployment[heappop(links)[1]])
        if not waiting:
            break
        for place in waiting:
            incident = incidents.all[place]
            if released <= incident.opened <= soaked:
                if incident.closed is None:
                    return None
                close = max(close, incident.closed)
        waiting = []
    return close


def _stop(course: Course) -> int | None:
    """The earliest stop of the open turn: stated, decided by a challenge, or an outcome that does not deliver it."""
    released = course.released
    stops = [*course.stops]
    stops += [
        at
        for at, result in course.outcomes
        if (released is None or at < released) and not _delivers(course, at, result)
    ]
    if not stops:
        return None
    born = course.born
    return min((time for time in stops if born is not None and time >= born), default=None)


def _withdrawal(course: Course, close: int | None) -> int | None:
    """The time at which the only feature released by the close was withdrawn for good before it."""
    if not course.withdrawn or close is None:
        return None
    counted = [release for release in course.releases if release.time <= close]
    features = {release.feature for release in counted if release.feature is not None}
    if len(features) != 1:
        return None
    (feature,) = features
    again = max((release.time for release in counted if release.feature == feature and release.time < close), default=0)
    first = min(release.time for release in counted)
    times = course.withdrawn.get(feature or "", ())
    return min((time for time in times if max(first, again) <= time < close), default=None)
