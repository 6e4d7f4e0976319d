"""The doom loop (Collins): changing direction in reaction to disappointment, without understanding in between."""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from operator import attrgetter
from typing import Literal

from msgspec import Struct

from shared.flywheel.moments import DAY, micros
from shared.flywheel.wheel.model import Definition, Wheel

REACTION = 30 * DAY
HORIZON = 180 * DAY
_ORDER = attrgetter("at", "keys")

Verdict = Literal["clear", "watch", "doom_loop", "unknown"]


class Turning(Struct, frozen=True):
    """A disappointment or a change of direction, and the events that tell of it."""

    at: int
    keys: tuple[int, ...]


class Change(Struct, frozen=True):
    """A change of direction, and the latest disappointment that makes it reactive (None: it is not)."""

    at: int
    keys: tuple[int, ...]
    because: Turning | None


def verdict(wheel: Wheel) -> Verdict:
    """Whether reactive changes follow each other with no turn delivered in between."""
    north_stars = any(definition.role == "north_star" for definition in wheel.definitions)
    if not wheel.goals and not north_stars and not any(turn.state == "stopped" for turn in wheel.turns):
        return "unknown"
    now = micros(wheel.as_of)
    reactive = sorted({each.at for each in changes(wheel) if each.because is not None and each.at > now - HORIZON})
    if not reactive:
        return "clear"
    delivered = sorted(micros(turn.closed_at) for turn in wheel.turns if turn.state == "delivered" and turn.closed_at)
    for first, second in pairwise(reactive):
        if bisect_right(delivered, first) == bisect_right(delivered, second):
            return "doom_loop"
    return "watch"


def disappointments(wheel: Wheel) -> list[Turning]:
    """The disappointments: a north star short of its target, or a turn stopped blindly; by time."""
    return sorted([*_shortfalls(wheel), *blind_stops(wheel)], key=_ORDER)


def blind_stops(wheel: Wheel) -> list[Turning]:
    """The blind stops: turns stopped with no challenge resolved and no outcome recorded on them, even later."""
    return [Turning(micros(turn.closed_at), turn.keys) for turn in wheel.turns if turn.blind and turn.closed_at]


def changes(wheel: Wheel) -> list[Change]:
    """Every change of direction, by time: a north star that differs from the one before it, or a blind stop."""
    stars = [definition for definition in wheel.definitions if definition.role == "north_star"]
    turned = [
        Turning(later.time, (earlier.key, later.key))
        for earlier, later in pairwise(stars)
        if _direction(earlier) != _direction(later) or _eased(earlier, later)
    ]
    reasons = disappointments(wheel)
    times = [reason.at for reason in reasons]
    calm = [at for at, _ in wheel.calm]
    with_reasons = []
    for change in sorted([*turned, *blind_stops(wheel)], key=_ORDER):
        place = _because(change.at, times, calm)
        with_reasons.append(Change(change.at, change.keys, None if place is None else reasons[place]))
    return with_reasons


def _direction(definition: Definition) -> tuple[object, ...]:
    return (definition.metric, definition.unit, definition.direction)


def _eased(earlier: Definition, later: Definition) -> bool:
    """Whether the target was dropped, or moved against the direction; a harder one, or a first, changes nothing."""
    if earlier.target is None:
        return False
    return later.target is None or _worse(later, later.target, earlier.target)


def _because(at: int, reasons: list[int], calm: list[int]) -> int | None:
    """The place of the latest reason before a change, at most 30 days, with no challenge, map or review since."""
    place = bisect_left(reasons, at) - 1
    if place < 0 or at - reasons[place] > REACTION:
        return None
    return None if bisect_right(calm, at) > bisect_right(calm, reasons[place]) else place


def _shortfalls(wheel: Wheel) -> list[Turning]:
    """The shortfalls: a north star of that time measured short of its target, and no better than before."""
    by_metric: dict[str, list[Definition]] = {}
    for definition in wheel.definitions:
        by_metric.setdefault(definition.metric, []).append(definition)
    times = {metric: [definition.time for definition in known] for metric, known in by_metric.items()}
    shortfalls = []
    before: dict[tuple[object, ...], float] = {}
    for measurement in wheel.measurements:
        place = bisect_right(times.get(measurement.metric, []), measurement.time)
        if place:
            in_force = by_metric[measurement.metric][place - 1]
            previous = before.get(_direction(in_force))
            better = previous is not None and _worse(in_force, previous, measurement.value)
            if _short(in_force, measurement.value) and not better:
                shortfalls.append(Turning(measurement.time, (in_force.key, measurement.key)))
            before[_direction(in_force)] = measurement.value
    return shortfalls


def _short(definition: Definition, value: float) -> bool:
    if definition.role != "north_star" or definition.target is None:
        return False
    return _worse(definition, value, definition.target)


def _worse(definition: Definition, value: float, than: float) -> bool:
    """Whether a value lies against the metric's direction from another."""
    return value > than if definition.direction == "down" else value < than
