"""Momentum of value: turns whose outcome is met push, and friction halves what is there every 28 days (value §1)."""

from collections.abc import Collection
from math import log
from typing import Any

from shared.flywheel.distribution import total
from shared.flywheel.figures.momentum import HALF_LIFE
from shared.flywheel.moments import micros
from shared.flywheel.wheel.model import Turn, Wheel


def momentum_of_value(wheel: Wheel) -> dict[str, Any]:
    """The figures of `value.momentum`."""
    now = micros(wheel.as_of)
    delivered = [turn for turn in wheel.turns if turn.state == "delivered"]
    met = [turn for turn in delivered if turn.result == "met"]
    value, before = remaining(met, now), remaining(met, now - HALF_LIFE)
    whole = remaining(delivered, now)
    known = remaining([turn for turn in delivered if turn.result], now)
    return {
        "value": value,
        "rate_equivalent": value * log(2),
        "trend": value / before if before else None,
        "known_share": known / whole if whole else None,
    }


def remaining(turns: Collection[Turn], at: int) -> float:
    """The sum that the turns closed by a time still add at it."""
    return total(push for turn in turns if (push := push_of(turn, at)) is not None)


def push_of(turn: Turn, at: int) -> float | None:
    """The push of a delivered turn at a time, 1 at its close; None before it."""
    return None if turn.closed_at is None else push_at(micros(turn.closed_at), at)


def push_at(closed: int, at: int) -> float | None:
    """The same of a close, both in microseconds."""
    return 2.0 ** -((at - closed) / HALF_LIFE) if at >= closed else None
