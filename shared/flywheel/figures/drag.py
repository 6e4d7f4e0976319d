"""Drag: what slows the wheel, part by part and never averaged (domain: "Drag")."""

from typing import Any

from shared.flywheel.facts.fact import MapSubmitted
from shared.flywheel.figures.dora import rework, tells_incidents
from shared.flywheel.figures.turns import stalled
from shared.flywheel.maps.contents import contents_of
from shared.flywheel.moments import micros
from shared.flywheel.wheel.model import Turn, TurnKey, Wheel
from shared.flywheel.wheel.window import Window, clipped, opened_in, united

SHARES = ("rework_rate", "stalled_share", "incident_time_share", "blocked_share", "map_inertia_share")
"""The parts of the drag, the one named first at a tie first."""


def drag_figures(wheel: Wheel, window: Window) -> dict[str, Any]:
    """The `drag` part of the report: the shares, the largest of them, and a count that is none of them."""
    parts = {
        "rework_rate": rework(wheel, window)["value"],
        "stalled_share": stalled_share(wheel),
        "incident_time_share": incident_time_share(wheel, window),
        "blocked_share": blocked_share(wheel, window),
        "map_inertia_share": map_inertia_share(wheel),
    }
    return {**parts, "largest": largest(parts), "incidents_opened": len(opened_in(wheel, window))}


def largest(parts: dict[str, float | None]) -> str | None:
    """The name of the largest part above 0; the first of equal ones."""
    known = {name: value for name, value in parts.items() if value is not None and value > 0}
    return max(known, key=lambda name: known[name], default=None)


def stalled_share(wheel: Wheel) -> float | None:
    """Stalled turns of those open."""
    opened = sum(turn.state == "open" for turn in wheel.turns)
    return len(stalled(wheel)) / opened if opened else None


def incident_spans(wheel: Wheel, window: Window) -> list[tuple[int, int]]:
    """The spans of the window in which incidents were open, linked or not."""
    spans = ((each.opened, window.end if each.closed is None else each.closed) for each in wheel.incidents)
    return clipped(spans, window.start, window.end)


def incident_time_share(wheel: Wheel, window: Window) -> float | None:
    """The part of the window with any incident open; unknown while no incident was ever sent, unless all are."""
    length = window.end - window.start
    if not tells_incidents(wheel) or not length:
        return None
    return united(incident_spans(wheel, window)) / length


def blocked_turns(wheel: Wheel, window: Window) -> list[tuple[Turn, int, int]]:
    """Turns that are open or closed in the window, with their blocked time and their whole time, microseconds."""
    return wheel.once((blocked_turns, window), lambda: _blocked_turns(wheel, window))


def _blocked_turns(wheel: Wheel, window: Window) -> list[tuple[Turn, int, int]]:
    spans: dict[TurnKey, list[tuple[int, int]]] = {}
    for blocker in wheel.blockers:
        for turn in blocker.turns:
            spans.setdefault(turn, []).append(
                (blocker.opened, window.end if blocker.closed is None else blocker.closed)
            )
    timed = []
    for each in wheel.turns:
        if each.started_at is not None and (each.closed_at is None or window.holds_moment(each.closed_at)):
            start = micros(each.started_at)
            end = window.end if each.closed_at is None else micros(each.closed_at)
            blocked = united(clipped(spans.get(each.identity, ()), start, end))
            timed.append((each, blocked, end - start))
    return timed


def blocked_share(wheel: Wheel, window: Window) -> float | None:
    """Blocked time of all time of the turns; unknown where no blocker was ever sent."""
    if not wheel.blockers:
        return None
    turns = blocked_turns(wheel, window)
    whole = sum(length for _, _, length in turns)
    return sum(blocked for _, blocked, _ in turns) / whole if whole else None


def newest_organisation_map(wheel: Wheel) -> MapSubmitted | None:
    """The latest map of the organisation, whatever the window."""
    return next((fact for fact in reversed(wheel.all(MapSubmitted)) if fact.map == "organisation"), None)


def map_inertia_share(wheel: Wheel) -> float | None:
    """Components with inertia of all on the newest organisation map; unknown without one, or with nothing on it."""
    newest = newest_organisation_map(wheel)
    if newest is None or newest.contents is None:
        return None
    components = contents_of(newest.contents).components
    return sum(each.inertia for each in components) / len(components) if components else None
