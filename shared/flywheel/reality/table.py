"""The figures of which better and worse is said: by which test, and which way is better (value §4)."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from msgspec import Struct

from shared.flywheel.reality.look import Look
from shared.flywheel.reality.samples import Sample
from shared.flywheel.wheel.model import PHASES

Group = Literal["value", "phases", "flow", "stability"]
Better = Literal["up", "down"] | None


class Compared(Struct, frozen=True):
    """A figure by its path in the report, how a page groups it, its sample, and its better direction, if it has one.

    `grows_up`: of a young wheel only what was short can have closed, so that it always seems to get faster; the earlier
    window has to begin 28 days after the flywheel's first event.
    """

    figure: str
    group: Group
    sample: Callable[[Look], Sample]
    better: Better
    grows_up: bool = False


def _time_to_value(basis: str) -> Compared:
    return Compared(
        f"turns.time_to_value_hours.{basis}", "value", lambda look: look.times_to_value(basis), "down", grows_up=True
    )


TABLE: tuple[Compared, ...] = (
    Compared("turns.rate_per_28d", "value", Look.turns, "up", grows_up=True),
    Compared("value.hit_rate", "value", Look.hits, "up", grows_up=True),
    Compared("turns.turn_time_hours", "value", Look.turn_times, "down", grows_up=True),
    _time_to_value("idea"),
    _time_to_value("first_commit"),
    *(
        Compared(
            f"turns.phase_hours.{phase}",
            "phases",
            partial(Look.phase_hours, phase=phase),
            "down" if phase > 2 else None,
            grows_up=True,
        )
        for phase in PHASES
    ),
    Compared("dora.deployments", "flow", Look.deployments, "up"),
    Compared("dora.lead_time_hours", "flow", lambda look: look.rollouts.lead_hours(), "down"),
    Compared("dora.change_fail_rate", "stability", lambda look: look.rollouts.failed(), "down"),
    Compared("dora.rework_rate", "stability", lambda look: look.rollouts.reworked(), "down"),
    Compared("dora.recovery_minutes", "stability", lambda look: look.rollouts.recovery_minutes(), "down"),
    Compared("drag.incidents_opened", "stability", Look.incidents, "down"),
)

FOLLOWS = {"momentum": "turns.rate_per_28d"}
"""A figure that is tested by another one: the same deliveries, weighed by age."""
