"""Saved queries of CloudWatch Logs Insights: what one would type at night, already typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_logs as logs
from constructs import Construct

BY_LAMBDA = r"^\[ERROR\] |Task timed out after|Runtime exited|Status: (?:timeout|error)"
"""What Lambda itself writes of a function that crashed, ran out of time or memory, or could not be loaded: plain text,
not our JSON, for nobody of ours was left to write it."""


@dataclass(frozen=True)
class Query:
    """One query: its name under the stack's, what it shows, the log groups it asks, its lines."""

    name: str
    title: str
    groups: Sequence[str]
    lines: Sequence[str]
    is_watched: bool = False
    """Whether the dashboard shows it."""


def queries_of(functions: Mapping[str, str], requests: str) -> list[Query]:
    """The queries of a stack; `functions`: log group by function, `requests`: that of the HTTP API."""
    return [
        Query(
            "errors",
            "Errors, newest first",
            list(functions.values()),
            [
                "fields @timestamp, coalesce(service, @log) as who, coalesce(message, @message) as says, error, code",
                "fields flywheel, about",
                f'filter level = "ERROR" or @message like /{BY_LAMBDA}/',
                "sort @timestamp desc",
                "limit 100",
            ],
            is_watched=True,
        ),
        Query(
            "events",
            "Events by what became of them",
            [functions["record"]],
            [
                'filter message = "recorded"',
                "stats sum(accepted) as recorded, sum(duplicate) as again, sum(rejected) as refused by bin(1h) as hour",
                "sort hour desc",
            ],
            is_watched=True,
        ),
        Query(
            "messages",
            "Messages by outcome: posted, updated, suppressed, deferred, failed",
            [functions["notify"]],
            [
                'filter message = "handled"',
                "stats count(*) as messages by outcome, bin(1d) as day",
                "sort day desc",
            ],
            is_watched=True,
        ),
        Query(
            "ticks",
            "Ticks: the oldest message that is due, what waits, what failed",
            [functions["tick"]],
            [
                "fields @timestamp, oldest_due_minutes, woken, waiting, failed, advanced, digests, answers, buried",
                'filter message = "ticked"',
                "sort @timestamp desc",
                "limit 50",
            ],
            is_watched=True,
        ),
        Query(
            "requests",
            "Requests that the HTTP API refused",
            [requests],
            [
                "filter status >= 400",
                "stats count(*) as refused by route, status, bin(1h) as hour",
                "sort hour desc",
            ],
        ),
        Query(
            "webhooks",
            "Webhooks by hook and outcome",
            [functions["intake"]],
            ["filter ispresent(hook)", "stats count(*) as deliveries by hook, message, reason", "sort deliveries desc"],
        ),
        Query(
            "one-flywheel",
            "All that the functions say of one flywheel: put its id in",
            list(functions.values()),
            [
                "fields @timestamp, service, message, error",
                'filter flywheel = "checkout" or about = "checkout"',
                "sort @timestamp desc",
                "limit 200",
            ],
        ),
    ]


def save(scope: Construct, prefix: str, queries: Sequence[Query]) -> None:
    """Save them under the stack's name, where the console lists them."""
    for each in queries:
        logs.CfnQueryDefinition(
            scope,
            f"Query{each.name.title().replace('-', '')}",
            name=f"{prefix}/{each.name}",
            log_group_names=list(each.groups),
            query_string="\n| ".join(each.lines),
        )
