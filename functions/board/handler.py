"""Somebody looks at a board: show what is stored of it."""

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from functions.board.board import Board
from functions.board.widget import Widget
from shared.aws.clients import Clients
from shared.links.link_key import LinkKey
from shared.runtime.bundled import bundled_settings
from shared.runtime.environment import environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls
from shared.store.table.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = logger_of()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    LINK_KEY_NAME: str
    EXPLAIN_FUNCTION: str
    """The ARN of who has the receipts that a widget offers."""


@cache
def wire() -> tuple[Board, Widget]:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment = environment_of(Environment)
    table = Table(environment.TABLE_NAME)
    client = Clients().quick("ssm")
    key = LinkKey(client, environment.LINK_KEY_NAME) if bundled_settings().board.links else None
    return Board(table, key, logger), Widget(table, environment.EXPLAIN_FUNCTION)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any] | str:
    """Lambda's entry point for a request of the HTTP API, or for a dashboard that shows a widget."""
    board, widget = wire()
    return board.answer(event) if "routeKey" in event else widget.answer(event, context.invoked_function_arn)
