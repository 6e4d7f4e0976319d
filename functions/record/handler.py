"""Deliveries from the inbox: translate, validate, append each event once."""

import os
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools import Logger, Metrics

from functions.record.recorder import Recorder
from shared.runtime.bundled import bundled_settings
from shared.store.store import Store
from shared.store.table.table import Table


class Environment(msgspec.Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    STACK_ID: str


@cache
def wire() -> Recorder:
    """Everything this function needs, made once per container."""
    environment = msgspec.convert(dict(os.environ), Environment)
    store = Store(Table(environment.TABLE_NAME), stack_id=environment.STACK_ID)
    account = environment.STACK_ID.split(":")[4]
    return Recorder(store, bundled_settings(), Logger(), Metrics(), account)


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lambda's entry point for a batch of the inbox."""
    return wire().record(event["Records"])
