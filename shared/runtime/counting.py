"""Metrics that alarms read, written into the log as CloudWatch's embedded metric format has them.

Each is written only where there is something to tell: one that nobody writes costs nothing.
"""

from typing import Protocol


class Count(Protocol):
    """Writes one metric of this function."""

    def __call__(self, metric: str, value: float) -> None:
        """`metric`: its name in `shared/store/table/names.py`; `value`: in the unit that its name says."""


class Counting:
    """The metrics of one function, under its name: another stage's are others."""

    def __init__(self, function: str) -> None:
        self._function = function

    def __call__(self, metric: str, value: float) -> None:
        """Write one metric."""
        from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit  # noqa: PLC0415  seldom needed, slow

        metrics = EphemeralMetrics()
        metrics.add_dimension("function_name", self._function)
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=value)
        metrics.flush_metrics()


def uncounted(metric: str, value: float) -> None:
    """Writes nothing: for who has no alarms."""
