"""The clock: do what is due. Advance what time alone changes, heal what was lost, seal, audit, keep dead letters."""

import os
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from botocore.session import get_session

from functions.tick.ticker import Ticker
from shared.bundled import bundled_settings
from shared.slack.wakes import SqsQueue
from shared.store.dead_letters import SqsLetterBox
from shared.store.store import Store
from shared.store.table import Table


class Environment(msgspec.Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    OUTBOX_QUEUE_URL: str
    DEAD_LETTER_QUEUE_URLS: str


@cache
def wire() -> Ticker:
    """Everything this function needs, made once per container."""
    environment = msgspec.convert(dict(os.environ), Environment)
    sqs = get_session().create_client("sqs")
    outbox = SqsQueue(sqs, environment.OUTBOX_QUEUE_URL)
    dead_letters = [SqsLetterBox(sqs, url) for url in environment.DEAD_LETTER_QUEUE_URLS.split(",")]
    return Ticker(Store(Table(environment.TABLE_NAME)), bundled_settings(), outbox, dead_letters, Logger())


def handler(event: dict[str, Any], _context: Any) -> None:
    """Lambda's entry point for the schedule."""
    wire().tick(event["scheduled_time"])
