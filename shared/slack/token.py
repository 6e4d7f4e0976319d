"""What Slack gave an app, from Secrets Manager: kept five minutes at most, read again where Slack calls it invalid."""

import json
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct

from shared.slack.errors import SlackTokenError

KEPT_SECONDS = 300
"""So that a rotated token is in use within five minutes."""
_REREAD_SECONDS = 10
"""An invalid token is not asked for again more often than this, however many messages wait."""
MOST_SIGNING_SECRETS = 2
"""The new and the old one."""


class Credentials(Struct, frozen=True):
    """What a secret holds: the bot token, and the signing secrets by which Slack proves itself, the newest first.

    `team`: the workspace, by Slack's id; empty where the secret does not say it. `webhooks`: addresses by channel.
    """

    token: str = ""
    signing_secrets: tuple[str, ...] = ()
    team: str = ""
    webhooks: dict[str, str] = {}


class SecretToken:
    """A secret that holds the token, as plain text or as JSON `{"token": …}`. `elapsed`: seconds from any start."""

    def __init__(self, client: Any, arn: str, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._arn = arn
        self._elapsed = elapsed
        self._credentials = Credentials()
        self._read_at: float | None = None

    def __call__(self, fresh: bool) -> str:
        """The token; `fresh` where the one given before was refused. Raises SlackTokenError where there is none."""
        token = self.credentials(fresh).token
        if not token:
            raise SlackTokenError("no token in the secret yet")
        return token

    def credentials(self, fresh: bool) -> Credentials:
        """All that the secret holds; `fresh` where what was given before was refused."""
        longest = _REREAD_SECONDS if fresh else KEPT_SECONDS
        if self._read_at is None or self._elapsed() - self._read_at >= longest:
            self._credentials = self._read()
            self._read_at = self._elapsed()
        return self._credentials

    def _read(self) -> Credentials:
        try:
            secret = str(self._client.get_secret_value(SecretId=self._arn).get("SecretString") or "")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
                return Credentials()
            raise
        return credentials_in(secret.strip())


def credentials_in(secret: str) -> Credentials:
    """The credentials of a secret's text: the bare token, or JSON with `token`, `signing_secret` and `team`.

    `signing_secret` may be a list of two, while one takes the other's place.
    """
    if not secret.startswith("{"):
        return Credentials(token=secret)
    try:
        held = json.loads(secret)
    except ValueError:
        return Credentials()
    signing = held.get("signing_secret")
    secrets = signing if isinstance(signing, list) else [signing]
    return Credentials(
        token=_text(held.get("token")),
        signing_secrets=tuple(each for each in secrets if isinstance(each, str) and each)[:MOST_SIGNING_SECRETS],
        team=_text(held.get("team")),
        webhooks={name: address for name, address in _table(held.get("webhooks")).items() if isinstance(address, str)},
    )


def secret_of(credentials: Credentials) -> str:
    """The text of a secret that holds these."""
    signing: Any = list(credentials.signing_secrets)
    held = {
        "token": credentials.token,
        "signing_secret": signing,
        "team": credentials.team,
        "webhooks": credentials.webhooks,
    }
    return json.dumps({name: value for name, value in held.items() if value})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
