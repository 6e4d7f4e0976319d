"""The clock: do what is due. Advance what time alone changes, heal, seal, audit, keep dead letters, digest."""

import os
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from botocore.session import get_session

from functions.tick.environment import Environment
from functions.tick.reviews import reviews_of
from functions.tick.ticker import Ticker
from shared.aws.bus import Bus
from shared.runtime.bundled import bundled_settings
from shared.slack.queue import SqsQueue
from shared.store.kept.dead_letters import SqsLetterBox
from shared.store.store import Store
from shared.store.table.table import Table


@cache
def wire() -> Ticker:
    """Everything this function needs, made once per container."""
    environment = msgspec.convert(dict(os.environ), Environment)
    session = get_session()
    sqs = session.create_client("sqs")
    bus = Bus(session.create_client("events"), environment.BUS_NAME)
    outbox = SqsQueue(sqs, environment.OUTBOX_QUEUE_URL)
    dead_letters = [SqsLetterBox(sqs, url) for url in environment.DEAD_LETTER_QUEUE_URLS.split(",")]
    store, settings, logger = Store(Table(environment.TABLE_NAME)), bundled_settings(), Logger()
    reviews = reviews_of(store, settings, session, bus, logger)
    return Ticker(store, settings, outbox, dead_letters, bus, logger, reviews)


def handler(event: dict[str, Any], _context: Any) -> None:
    """Lambda's entry point for the schedule."""
    wire().tick(event["scheduled_time"])
