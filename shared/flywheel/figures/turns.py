"""Rate of turn, turn time, phase durations, constraint, time to value, stalled turns (domain: "Figures")."""

from collections.abc import Iterable
from typing import Any

from shared.flywheel.distribution import distribution, median
from shared.flywheel.moments import DAY, HOUR, micros, span
from shared.flywheel.wheel.model import PHASES, Phase, Turn, Wheel
from shared.flywheel.wheel.window import Window, closed_in, per_days

PERIOD_DAYS = 28
STALLED_UNKNOWN = 42 * DAY
STALLED_LEAST = 14 * DAY
BEYOND_SOAK = 14 * DAY
"""A released turn that is open so long after its soak is waiting for something."""
FEW_TURNS = 3
"""So many delivered turns with a turn time are needed to name a constraint or a usual turn time."""


def turn_figures(wheel: Wheel, window: Window) -> dict[str, Any]:
    """The `turns` part of the report."""
    delivered = closed_in(wheel, window, "delivered")
    opened = [turn for turn in wheel.turns if turn.state == "open"]
    return {
        "rate_per_28d": per_days(len(delivered), PERIOD_DAYS, wheel, window),
        "delivered": len(delivered),
        "stopped": len(closed_in(wheel, window, "stopped")),
        "open": {str(phase): sum(turn.phase == phase for turn in opened) for phase in PHASES},
        "turn_time_hours": distribution(turn_times(delivered)),
        "time_to_value_hours": {
            basis: distribution(times_to_value(wheel, window, basis)) for basis in ("idea", "first_commit")
        },
        "phase_hours": {str(phase): distribution(phase_hours(delivered, phase)) for phase in PHASES},
        "constraint": constraint(wheel, delivered),
        "stalled": [turn.turn for turn in stalled(wheel)],
    }


def turn_times(turns: Iterable[Turn]) -> list[float]:
    """Hours from start to close, of turns whose start is known."""
    return [turn.turn_time_hours for turn in turns if turn.turn_time_hours is not None]


def times_to_value(wheel: Wheel, window: Window, basis: str) -> list[float]:
    """Hours to the first release, of turns first released in the window, whatever became of them."""
    return [
        turn.time_to_value_hours
        for turn in wheel.turns
        if turn.basis == basis and turn.time_to_value_hours is not None and window.holds_moment(turn.released_at)
    ]


def phase_hours(turns: Iterable[Turn], phase: Phase) -> list[float]:
    """Hours of one phase, of turns that observed it."""
    known = (turn.phases[phase].hours for turn in turns)
    return [hours for hours in known if hours is not None]


def constraint(wheel: Wheel, delivered: Iterable[Turn]) -> Phase | None:
    """The phase that takes the largest part of the turn time; of phase 4 only what goes beyond the soak counts."""
    best: tuple[float, Phase] | None = None
    for phase in PHASES:
        middle = median(phase_shares(wheel, delivered, phase))
        if middle is not None and (best is None or middle > best[0]):
            best = (middle, phase)
    return None if best is None else best[1]


def phase_shares(wheel: Wheel, delivered: Iterable[Turn], phase: Phase) -> list[float]:
    """One phase's part of the turn time of each turn that observed it; empty where too few did to speak of it."""
    free = span(wheel.settings.soak_days, DAY) / HOUR if phase == 4 else 0.0
    timed = [turn for turn in delivered if turn.turn_time_hours]
    shares = [
        max(0.0, hours - free) / turn.turn_time_hours
        for turn in timed
        if (hours := turn.phases[phase].hours) is not None and turn.turn_time_hours
    ]
    return shares if len(timed) >= FEW_TURNS and len(shares) >= FEW_TURNS else []


def stalled(wheel: Wheel) -> list[Turn]:
    """Open turns that have taken much longer than turns of this flywheel usually do, in the order of all turns.

    A released one only soaks, until 14 days after that.
    """
    limit = stalled_after(wheel)
    now = micros(wheel.as_of)
    settled = span(wheel.settings.soak_days, DAY) + BEYOND_SOAK
    return [
        turn
        for turn in wheel.turns
        if turn.state == "open"
        and turn.started_at is not None
        and now - micros(turn.started_at) > limit
        and (turn.released_at is None or now - micros(turn.released_at) > settled)
    ]


def stalled_after(wheel: Wheel) -> float:
    """From which age on an open turn is stalled, microseconds: twice the usual turn time, where that is known."""
    usual = turn_times(turn for turn in wheel.turns if turn.state == "delivered")
    middle = median(usual)
    if middle is None or len(usual) < FEW_TURNS:
        return STALLED_UNKNOWN
    return max(STALLED_LEAST, 2 * middle * HOUR)
