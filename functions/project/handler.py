"""New segments of the log: fold the flywheels that they wake into turns and transitions."""

import os
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from functions.project.projector import Projector
from shared.runtime.bundled import bundled_settings
from shared.store.store import Store
from shared.store.table.table import Table


class Environment(msgspec.Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str


@cache
def wire() -> Projector:
    """Everything this function needs, made once per container."""
    environment = msgspec.convert(dict(os.environ), Environment)
    return Projector(Store(Table(environment.TABLE_NAME)), bundled_settings(), Logger())


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lambda's entry point for a batch of the table's stream."""
    return wire().project(event["Records"])
