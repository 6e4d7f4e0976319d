"""How many executions Lambda runs at once for this account, and whether queues and streams leave any to webhooks."""

from collections.abc import Iterable, Mapping
from typing import Any

from cli.checks.check import Check, ok, warning
from cli.doctor.stack import Stack, answer_of, mappings_of
from cli.target import Target
from shared.flywheel.wording import plural

EXECUTIONS = "executions"
FEW = 100
"""What Lambda keeps free of reservations; an account with no more than that can reserve none."""
QUOTA = "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384"
BOUNDS = "stream_parallel = 1, record_concurrency = 2 and notify_concurrency = 2 in [stages.…], then make deploy"


def check_executions(target: Target, stack: Stack) -> Check:
    """The account's quota beside what the stack's queues and stream may take of it at once."""
    limit = answer_of(EXECUTIONS, lambda: target.client("lambda").get_account_settings()["AccountLimit"])
    if isinstance(limit, Check):
        return limit
    mappings = answer_of(EXECUTIONS, lambda: mappings_of(target, stack))
    if isinstance(mappings, Check):
        return mappings
    return judge(limit, mappings)


def judge(limit: Mapping[str, int], mappings: Iterable[Mapping[str, Any]]) -> Check:
    """The verdict on GetAccountSettings' `AccountLimit` and the mappings of the stack.

    A stream's reader takes `ParallelizationFactor` executions for each shard; the shards are not counted, as their
    number is DynamoDB's.
    """
    allowed, free = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    mappings = list(mappings)
    most = [_most(each) for each in mappings]
    readers = sum(_most(each) or 0 for each in mappings if _is_stream(each))
    taken = sum(each for each in most if each is not None)
    summary = f"{plural(allowed, 'execution')} at once"
    if None in most and free == allowed:
        return warning(EXECUTIONS, f"{summary}; a queue without a bound may take all of them from webhooks", BOUNDS)
    if taken >= free:
        return warning(EXECUTIONS, f"{summary}; queues and stream may take {taken} of the {free} that are free", BOUNDS)
    if allowed <= FEW:
        return warning(
            EXECUTIONS,
            f"{summary}, of all functions of this account: enough to begin with, too few for many webhooks",
            f"{QUOTA} --desired-value 1000; leave intake_concurrency at 0 until then",
        )
    of_stream = f"and {readers} more for each further shard of the stream"
    return ok(EXECUTIONS, f"{summary}; queues and stream take at most {taken}, {of_stream}")


def _most(mapping: Mapping[str, Any]) -> int | None:
    """The most executions of a mapping, of a stream's for one shard; None: no bound."""
    if _is_stream(mapping):
        return int(mapping.get("ParallelizationFactor") or 1)
    bound = (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency")
    return None if bound is None else int(bound)


def _is_stream(mapping: Mapping[str, Any]) -> bool:
    return ":dynamodb:" in str(mapping["EventSourceArn"])
