"""What stands around the wheel, as its digests tell it: to the persona whom it concerns, and only where it is new."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.flywheel.catalogue.catalogue import read_by
from shared.flywheel.settings.digest_schedule import Period
from shared.flywheel.settings.values import FlywheelSettings
from shared.flywheel.summaries.figures import Report, figure_of
from shared.flywheel.summaries.summary import Figure
from shared.flywheel.wording import amount, duration, outside, percent

SHOWN = 1
"""Of the figures around the wheel so many are told in one digest."""
LONGEST = 160
"""Characters of a purpose that are shown."""
_SETTLED = timedelta(days=28)
"""So long after its beginning the figures of a stage say something."""


def around_of(phases: Iterable[int], now: Report, before: Report, last: Report) -> tuple[Figure, ...]:
    """The figures around the wheel that are others than in the digest before, for the readers of some phases.

    `before`: one window earlier, as every figure is compared; `last`: as of the digest before.
    """
    kinds = [kind for phase in phases for kind in read_by(phase) if kind.section == "around"]
    new = [kind for kind in kinds if kind.value_in(now) != kind.value_in(last)]
    rows = [row for kind in new if (row := figure_of(kind, now, before)) is not None and row.trend != "same"]
    return tuple(rows[:SHOWN])


def stage_row(report: Report, period: Period) -> tuple[Figure, ...]:
    """The newest stage beside the one before it, once: in the digest of the day on which it is four weeks old."""
    stage = report["context"]["stage"]
    if stage is None or not period.start < datetime.fromisoformat(stage["since"]) + _SETTLED <= period.end:
        return ()
    before = "; ".join(_span(stage["before"])) or None
    return (Figure(label=f"Since {stage['stage']}", value="; ".join(_span(stage["after"])), previous=before),)


def _span(side: Mapping[str, Any]) -> Iterator[str]:
    """How a wheel turned in one stage."""
    if side["rate_per_28d"] is not None:
        yield f"{amount(side['rate_per_28d'])} turns per 28 d"
    if side["lead_time_p50_hours"] is not None:
        yield f"lead time {duration(side['lead_time_p50_hours'])}"
    if side["change_fail_rate"]["value"] is not None:
        yield f"fail rate {percent(side['change_fail_rate']['value'])}"


def purpose_of(rules: FlywheelSettings) -> str:
    """The purpose statement, and the steps by which value comes to its users; empty without."""
    steps = " → ".join(outside(step, 40) for step in rules.value_exchange)
    purpose = outside(rules.purpose or "", LONGEST)
    return f"{purpose} ({steps})" if purpose and steps else purpose or steps
