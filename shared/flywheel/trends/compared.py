"""The samples of a wheel for each figure that the catalogue has a test of (value §4)."""

from collections.abc import Callable, Mapping
from functools import partial

from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.reality.samples import Sample
from shared.flywheel.trends.look import Look
from shared.flywheel.wheel.model import PHASES

SAMPLES: Mapping[str, Callable[[Look], Sample | None]] = {
    "turns.rate_per_28d": Look.turns,
    "value.hit_rate": Look.hits,
    "turns.turn_time_hours": Look.turn_times,
    **{
        f"turns.time_to_value_hours.{basis}": partial(Look.times_to_value, basis=basis)
        for basis in ("idea", "first_commit")
    },
    **{f"turns.phase_hours.{phase}": partial(Look.phase_hours, phase=phase) for phase in PHASES},
    "dora.deployments": Look.deployments,
    "dora.lead_time_hours": Look.lead_hours,
    "dora.change_fail_rate": Look.failed,
    "dora.rework_rate": Look.reworked,
    "dora.recovery_minutes": Look.recovery_minutes,
    "drag.incidents_opened": Look.incidents,
}

FOLLOWS = {"momentum": "turns.rate_per_28d"}
"""A figure that takes the verdict of another: it weighs the same deliveries by age."""


def compared() -> list[FigureKind]:
    """The figures that are tested, all of them one family."""
    return [CATALOGUE[path] for path in SAMPLES]


def grows_up(kind: FigureKind) -> bool:
    """Whether a young wheel always seems to get better at this: of its turns only the short ones can have closed."""
    return kind.path.startswith("turns.") or kind.path == "value.hit_rate"
