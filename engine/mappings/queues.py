"""SQS event source mappings: batches to functions, partial failures, redrive after maxReceiveCount.

Receiving, visibility, delays and redrive are moto's own queues, on the engine's clock; what moto lacks is the poller.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from moto.awslambda.models import EventSourceMapping
from moto.sqs.models import Message, Queue

from engine.account.cloud import Cloud, messages_in
from engine.account.tracing import ATTRIBUTE, trace_of
from engine.clock import Clock, epoch_millis, from_millis
from engine.iam.permissions import Call
from engine.iam.policies import Access, is_allowed
from engine.lambdas.function import Invocation
from engine.lambdas.invoking import Lambdas
from engine.mappings.filters import passes

POLLING: Final = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""The actions that Lambda needs of the function's role to poll a queue."""
_SMALLEST_STEP: Final = timedelta(milliseconds=1)


@dataclass
class QueuePollers:
    """Every SQS mapping that is deployed, polled once per step."""

    cloud: Cloud
    clock: Clock
    lambdas: Lambdas
    may_poll: Callable[[str, str, tuple[str, ...]], bool]

    def step(self) -> bool:
        """One batch of the first mapping that has one; whether there was any."""
        return any(self._poll(mapping, queue) for mapping, queue in self._mapped())

    def waiting(self) -> int:
        """Messages in queues with a mapping, visible or not."""
        return sum(len(messages_in(queue)) for _, queue in self._mapped())

    def next_wake(self) -> datetime | None:
        """The time at which the next delayed or invisible message can be received."""
        now = epoch_millis(self.clock.now())
        moments = [
            max(message.visible_at, message.delayed_until)
            for _, queue in self._mapped()
            for message in messages_in(queue)
        ]
        later = [moment for moment in moments if moment >= now]
        return from_millis(min(later)) + _SMALLEST_STEP if later else None

    def _mapped(self) -> Iterator[tuple[EventSourceMapping, Queue]]:
        for mapping in self.cloud.mappings():
            queue = self.cloud.queue(mapping.event_source_arn) if mapping.enabled else None
            if queue is not None and self.may_poll(mapping.function_arn, queue.queue_arn, POLLING):
                yield mapping, queue

    def _poll(self, mapping: EventSourceMapping, queue: Queue) -> bool:
        messages = self.cloud.sqs.receive_message(
            queue.name,
            mapping.batch_size,
            wait_seconds_timeout=0,
            visibility_timeout=vars(queue)["visibility_timeout"],
            message_attribute_names=["All"],
        )
        records = {message.id: (message, record_of(message, queue)) for message in messages}
        wanted = {key: each for key, each in records.items() if passes(mapping.filter_criteria, each[1], "body")}
        failed = self._failed(mapping, list(wanted.values())) if wanted else set()
        for key, (message, _) in records.items():
            if key not in failed and message.receipt_handle is not None:
                self.cloud.sqs.delete_message(queue.name, message.receipt_handle)
        return bool(messages)

    def _failed(self, mapping: EventSourceMapping, batch: list[tuple[Message, dict[str, Any]]]) -> set[str]:
        traces = [trace for message, _ in batch if (trace := trace_of(message)) is not None]
        invocation = self.lambdas.invoke(mapping.function_arn, {"Records": [record for _, record in batch]}, traces)
        return failed_items(invocation, mapping, {message.id for message, _ in batch})


def failed_items(invocation: Invocation, mapping: EventSourceMapping, identifiers: set[str]) -> set[str]:
    """The items that must come again: all after a crash or a malformed answer, else those the function names."""
    if invocation.failure is not None:
        return identifiers
    if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
        return set()
    answer = invocation.result or {}
    if not isinstance(answer, dict):
        return identifiers
    named = [failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []]
    return set(named) if set(named) <= identifiers else identifiers


def record_of(message: Message, queue: Queue) -> dict[str, Any]:
    """A message as a function receives it."""
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    trace = trace_of(message)
    if trace is not None:
        attributes[ATTRIBUTE] = trace
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {name: _attribute(value) for name, value in message.message_attributes.items()},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    """Attribute names start in lower case in a function's payload."""
    return {name[0].lower() + name[1:]: part for name, part in value.items()}


def role_allows(cloud: Cloud, lambdas: Lambdas) -> Callable[[str, str, tuple[str, ...]], bool]:
    """Whether a function's role lets Lambda poll for it; each permission that is used is recorded as a call."""
    answers: dict[tuple[str, str, tuple[str, ...]], bool] = {}

    def may_poll(function_arn: str, source_arn: str, actions: tuple[str, ...]) -> bool:
        key = (function_arn, source_arn, actions)
        if key not in answers:
            function = cloud.function(function_arn)
            statements = cloud.role_statements(function.role) if function else []
            wanted = [Access(action, source_arn) for action in actions]
            calls = [Call(function_arn.rpartition(":")[2], each, is_allowed(statements, each)) for each in wanted]
            lambdas.calls.extend(calls)
            answers[key] = all(call.allowed for call in calls)
        return answers[key]

    return may_poll
