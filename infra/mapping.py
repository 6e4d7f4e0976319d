"""The event source of a function: a queue in batches, or one kind of item in the table's stream."""

from typing import Any, Literal

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

from infra.function import Function, allow
from infra.nag import acknowledge
from infra.table import Table
from shared.store.table import names

STREAM_RETRIES = 10
"""How often a batch is tried, bisected in between, before its place in the stream is kept as a failure."""


def from_queue(
    function: Function, queue: sqs.Queue, *, batch: int, window: Duration, concurrency: int | None = None
) -> None:
    """Messages of a queue, in batches; the ones that the function names as failed come again, the others do not."""
    mapping = lambda_.EventSourceMapping(
        function,
        "FromQueue",
        target=function.function,
        event_source_arn=queue.queue_arn,
        batch_size=batch,
        max_batching_window=window,
        max_concurrency=concurrency,
        report_batch_item_failures=True,
    )
    acknowledge(
        mapping,
        "Serverless-LambdaEventSourceMappingDestination",
        "A queue's mapping takes no on-failure destination; the queue has a dead-letter queue instead",
    )
    _never_asynchronous(function)


def reads_queue(queue: sqs.Queue) -> iam.PolicyStatement:
    """The rights that Lambda's poller of a queue uses in the function's name."""
    return allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], queue.queue_arn)


def items(kind: str, *changes: Literal["INSERT", "MODIFY"]) -> dict[str, Any]:
    """A filter for the stream: items of this kind that were written first, or again."""
    return {"eventName": list(changes), "dynamodb": {"NewImage": {names.KIND: {"S": [kind]}}}}


def turns_with_news() -> dict[str, Any]:
    """A filter for the stream: turns that say, as they are written, what of them is new."""
    wanted = items(names.TURN, "INSERT", "MODIFY")
    wanted["dynamodb"]["NewImage"][names.NEWS] = {"S": [{"exists": True}]}
    return wanted


def from_stream(  # noqa: PLR0913  one property each
    function: Function,
    table: Table,
    failures: sqs.Queue,
    *,
    wanted: list[dict[str, Any]],
    window: Duration,
    parallel: int,
) -> None:
    """New images of the wanted items; what fails for good leaves its place in the stream in `failures`.

    `parallel`: batches of one shard at a time; nothing that reads the stream depends on its order.
    """
    lambda_.EventSourceMapping(
        function,
        "FromStream",
        target=function.function,
        event_source_arn=table.stream_arn,
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        batch_size=100,
        max_batching_window=window,
        parallelization_factor=parallel,
        bisect_batch_on_error=True,
        report_batch_item_failures=True,
        retry_attempts=STREAM_RETRIES,
        max_record_age=Duration.hours(24),
        on_failure=sources.SqsDlq(failures),
        filters=[lambda_.FilterCriteria.filter(each) for each in wanted],
    )
    _never_asynchronous(function)
    acknowledge(
        function.role,
        f"AwsSolutions-IAM5[Resource::{table.shown_arn}/stream/*]",
        "ListStreams, which a mapping needs, is asked of a table before the stream's label is known",
    )


def reads_stream(table: Table, failures: sqs.Queue) -> list[iam.PolicyStatement]:
    """The rights that Lambda's poller of a stream uses in the function's name."""
    return [
        allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], table.stream_arn),
        allow(["dynamodb:ListStreams"], f"{table.arn}/stream/*"),
        allow(["sqs:SendMessage"], failures.queue_arn),
    ]


def _never_asynchronous(function: Function) -> None:
    acknowledge(
        function.function,
        "Serverless-LambdaDLQ",
        "Only its mapping calls it, and waits for the answer: what fails goes where the mapping or its queue says",
    )
