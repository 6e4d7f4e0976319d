"""Somebody whom IAM lets in asks: what became of an event, or which events stand behind a figure."""

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from functions.explain.explainer import Explainer
from shared.runtime.bundled import bundled_settings
from shared.runtime.environment import environment_of
from shared.runtime.logs import logger_of
from shared.store.store import Store
from shared.store.table.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = logger_of()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str


@cache
def wire() -> Explainer:
    """Everything this function needs, made once per container."""
    environment = environment_of(Environment)
    return Explainer(Store(Table(environment.TABLE_NAME)), bundled_settings(), logger)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any] | str:
    """Lambda's entry point for a request of the HTTP API, or for a click in a dashboard."""
    return wire().answer(event)
