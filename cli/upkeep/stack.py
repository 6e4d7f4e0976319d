"""A deployed stack as upkeep needs it: its store, and its queues by what their names end with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct

from cli.failure import WrongInputError
from cli.figures.from_stack import TABLE_OUTPUT, outputs_of, store_of, telling_errors
from cli.target import Target
from shared.store.store import Store

INBOX, OUTBOX = "-inbox", "-outbox"
DEAD = ("-inbox-dead", "-outbox-dead", "-failures")


class Kept(Struct, frozen=True):
    """The table and the queues of a stack."""

    store: Store
    queues: Mapping[str, str]
    """URLs by the ends of the queues' names."""


@contextmanager
def kept_by(target: Target) -> Iterator[Kept]:
    """The stack, found; AWS's errors inside end as one sentence each."""
    with telling_errors(target):
        table = outputs_of(target)[TABLE_OUTPUT]
        yield Kept(store_of(target, table), queues_of(target))


def queues_of(target: Target) -> dict[str, str]:
    """URLs of the stack's own queues; raises WrongInputError where one is missing."""
    pages = target.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack)
    resources = [each for page in pages for each in page["StackResourceSummaries"]]
    urls = [each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::SQS::Queue"]
    queues = {}
    for end in (INBOX, OUTBOX, *DEAD):
        ending = [url for url in urls if url.endswith(end)]
        if len(ending) != 1:
            raise WrongInputError(
                f"--stack: {target.stack!r} has {len(ending)} queues that end with {end!r}, expected 1"
            )
        queues[end] = ending[0]
    return queues
