"""When and how a turn closes (domain: "Close", "Stop")."""

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop
from math import inf
from typing import Literal

from msgspec import Struct

from shared.flywheel.wheel.course import Course
from shared.flywheel.wheel.model import Incident


class Close(Struct, frozen=True):
    """How a turn stands at an as_of. `at` is the close, `due` the close of an open turn if nothing else happens."""

    state: Literal["open", "delivered", "stopped"]
    at: int | None
    due: int | None


class Incidents(Struct, frozen=True):
    """The incidents of a flywheel, and for each deployment the places of those that came from it."""

    all: Sequence[Incident]
    of_deployment: Mapping[int, Sequence[int]]


def close_of(course: Course, incidents: Incidents, soak: int, as_of: int) -> Close:
    """A delivery wins over a stop at the same instant; a withdrawal takes either back to itself."""
    released = course.released
    delivery = None if released is None else _delivery(course, released, soak, incidents)
    stop = _stop(course, released)
    close = Close("open", None, delivery)
    if delivery is not None and delivery <= as_of and (stop is None or delivery <= stop):
        close = Close("delivered", delivery, None)
    elif stop is not None:
        close = Close("stopped", stop, None)
    withdrawn = _withdrawal(course, close.at if close.at is not None else delivery)
    return close if withdrawn is None else Close("stopped", withdrawn, None)


def _delivery(course: Course, released: int, soak: int, incidents: Incidents) -> int | None:
    """The earlier of the first outcome at or after the release and the end of soak and incidents; None: unknown."""
    outcome = min((time for time in course.outcomes if time >= released), default=None)
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


def _stop(course: Course, released: int | None) -> int | None:
    """The earliest stop of the open turn: stated, decided by a challenge, or an outcome before any release."""
    stops = [*course.stops, *(time for time in course.outcomes if released is None or time < released)]
    if not stops:
        return None
    born = course.born
    return min((time for time in stops if born is not None and time >= born), default=None)


def _withdrawal(course: Course, close: int | None) -> int | None:
    """When the only feature released by the close was withdrawn for good before it."""
    if not course.withdrawn:
        return None
    until = inf if close is None else close
    counted = [release for release in course.releases if release.time <= until]
    features = {release.feature for release in counted if release.feature is not None}
    if len(features) != 1:
        return None
    (feature,) = features
    again = max((release.time for release in counted if release.feature == feature and release.time < until), default=0)
    first = min(release.time for release in counted)
    times = course.withdrawn.get(feature or "", ())
    return min((time for time in times if max(first, again) <= time < until), default=None)
