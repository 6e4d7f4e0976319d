"""A webhook's delivery: prove its sender, say what it means, publish that."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from botocore.session import get_session

from events.challengers import Challengers
from shared.aws.bus import Bus
from shared.intake.intake import Intake
from shared.intake.publishing import SqsInbox, WaysOut
from shared.intake.secrets import HookSecrets
from shared.runtime.bundled import bundled_settings
from shared.runtime.environment import IntakeEnvironment, environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls

QUICK = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
"""A sender waits at most some seconds for its answer."""

logger = logger_of()


@cache
def wire() -> Intake:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment, session = environment_of(IntakeEnvironment), get_session()
    secrets = HookSecrets(session.create_client("ssm", config=QUICK), environment.HOOKS_PREFIX)
    inbox = SqsInbox(lambda: session.create_client("sqs", config=QUICK), environment.INBOX_QUEUE_URL)
    bus = Bus(session.create_client("events", config=QUICK), environment.BUS_NAME)
    return Intake(bundled_settings(), secrets, WaysOut(bus, inbox), logger, Challengers(environment.STACK_ID))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point for a request of the HTTP API."""
    return wire().take(event).http
