"""The window that a figure looks at: (as_of − W, as_of]."""

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import compress
from operator import attrgetter

from msgspec import Struct

from shared.flywheel.moments import DAY, micros, span
from shared.flywheel.wheel.model import Deployment, Incident, Turn, Wheel

_TIME = attrgetter("time")

LEAST_EXPOSURE = 28 * DAY


class Window(Struct, frozen=True):
    """From `start` (out) to `end` (in), microseconds; `days` is W as it was asked for."""

    start: int
    end: int
    days: float

    def holds(self, at: int) -> bool:
        """Whether a time lies in the window."""
        return self.start < at <= self.end

    def holds_moment(self, at: datetime | None) -> bool:
        """Whether a time that may be unknown lies in the window."""
        return at is not None and self.holds(micros(at))


def window_of(wheel: Wheel, days: float) -> Window:
    """The last `days` before the wheel's as_of."""
    end = micros(wheel.as_of)
    return Window(end - span(days, DAY), end, days)


def closed_in(wheel: Wheel, window: Window, state: str) -> Sequence[Turn]:
    """The `delivered` or `stopped` turns that closed in the window."""

    def made() -> Sequence[Turn]:
        return [turn for turn in wheel.turns if turn.state == state and window.holds_moment(turn.closed_at)]

    return wheel.once((closed_in, window, state), made)


class Effective(Collection[tuple[int, Deployment]]):
    """The effective ones of some deployments, each with its place."""

    def __init__(self, deployments: Sequence[Deployment], places: Sequence[int]) -> None:
        """`places`: those of all of them."""
        self._deployments = [each for each in deployments if each.outcome != "failed"]
        is_effective = [each.outcome != "failed" for each in deployments]
        self._places = places if all(is_effective) else array("q", compress(places, is_effective))

    def __iter__(self) -> Iterator[tuple[int, Deployment]]:
        return zip(self._places, self._deployments, strict=True)

    def __len__(self) -> int:
        return len(self._deployments)

    def __contains__(self, pair: object) -> bool:
        return any(pair == each for each in self)


def effective_in(wheel: Wheel, window: Window) -> Effective:
    """The effective deployments in the window, with their places."""

    def made() -> Effective:
        places = places_in(wheel, window)
        return Effective(wheel.deployments[places.start : places.stop], places)

    return wheel.once((effective_in, window), made)


def failed_in(wheel: Wheel, window: Window) -> list[int]:
    """The places of those of them that are failed changes, in order."""
    places = places_in(wheel, window)
    return sorted(place for place in wheel.failed if place in places)


def places_in(wheel: Wheel, window: Window) -> range:
    """The places of the deployments in the window."""
    return range(*(bisect_right(wheel.deployments, at, key=_TIME) for at in (window.start, window.end)))


def exposure(wheel: Wheel, window: Window) -> int:
    """For how much of the window anything could have happened, microseconds: at least 28 days, at most the window.

    A young flywheel is not blamed for the time before its first event (domain: "Rate of turn").
    """
    age = 0 if wheel.first_event is None else window.end - wheel.first_event
    return min(window.end - window.start, max(LEAST_EXPOSURE, age))


def per_days(count: int, days: float, wheel: Wheel, window: Window) -> float:
    """How often something happened per so many days of the exposure; 0 in a window of no length."""
    exposed = exposure(wheel, window)
    return count / (exposed / DAY) * days if exposed else 0.0


def opened_in(wheel: Wheel, window: Window) -> list[Incident]:
    """The incidents that were opened in the window."""
    return [incident for incident in wheel.incidents if window.holds(incident.opened)]


def united(spans: Iterable[tuple[int, int]]) -> int:
    """The length of the union of intervals."""
    length = 0
    reached: int | None = None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        if end > begin:
            length += end - begin
        reached = end if reached is None else max(reached, end)
    return length


def clipped(spans: Iterable[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Intervals cut to [start, end]; what is left of none is dropped."""
    cut = ((max(start, first), min(end, last)) for first, last in spans)
    return [(first, last) for first, last in cut if last > first]
