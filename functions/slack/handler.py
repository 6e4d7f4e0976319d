"""Somebody does something in Slack: prove that Slack says so, understand it, answer within three seconds."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import correlation_paths
from msgspec import Struct

from functions.slack.memory import TableMemory
from shared.aws.bus import Bus
from shared.aws.clients import Clients
from shared.interaction.desk import Desk
from shared.interaction.entrance import Entrance
from shared.interaction.recorder import Ways
from shared.runtime.bundled import bundled_settings
from shared.runtime.environment import environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls
from shared.slack.token import SecretToken
from shared.slack.web import Web
from shared.store.table.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_SECONDS = 1
"""Slack waits three seconds."""

logger = logger_of()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    BUS_NAME: str
    SLACK_SECRET_ARN: str
    SLACK_API_URL: str


@cache
def wire() -> Desk:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment, clients, settings = environment_of(Environment), Clients(), bundled_settings()
    secret = SecretToken(clients.quick("secretsmanager", _SECONDS), environment.SLACK_SECRET_ARN)
    bus = Bus(clients.quick("events", _SECONDS), environment.BUS_NAME)
    web = Web(secret, environment.SLACK_API_URL)
    ways = Ways(web, bus, TableMemory(Table(environment.TABLE_NAME)))
    return Desk(settings, Entrance(settings, secret, web, logger), ways, logger)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
def handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    """Lambda's entry point for a request of the HTTP API."""
    return wire().take(event).http
