"""A turn or a transition was written: store what its summary shows, and announce on the bus what happened."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.summarise.summariser import Summariser
from shared.aws.bus import Bus
from shared.aws.clients import Clients
from shared.runtime.environment import SummariseEnvironment, environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls
from shared.store.outbox.outbox import OutboxStore
from shared.store.table.table import Table

logger = logger_of()


@cache
def wire() -> Summariser:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment = environment_of(SummariseEnvironment)
    store = OutboxStore(Table(environment.TABLE_NAME))
    return Summariser(store, Bus(Clients().patient("events"), environment.BUS_NAME), logger)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point for a batch of the table's stream."""
    return wire().summarise(event["Records"])
