"""A webhook's delivery: prove its sender, say what it means, publish that."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from events.challengers import Challengers
from shared.aws.bus import Bus
from shared.aws.clients import Clients
from shared.intake.intake import Intake
from shared.intake.publishing import SqsInbox, WaysOut
from shared.intake.secrets import HookSecrets
from shared.runtime.bundled import bundled_settings
from shared.runtime.environment import IntakeEnvironment, environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls

"""A sender waits at most some seconds for its answer."""

logger = logger_of()


@cache
def wire() -> Intake:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment, clients = environment_of(IntakeEnvironment), Clients()
    secrets = HookSecrets(clients.quick("ssm"), environment.HOOKS_PREFIX)
    inbox = SqsInbox(lambda: clients.quick("sqs"), environment.INBOX_QUEUE_URL)
    bus = Bus(clients.quick("events"), environment.BUS_NAME)
    return Intake(bundled_settings(), secrets, WaysOut(bus, inbox), logger, Challengers(environment.STACK_ID))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point for a request of the HTTP API."""
    return wire().take(event).http
