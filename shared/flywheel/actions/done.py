"""The fate of an action that was advised: when and how its thing was closed, else what makes it done."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.flywheel.actions.rules import rule_of
from shared.flywheel.moments import moment
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wording import day, quoted
from shared.flywheel.zones import zone_of


def done(action: Mapping[str, Any], wheel: Wheel) -> str:
    """Why an action that a report listed is listed no more: `“SEC-77” was closed on Tuesday`, plain text."""
    if not action["things"]:
        return rule_of(action).done_when
    thing = action["things"][0]
    name = quoted(thing["title"] or thing["id"])
    closed = _CLOSED.get(thing["kind"], _nothing)(thing["id"], wheel)
    if closed is None or action["rule"] not in _OF_CLOSING:
        return rule_of(action).done_when.format(name)
    how, at = closed
    return f"{name} was {how} {_when(at, wheel)}"


def _of_blocker(name: str, wheel: Wheel) -> tuple[str, datetime] | None:
    ends = [run.closed for run in wheel.blockers if run.name == name and run.closed is not None]
    return ("closed", moment(max(ends))) if ends else None


def _of_incident(name: str, wheel: Wheel) -> tuple[str, datetime] | None:
    ends = [each.closed for each in wheel.incidents if each.name == name and each.closed is not None]
    return ("resolved", moment(max(ends))) if ends else None


def _of_turn(name: str, wheel: Wheel) -> tuple[str, datetime] | None:
    ends = [(each.closed_at, each.state) for each in wheel.turns if each.turn == name and each.closed_at is not None]
    return None if not ends else (max(ends)[1], max(ends)[0])


def _nothing(_: str, __: Wheel) -> None:
    return None


_CLOSED: dict[str, Callable[[str, Wheel], tuple[str, datetime] | None]] = {
    "blocker": _of_blocker,
    "incident": _of_incident,
    "turn": _of_turn,
}
_OF_CLOSING = frozenset({"open_blocker", "open_incident", "stalled_turn"})
"""Rules whose actions are done when their thing is closed."""


def _when(at: datetime, wheel: Wheel) -> str:
    """The weekday within a week, else the date."""
    zone = wheel.settings.time_zone
    if wheel.as_of - at < timedelta(days=7):
        return f"on {at.astimezone(zone_of(zone)):%A}"
    return f"on {day(at, zone)}"
