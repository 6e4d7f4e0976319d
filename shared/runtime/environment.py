"""Environments: one typed model per function of what the stack gives it, read when the function is wired.

`infra` sets the same names (shared/store/table/names.py).
"""

import os
from typing import TypeVar

import msgspec
from msgspec import Struct

Environment = TypeVar("Environment", bound=Struct)


def environment_of(function: type[Environment]) -> Environment:
    """This function's environment. Raises msgspec.ValidationError, which names the variable that is missing."""
    return msgspec.convert(dict(os.environ), function)


class IntakeEnvironment(Struct, frozen=True):
    """Of `intake`."""

    BUS_NAME: str
    INBOX_QUEUE_URL: str
    HOOKS_PREFIX: str
    """The prefix of the SSM parameters that hold the hooks' secrets."""
    STACK_ID: str
    """The key of the pseudonyms."""


class RecordEnvironment(Struct, frozen=True):
    """Of `record`."""

    TABLE_NAME: str
    STACK_ID: str
    """The stack's ARN: its account is ours, and its name keys the pseudonyms."""
    AWS_LAMBDA_RUNTIME_API: str = ""
    """Lambda's own, as the next; absent where the function shares a process with others."""
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: str = ""
    """MB."""
    AWS_LAMBDA_FUNCTION_NAME: str = "record"
    """Whose metrics they are."""


class ProjectEnvironment(Struct, frozen=True):
    """Of `project`."""

    TABLE_NAME: str


class SummariseEnvironment(Struct, frozen=True):
    """Of `summarise`."""

    TABLE_NAME: str
    BUS_NAME: str


class NotifyEnvironment(Struct, frozen=True):
    """Of `notify`."""

    TABLE_NAME: str
    OUTBOX_QUEUE_URL: str
    SLACK_SECRET_ARN: str
    SLACK_API_URL: str
    LINK_KEY_NAME: str
    """Of the SSM parameter that holds the key of signed links."""
    BOARD_URL: str
    """Before the name of a flywheel, the address of its board."""
    AWS_LAMBDA_FUNCTION_NAME: str = "notify"
    """Lambda's own: whose metrics they are."""


class SlackEnvironment(Struct, frozen=True):
    """Of `slack`."""

    TABLE_NAME: str
    BUS_NAME: str
    SLACK_SECRET_ARN: str
    SLACK_API_URL: str


class TickEnvironment(Struct, frozen=True):
    """Of `tick`."""

    TABLE_NAME: str
    BUS_NAME: str
    OUTBOX_QUEUE_URL: str
    DEAD_LETTER_QUEUE_URLS: str
    """Separated by commas."""
    LINK_KEY_NAME: str
    KEY_ARN: str | None = None
    """Of the key of KMS that the key of links is encrypted with; AWS's own where there is none."""
    AWS_LAMBDA_FUNCTION_NAME: str = "tick"
    """Lambda's own: whose metric it is."""


class BoardEnvironment(Struct, frozen=True):
    """Of `board`."""

    TABLE_NAME: str
    LINK_KEY_NAME: str
    EXPLAIN_FUNCTION: str
    """The ARN of who has the receipts that a widget offers."""


class ExplainEnvironment(Struct, frozen=True):
    """Of `explain`."""

    TABLE_NAME: str
