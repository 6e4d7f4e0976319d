"""Metrics as the report tells them: north star, inputs and effort of the scope (value §2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from events.times import rfc3339
from shared.flywheel.moments import DAY, moment
from shared.flywheel.value.heading import MONTH, change_from, heading, newest
from shared.flywheel.wheel.metrics import Metric, Metrics

LATE = 1.5
"""So many cadences after its last measurement a metric is stale."""
LONGEST_MONTH = 35
"""Days from one measurement to another that are told as a month: the earlier is within a week of a month ago."""


def metric_entry(metric: Metric, metrics: Metrics, now: int) -> dict[str, Any]:
    """One metric at `now`, beside its value of a month before."""
    definition, series = metric.definition, metrics.series(metric)
    measured = newest(series, now)
    before = None if measured is None else newest(series, measured.time - MONTH)
    change = change_from(before, measured)
    return {
        "metric": metric.name,
        "of": metric.of,
        "role": definition.role,
        "unit": definition.unit,
        "target": definition.target,
        "direction": definition.direction,
        "value": None if measured is None else measured.value,
        "measured_at": None if measured is None else rfc3339(moment(measured.time)),
        "previous": None if before is None else before.value,
        "previous_at": None if before is None else rfc3339(moment(before.time)),
        "change": change,
        "heading": None if measured is None else heading(change, definition.direction, series, measured.time),
        "reached": None if measured is None else _reached(metric, measured.value),
        "gap_closed": None if before is None or change is None else gap_closed(metric, before.value, change),
        "stale": _stale(metric, (measured or metric.first).time, now),
    }


def time_between(entry: Mapping[str, Any]) -> str:
    """The time from a metric's previous value to its newest: longer than a month where nothing was measured then."""
    measured, before = (datetime.fromisoformat(entry[at]) for at in ("measured_at", "previous_at"))
    days = (measured - before) / timedelta(days=1)
    return "a month" if days <= LONGEST_MONTH else f"{days:.0f} days"


def _reached(metric: Metric, value: float) -> bool | None:
    """Whether a value meets the target; None without one."""
    target = metric.definition.target
    return None if target is None else not _short(metric, value, target)


def gap_closed(metric: Metric, previous: float, change: float) -> float | None:
    """The part of the way from `previous` to the target that a change made, −1 to 1; None where it was there before."""
    target = metric.definition.target
    if target is None or not _short(metric, previous, target):
        return None
    return max(-1.0, min(1.0, change / (target - previous)))


def _short(metric: Metric, value: float, target: float) -> bool:
    return value > target if metric.definition.direction == "down" else value < target


def _stale(metric: Metric, since: int, now: int) -> bool:
    cadence = metric.definition.cadence_days
    return cadence is not None and now - since > LATE * cadence * DAY
