"""Pilot and scale: the figures before and after a flywheel's newest change of stage, side by side (domain §4)."""

from datetime import UTC, date, datetime, time
from typing import Any

from msgspec import Struct

from events.times import rfc3339
from shared.flywheel.actions.shared import below
from shared.flywheel.distribution import distribution, median
from shared.flywheel.figures.dora import fail_rate, lead_times, rework
from shared.flywheel.figures.turns import turn_times
from shared.flywheel.moments import DAY, micros, moment
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, closed_in, effective_in
from shared.flywheel.zones import zone_of

PERIOD = 28
WEEK = 7


def stage_figures(evidence: Evidence) -> dict[str, Any] | None:
    """The stage in force at as_of, since when, and the figures of the span before it and of its own.

    A stage begins at midnight in the flywheel's time zone. Before the first one lies the time from the first event.
    None where no stage has begun.
    """
    spans = stages(evidence)
    if spans is None:
        return None
    before, after = spans
    return {
        "stage": after.stage,
        "since": rfc3339(moment(after.start)),
        "before": {"stage": before.stage, **span_figures(evidence.wheel, before)},
        "after": {"stage": after.stage, **span_figures(evidence.wheel, after)},
    }


class Span(Struct, frozen=True):
    """[start, end) of a stage, microseconds; the stage is None before any had begun."""

    stage: str | None
    start: int
    end: int

    def window(self, wheel: Wheel) -> Window:
        """As a window that ends a microsecond earlier, so that a span owns its start."""
        end = self.end - 1 if self.end < micros(wheel.as_of) else self.end
        return Window(self.start - 1, end, (self.end - self.start) / DAY)


def stages(evidence: Evidence) -> tuple[Span, Span] | None:
    """The span before the newest stage, and that stage's own; None where no stage has begun."""
    wheel = evidence.wheel
    begun = sorted(
        (start, name) for name, day in wheel.settings.stage.items() if (start := _midnight(wheel, day)) <= evidence.now
    )
    if not begun:
        return None
    since, stage = begun[-1]
    events = [each.first_event for each in (wheel, *below(wheel)) if each.first_event is not None]
    first = min([since, *events])
    earlier, before = begun[-2] if len(begun) > 1 else (first, None)
    return Span(before, earlier, since), Span(stage, since, evidence.now)


def span_figures(wheel: Wheel, of: Span) -> dict[str, Any]:
    """Figures of a span; of a parent counts over all below it as well, never medians or shares."""
    window = of.window(wheel)
    delivered = closed_in(wheel, window, "delivered")
    all_ = (wheel, *below(wheel))
    turns = sum(len(closed_in(each, window, "delivered")) for each in all_)
    deployments = sum(len(effective_in(each, window)) for each in all_)
    return {
        "from": rfc3339(moment(of.start)),
        "days": window.days,
        "delivered": turns,
        "rate_per_28d": turns / window.days * PERIOD if window.days else None,
        "turn_time_hours": distribution(turn_times(delivered)),
        "deployments": deployments,
        "deployments_per_week": deployments / window.days * WEEK if window.days else None,
        "lead_time_p50_hours": median(lead_times(wheel, window).hours),
        "change_fail_rate": fail_rate(wheel, window),
        "rework_rate": rework(wheel, window),
    }


def _midnight(wheel: Wheel, day: date) -> int:
    """The beginning of a day in the flywheel's time zone; at the very ends of the calendar, in UTC."""
    zone = UTC if day.year in {1, 9999} else zone_of(wheel.settings.time_zone)
    return micros(datetime.combine(day, time(), zone))
