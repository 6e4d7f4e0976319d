"""A command asked as Slack asks it: signed, from a channel, and timed, as Slack waits three seconds."""

import time
from urllib.parse import urlencode

from msgspec import Struct

from cli.checks.check import Check
from cli.failure import CommandError, WrongInputError
from cli.hooks.hook import post
from cli.hooks.signing import timed_proof
from cli.moments import now
from cli.slack.secret import Vault
from cli.slack.trial import refused, resolved
from shared.interaction.commands import ASKS, HELP
from shared.interaction.entrance import SIGNATURE
from shared.slack.errors import SlackError
from shared.slack.token import Credentials
from shared.slack.web import Web

SLACK_WAITS_SECONDS = 3.0
COMMAND = "/flywheel"


class Answered(Struct, frozen=True):
    """What came back, and after how many seconds; text and blocks as Slack would show them."""

    seconds: float
    text: str
    blocks: list[dict[str, object]]

    @property
    def is_late(self) -> bool:
        """Whether Slack would have given up."""
        return self.seconds > SLACK_WAITS_SECONDS


def ask(vault: Vault, words: list[str], channel: str, api: str) -> Answered:
    """Ask as the bot itself, in a channel that it is in. Raises CommandError."""
    if words and words[0].casefold() not in {*ASKS, HELP}:
        raise WrongInputError(
            f"WORDS: got {words[0]!r}, expected one of {', '.join((*ASKS, HELP))}; what opens a form needs Slack"
        )
    credentials = vault.read()
    if not credentials.token or not credentials.signing_secrets:
        raise CommandError("the secret holds no token, or no signing secret: flywheel slack setup")
    body = urlencode(_form(credentials, " ".join(words), channel, api)).encode()
    moment = int(now().timestamp())
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        **timed_proof(SIGNATURE, credentials.signing_secrets[0], body, moment),
    }
    began = time.monotonic()
    status, answer = post(vault.request_url, headers, body)
    seconds = time.monotonic() - began
    if status != 200:
        raise CommandError(f"{vault.request_url} answered {status}: {answer.get('error') or 'no reason'}")
    blocks = answer.get("blocks")
    return Answered(seconds, str(answer.get("text") or ""), blocks if isinstance(blocks, list) else [])


def _form(credentials: Credentials, text: str, channel: str, api: str) -> dict[str, str]:
    """What Slack sends of a command, but for what opens a form and what answers later."""
    web = Web(lambda _fresh: credentials.token, api, timeout=10)
    try:
        me = web.call("auth.test")
    except SlackError as error:
        raise CommandError(_why(refused("token", error))) from error
    place = resolved(web, channel.removeprefix("#")) if channel.startswith("#") else None
    if isinstance(place, Check):
        raise CommandError(_why(place))
    return {
        "command": COMMAND,
        "text": text,
        "team_id": str(me.get("team_id")),
        "user_id": str(me.get("user_id")),
        "channel_id": channel if place is None else place.id,
    }


def _why(check: Check) -> str:
    return f"{check.name}: {check.said}; {check.mend}"
