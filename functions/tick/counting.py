"""The metric that an alarm reads: how many flywheels are set aside. Nothing is counted while none is."""

from shared.store.table import names


def count_set_aside(function: str, count: int) -> None:
    """Say how many flywheels are tried only now and then, as work on them ended in vain; `function`: who says so."""
    from aws_lambda_powertools import Metrics  # noqa: PLC0415  seldom needed, and slow to load
    from aws_lambda_powertools.metrics import MetricUnit  # noqa: PLC0415  as above

    metrics = Metrics()
    metrics.add_dimension("function_name", function)
    metrics.add_metric(name=names.SET_ASIDE_METRIC, unit=MetricUnit.Count, value=count)
    metrics.flush_metrics()
