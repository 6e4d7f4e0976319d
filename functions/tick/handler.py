"""The clock: do what is due. Advance what time alone changes, heal, seal, audit, keep dead letters, digest."""

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from functions.tick.link_keys import LinkKeys
from functions.tick.ticker import Ticker
from shared.aws.bus import Bus
from shared.aws.clients import Clients
from shared.flywheel.settings.values import Settings
from shared.links.link_key import LinkKey
from shared.runtime.bundled import bundled_settings
from shared.runtime.counting import Counting
from shared.runtime.environment import environment_of
from shared.runtime.lambda_time import time_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls
from shared.slack.queue import SqsQueue
from shared.store.kept.dead_letters import SqsLetterBox
from shared.store.store import Store
from shared.store.table.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from functions.tick.reviews import Reviews

logger = logger_of()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    BUS_NAME: str
    OUTBOX_QUEUE_URL: str
    DEAD_LETTER_QUEUE_URLS: str
    """Separated by commas."""
    LINK_KEY_NAME: str
    KEY_ARN: str | None = None
    """Of the key of KMS that the key of links is encrypted with; AWS's own where there is none."""
    AWS_LAMBDA_FUNCTION_NAME: str = "tick"
    """Lambda's own: whose metric it is."""


@cache
def wire() -> Ticker:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment = environment_of(Environment)
    clients = Clients()
    sqs = clients.patient("sqs")
    bus = Bus(clients.patient("events"), environment.BUS_NAME)
    outbox = SqsQueue(sqs, environment.OUTBOX_QUEUE_URL)
    dead_letters = [SqsLetterBox(sqs, url) for url in environment.DEAD_LETTER_QUEUE_URLS.split(",")]
    store, settings = Store(Table(environment.TABLE_NAME)), bundled_settings()
    reviews = _reviews(store, settings, clients, bus)
    counting = Counting(environment.AWS_LAMBDA_FUNCTION_NAME)
    ssm, named = clients.patient("ssm"), environment.LINK_KEY_NAME
    key = LinkKey(ssm, named, encrypted_with=environment.KEY_ARN) if settings.board.links else None
    make_key = LinkKeys(key, logger).make
    return Ticker(store, settings, outbox, dead_letters, bus, logger, reviews, counting, make_key)


def _reviews(store: Store, settings: Settings, clients: Clients, bus: Bus) -> "Reviews | None":
    """The reader of milestones; None where nobody enabled it."""
    if not settings.well_architected.enabled:
        return None
    from functions.tick.reviews import reviews_of  # noqa: PLC0415  for the few who have it

    return reviews_of(store, settings, clients, bus, logger)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Lambda's entry point for the schedule."""
    wire().tick(event["scheduled_time"], time_of(context))
