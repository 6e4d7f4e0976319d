"""A turn as the report lists it, and as the table keeps it."""

from typing import Any

from shared.flywheel.moments import rfc3339_or_none
from shared.flywheel.wheel.model import Turn


def turn_entry(turn: Turn) -> dict[str, Any]:
    """One turn as the report lists it."""
    return {
        "turn": turn.turn,
        "key": turn.key,
        "title": turn.title,
        "state": turn.state,
        "phase": turn.phase,
        "started_at": rfc3339_or_none(turn.started_at),
        "released_at": rfc3339_or_none(turn.released_at),
        "closed_at": rfc3339_or_none(turn.closed_at),
        "turn_time_hours": turn.turn_time_hours,
        "time_to_value_hours": turn.time_to_value_hours,
        "basis": turn.basis,
        "weight": turn.weight,
        "completeness": turn.completeness,
        "outcome": turn.result,
        "phases": {
            str(number): {
                "entered_at": rfc3339_or_none(phase.entered_at),
                "hours": phase.hours,
                "evidence": phase.evidence,
            }
            for number, phase in turn.phases.items()
        },
    }
