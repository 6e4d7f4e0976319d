"""What the synthesised stack costs in a month in which nothing happens, item by item, from the template itself."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench import prices
from tests.bench.figure import Bar, Row, worst

IDLE = Bar("≤ $2 a month with the free allowances, ≤ $6 without", "≤ $1", 2.0, 1.0)
WITHOUT = Bar("≤ $6 a month", "≤ $6", 6.0, 6.0)
MONTH = 30 * 86_400
POLLERS, LONG_POLL = 5, 20
"""What Lambda keeps polling a queue with while it is empty, and seconds per call
(docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)."""
_TICK_SECONDS = 1.0
_TICK_READS = 30
"""Units and seconds of a tick that finds nothing to do."""
_FREE_ALARMS, _FREE_REQUESTS, _FREE_DASHBOARDS = 10, 1_000_000, 3
Resources = dict[str, dict[str, Any]]


class Item(NamedTuple):
    """One line of the bill; `allowed`: of it, what an allowance without an end date pays."""

    what: str
    cost: float
    allowed: float = 0.0


def functions_of(resources: Resources) -> list[str]:
    """The short names of the stack's functions."""
    handlers = [each["Properties"].get("Handler", "") for each in _of(resources, "AWS::Lambda::Function")]
    return sorted(handler.split(".")[1] for handler in handlers if handler.startswith("functions."))


def resources_of(assembly: Path) -> Resources:
    """The resources of the only template of an assembly."""
    (template,) = assembly.glob("*.template.json")
    found: Resources = json.loads(template.read_text())["Resources"]
    return found


def idle(resources: Resources) -> Row:
    """The bill with the allowances that never end is held against the bar, and the one without any too."""
    items = list(_items(resources))
    total = sum(item.cost for item in items)
    allowed = total - sum(item.allowed for item in items)
    shown = "; ".join(f"{item.what} ${item.cost:.2f}" for item in items if item.cost >= 0.005)
    measured = f"${allowed:.2f} with the allowances that never end, ${total:.2f} without"
    verdict = worst([IDLE.verdict(round(allowed, 2)), WITHOUT.verdict(round(total, 2))])
    return Row("idle", IDLE, measured, verdict, (shown,))


def _items(resources: Resources) -> Iterator[Item]:
    secrets = len(_of(resources, "AWS::SecretsManager::Secret"))
    yield Item(f"{secrets} secret(s)", secrets * prices.SECRET)
    metrics = sum(_metrics(each["Properties"]) for each in _of(resources, "AWS::CloudWatch::Alarm"))
    yield Item(
        f"{metrics} metrics in alarms", metrics * prices.ALARM_METRIC, min(metrics, _FREE_ALARMS) * prices.ALARM_METRIC
    )
    dashboards = len(_of(resources, "AWS::CloudWatch::Dashboard"))
    cost = dashboards * prices.DASHBOARD
    yield Item(f"{dashboards} dashboard(s)", cost, min(dashboards, _FREE_DASHBOARDS) * prices.DASHBOARD)
    polled = sum(1 for each in _of(resources, "AWS::Lambda::EventSourceMapping") if _is_queue(each["Properties"]))
    requests = polled * POLLERS * MONTH / LONG_POLL
    yield Item(
        f"{polled} queues polled, {requests / 1e6:.1f} million requests",
        requests * prices.QUEUE_REQUEST,
        min(requests, _FREE_REQUESTS) * prices.QUEUE_REQUEST,
    )
    for schedule in _of(resources, "AWS::Scheduler::Schedule"):
        runs = MONTH / _seconds(schedule["Properties"]["ScheduleExpression"])
        each = prices.SCHEDULED + prices.INVOCATION + _TICK_SECONDS * prices.GB_SECOND
        yield Item(f"a schedule, {runs:,.0f} runs of 1 GB for a second", runs * (each + _TICK_READS * prices.READ))


def _of(resources: Resources, type: str) -> list[dict[str, Any]]:
    return [each for each in resources.values() if each["Type"] == type]


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
