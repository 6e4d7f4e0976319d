"""A summary is ready, or a message is due: post it to Slack, or leave it in the ledger for later."""

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from functions.notify.notifier import Notifier
from functions.notify.refusing import Refusals
from shared.aws.clients import Clients
from shared.links.board_link import BoardLinks
from shared.links.link_key import LinkKey
from shared.runtime.bundled import bundled_settings
from shared.runtime.counting import Counting
from shared.runtime.environment import environment_of
from shared.runtime.logs import logger_of
from shared.runtime.segments import trace_calls
from shared.slack.client import SlackClient
from shared.slack.outbox import Outbox
from shared.slack.queue import SqsQueue
from shared.slack.token import SecretToken
from shared.slack.topic import Topic
from shared.slack.ways import Ways
from shared.slack.webhook import Webhook
from shared.store.outbox.outbox import OutboxStore
from shared.store.table.table import Table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = logger_of()


class Environment(Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    OUTBOX_QUEUE_URL: str
    SLACK_SECRET_ARN: str
    SLACK_API_URL: str
    LINK_KEY_NAME: str
    """Of the SSM parameter that holds the key of signed links."""
    BOARD_URL: str
    """Before the name of a flywheel, the address of its board."""
    AWS_LAMBDA_FUNCTION_NAME: str = "notify"
    """Lambda's own: whose metrics they are."""


@cache
def wire() -> Notifier:
    """Everything this function needs, made once per container."""
    trace_calls()
    environment, settings = environment_of(Environment), bundled_settings()
    clients = Clients()
    token = SecretToken(clients.patient("secretsmanager"), environment.SLACK_SECRET_ARN)
    queue = SqsQueue(clients.patient("sqs"), environment.OUTBOX_QUEUE_URL)
    store = OutboxStore(Table(environment.TABLE_NAME))
    slack = Ways(
        settings,
        SlackClient(token, environment.SLACK_API_URL),
        Webhook(lambda fresh: token.credentials(fresh).webhooks, environment.SLACK_API_URL),
        Topic(lambda: clients.quick("sns"), settings.slack.topics),
    )
    key = LinkKey(clients.quick("ssm"), environment.LINK_KEY_NAME) if settings.board.links else None
    links = BoardLinks(environment.BOARD_URL, key)
    refusals = Refusals(logger, Counting(environment.AWS_LAMBDA_FUNCTION_NAME))

    def answered() -> bool:
        """Whether presses of buttons are answered: only who can prove that it is Slack takes them."""
        return bool(token.credentials(False).signing_secrets)

    return Notifier(Outbox(store, slack, queue, settings, links, refusals.tell, interactive=answered), logger)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Lambda's entry point for a batch of the outbox's queue."""
    return wire().notify(event["Records"], account=context.invoked_function_arn.split(":")[4])
