"""Deliveries from the inbox: translate, validate, append each event once."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Metrics
from msgspec import Struct

from functions.record.limits import CallLimit, limit_memory
from functions.record.recorder import Recorder
from shared.runtime.bundled import bundled_settings
from shared.runtime.environment import environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls
from shared.store.store import Store
from shared.store.table.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger, metrics = logger_of(), Metrics()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    STACK_ID: str
    """The stack's ARN: its account is ours, and its name keys the pseudonyms."""
    AWS_LAMBDA_RUNTIME_API: str = ""
    """Lambda's own, as the next; absent where the function shares a process with others."""
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: str = ""
    """MB."""
    AWS_LAMBDA_FUNCTION_NAME: str = "record"
    """Whose metrics they are."""


@cache
def wire() -> Recorder:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment = environment_of(Environment)
    if environment.AWS_LAMBDA_RUNTIME_API:
        limit_memory(int(environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE))
    # Beside the service, which every stage calls `record`: alarms are a stage's own.
    metrics.set_default_dimensions(function_name=environment.AWS_LAMBDA_FUNCTION_NAME)
    store = Store(Table(environment.TABLE_NAME), stack_id=environment.STACK_ID)
    account = environment.STACK_ID.split(":")[4]
    return Recorder(store, bundled_settings(), logger, metrics, account)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Lambda's entry point for a batch of the inbox."""
    return wire().record(event["Records"], CallLimit(context.get_remaining_time_in_millis))
