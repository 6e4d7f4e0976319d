"""Momentum: each turn is a push, friction halves what is there every 28 days (domain: "Momentum")."""

from math import log
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.distribution import total
from shared.flywheel.moments import DAY, micros
from shared.flywheel.wheel.model import Turn, Wheel

HALF_LIFE = 28 * DAY
RISING = 1.1
FALLING = 0.9
TURNING = 28 * DAY
COASTING = 84 * DAY

State = Literal["not_started", "learning", "first_turn", "turning", "coasting", "stopped"]


class Push(Struct, frozen=True):
    """The push that one closed turn still gives at a time."""

    turn: Turn
    age: int
    value: float


def momentum_figures(wheel: Wheel) -> dict[str, Any]:
    """The `momentum` part of the report."""
    now = micros(wheel.as_of)
    value, before = momentum(wheel, now), momentum(wheel, now - HALF_LIFE)
    trend = value / before if before else None
    return {
        "value": value,
        "rate_equivalent": value * log(2),
        "trend": trend,
        "direction": direction(trend),
        "state": state(wheel),
    }


def pushes(wheel: Wheel, at: int) -> list[Push]:
    """Every turn closed by a time, with weights as known at as_of."""
    weighted = []
    for turn in wheel.turns:
        if turn.closed_at is not None and turn.weight is not None:
            age = at - micros(turn.closed_at)
            if age >= 0:
                weighted.append(Push(turn, age, turn.weight * 2.0 ** -(age / HALF_LIFE)))
    return weighted


def momentum(wheel: Wheel, at: int) -> float:
    """The sum of what all pushes still add at a time."""
    return total(push.value for push in pushes(wheel, at))


def direction(trend: float | None) -> Literal["rising", "falling", "steady"] | None:
    """The direction of momentum, against 28 days before."""
    if trend is None:
        return None
    if trend > RISING:
        return "rising"
    return "falling" if trend < FALLING else "steady"


def state(wheel: Wheel) -> State:
    """How the wheel stands, by the age of its last delivered close; with none delivered, of its last close."""
    closed = [turn.closed_at for turn in wheel.turns if turn.closed_at is not None]
    if not closed:
        return "not_started"
    delivered = [turn.closed_at for turn in wheel.turns if turn.state == "delivered" and turn.closed_at is not None]
    age = micros(wheel.as_of) - micros(max(delivered or closed))
    if age > COASTING:
        return "stopped"
    if not delivered:
        return "learning"
    if len(closed) == 1:
        return "first_turn"
    return "turning" if age <= TURNING else "coasting"
