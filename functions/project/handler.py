"""New segments of the log: fold the flywheels that they wake into turns and transitions."""

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from functions.project.projector import Projector
from shared.runtime.bundled import bundled_settings
from shared.runtime.environment import environment_of
from shared.runtime.lambda_time import time_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls
from shared.store.store import Store
from shared.store.table.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = logger_of()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str


@cache
def wire() -> Projector:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment = environment_of(Environment)
    return Projector(Store(Table(environment.TABLE_NAME)), bundled_settings(), logger)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Lambda's entry point for a batch of the table's stream."""
    return wire().project(event["Records"], time_of(context))
