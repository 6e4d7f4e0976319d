"""A webhook's delivery: prove its sender, say what it means, publish that."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import correlation_paths
from msgspec import Struct

from events.challengers import Challengers
from shared.aws.bus import Bus
from shared.aws.clients import Clients
from shared.intake.intake import Intake
from shared.intake.publishing import SqsInbox, WaysOut
from shared.intake.secrets import HookSecrets
from shared.runtime.bundled import bundled_settings
from shared.runtime.environment import environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = logger_of()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    BUS_NAME: str
    INBOX_QUEUE_URL: str
    HOOKS_PREFIX: str
    """The prefix of the SSM parameters that hold the hooks' secrets."""
    STACK_ID: str
    """The key of the pseudonyms."""


@cache
def wire() -> Intake:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment, clients = environment_of(Environment), Clients()
    secrets = HookSecrets(clients.quick("ssm"), environment.HOOKS_PREFIX)
    inbox = SqsInbox(lambda: clients.quick("sqs"), environment.INBOX_QUEUE_URL)
    bus = Bus(clients.quick("events"), environment.BUS_NAME)
    return Intake(bundled_settings(), secrets, WaysOut(bus, inbox), logger, Challengers(environment.STACK_ID))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
def handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    """Lambda's entry point for a request of the HTTP API."""
    return wire().take(event).http
