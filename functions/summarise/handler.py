"""A turn or a transition was written: store what its summary shows, and announce on the bus what happened."""

import os
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from botocore.session import get_session

from functions.summarise.summariser import Summariser
from shared.aws.bus import Bus
from shared.store.outbox.outbox import OutboxStore
from shared.store.table.table import Table


class Environment(msgspec.Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    BUS_NAME: str


@cache
def wire() -> Summariser:
    """Everything this function needs, made once per container."""
    environment = msgspec.convert(dict(os.environ), Environment)
    store = OutboxStore(Table(environment.TABLE_NAME))
    return Summariser(store, Bus(get_session().create_client("events"), environment.BUS_NAME), Logger())


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lambda's entry point for a batch of the table's stream."""
    return wire().summarise(event["Records"])
