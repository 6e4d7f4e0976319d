"""A turn or a transition was written: store what its summary shows, and announce on the bus what happened."""

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from functions.summarise.summariser import Summariser
from shared.aws.bus import Bus
from shared.aws.clients import Clients
from shared.runtime.environment import environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls
from shared.store.outbox.outbox import OutboxStore
from shared.store.table.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = logger_of()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    BUS_NAME: str


@cache
def wire() -> Summariser:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment = environment_of(Environment)
    store = OutboxStore(Table(environment.TABLE_NAME))
    return Summariser(store, Bus(Clients().patient("events"), environment.BUS_NAME), logger)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    """Lambda's entry point for a batch of the table's stream."""
    return wire().summarise(event["Records"])
