"""Metrics of the scope over the weeks: what was measured last in each."""

from collections.abc import Iterator

from shared.flywheel.history.spans import spans_of
from shared.flywheel.history.values import MetricHistory, Point
from shared.flywheel.moments import moment
from shared.flywheel.settings.values import Settings
from shared.flywheel.value.heading import newest
from shared.flywheel.value.value import Value
from shared.flywheel.wheel.metrics import Metric, Metrics
from shared.flywheel.wheel.model import Wheel


def metric_histories(wheel: Wheel, value: Value, settings: Settings) -> tuple[MetricHistory, ...]:
    """The north star first, then inputs and effort in the order of the report."""
    star = value.north_star
    metrics = [
        *([] if star is None else [star]),
        *value.metrics.of_role(wheel.flywheel, "input"),
        *value.metrics.of_role(wheel.flywheel, "effort"),
    ]
    return tuple(
        MetricHistory(
            metric=metric.name,
            of=metric.of,
            owner=settings.flywheel(metric.of).title,
            shared=is_shared(wheel.flywheel, metric.of, settings),
            points=tuple(_points(wheel, metric, value.metrics)),
        )
        for metric in metrics
    )


def is_shared(flywheel: str, owner: str, settings: Settings) -> bool:
    """Whether a metric's value may stand on the open page of a flywheel: its own, or its owner lets others show it."""
    return owner == flywheel or settings.flywheel(owner).share_value


def _points(wheel: Wheel, metric: Metric, metrics: Metrics) -> Iterator[Point]:
    series = metrics.series(metric)
    for span in spans_of(wheel, 1):
        measured = newest(series, span.end)
        if measured is not None and span.holds(measured.time):
            yield Point(moment(measured.time), measured.value)
