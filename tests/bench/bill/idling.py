"""What the synthesised stack costs in a month in which nothing happens, item by item, from the template itself."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.bench.bill import prices
from tests.bench.figure import Bar, Row, row
from tests.bench.ground.surroundings import Surroundings
from tests.bench.ground.template import Resources, of_type

IDLE, WITHOUT = Bar(2, 1), Bar(6)
"""Dollars a month, with the allowances that never end and without any."""
MONTH = 30 * 86_400
POLLERS, LONG_POLL = 5, 20
"""What Lambda keeps polling a queue with while it is empty, and seconds per call
(docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)."""
_TICK_SECONDS = 1.0
_TICK_READS = 30
"""Units and seconds of a tick that finds nothing to do."""
_FREE_ALARMS, _FREE_REQUESTS, _FREE_DASHBOARDS = 10, 1_000_000, 3


class Item(NamedTuple):
    """One line of the bill; `allowed`: of it, what an allowance without an end date pays."""

    what: str
    cost: float
    allowed: float = 0.0


def rows(ground: Surroundings) -> list[Row]:
    """Of the template as it is."""
    return idle(ground.resources)


def idle(resources: Resources) -> list[Row]:
    """What is paid with the allowances that never end, and without any."""
    items = list(items_of(resources))
    total = sum(item.cost for item in items)
    allowed = total - sum(item.allowed for item in items)
    listed = "; ".join(f"{item.what} ${item.cost:.2f}" for item in items if item.cost >= 0.005)
    return [
        row("idle for a month, with the allowances that never end", "$", IDLE, round(allowed, 2), listed),
        row("idle for a month, without any allowance", "$", WITHOUT, round(total, 2)),
    ]


def items_of(resources: Resources) -> Iterator[Item]:
    """Each line of the bill: secret, alarms, dashboard, queues, clock."""
    secrets = len(of_type(resources, "AWS::SecretsManager::Secret"))
    yield Item(f"{secrets} secret(s)", secrets * prices.SECRET)
    metrics = sum(_metrics(each["Properties"]) for each in of_type(resources, "AWS::CloudWatch::Alarm"))
    yield Item(
        f"{metrics} metrics in alarms", metrics * prices.ALARM_METRIC, min(metrics, _FREE_ALARMS) * prices.ALARM_METRIC
    )
    dashboards = len(of_type(resources, "AWS::CloudWatch::Dashboard"))
    cost = dashboards * prices.DASHBOARD
    yield Item(f"{dashboards} dashboard(s)", cost, min(dashboards, _FREE_DASHBOARDS) * prices.DASHBOARD)
    polled = sum(1 for each in of_type(resources, "AWS::Lambda::EventSourceMapping") if _is_queue(each["Properties"]))
    requests = polled * POLLERS * MONTH / LONG_POLL
    yield Item(
        f"{polled} queues polled, {requests / 1e6:.1f} million requests",
        requests * prices.QUEUE_REQUEST,
        min(requests, _FREE_REQUESTS) * prices.QUEUE_REQUEST,
    )
    for schedule in of_type(resources, "AWS::Scheduler::Schedule"):
        runs = MONTH / _seconds(schedule["Properties"]["ScheduleExpression"])
        each = prices.SCHEDULED + prices.INVOCATION + _TICK_SECONDS * prices.GB_SECOND
        yield Item(f"a schedule, {runs:,.0f} runs of 1 GB for a second", runs * (each + _TICK_READS * prices.READ))


def _metrics(alarm: dict[str, Any]) -> int:
    """CloudWatch charges by the metric that an alarm reads."""
    return sum(1 for each in alarm["Metrics"] if "MetricStat" in each) if "Metrics" in alarm else 1


def _is_queue(mapping: dict[str, Any]) -> bool:
    return "Queue" in json.dumps(mapping["EventSourceArn"])


def _seconds(expression: str) -> float:
    """`rate(15 minutes)` in seconds; a cron expression counts as hourly."""
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    unit = {"minute": 60, "hour": 3600, "day": 86_400}
    return int(found[1]) * unit[found[2]] if found else 3600.0
