"""The bot token, from Secrets Manager: kept at most five minutes, read again at once when Slack calls it invalid."""

import json
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from shared.slack.client import SlackTokenError

KEPT_SECONDS = 300
"""So that a rotated token is in use within five minutes."""
_REREAD_SECONDS = 10
"""An invalid token is not asked for again more often than this, however many messages wait."""


class SecretToken:
    """A secret that holds the token, as plain text or as JSON `{"token": …}`. `elapsed`: seconds from any start."""

    def __init__(self, client: Any, arn: str, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._arn = arn
        self._elapsed = elapsed
        self._token = ""
        self._read_at: float | None = None

    def __call__(self, fresh: bool) -> str:
        """The token; `fresh` where the one given before was refused. Raises SlackTokenError where there is none."""
        longest = _REREAD_SECONDS if fresh else KEPT_SECONDS
        if self._read_at is None or self._elapsed() - self._read_at >= longest:
            self._token = self._read()
            self._read_at = self._elapsed()
        return self._token

    def _read(self) -> str:
        try:
            secret = str(self._client.get_secret_value(SecretId=self._arn).get("SecretString") or "")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
                raise SlackTokenError("no token in the secret yet") from error
            raise
        token = _token_in(secret.strip())
        if not token:
            raise SlackTokenError("no token in the secret yet")
        return token


def _token_in(secret: str) -> str:
    if not secret.startswith("{"):
        return secret
    try:
        token = json.loads(secret).get("token")
    except ValueError:
        return ""
    return token if isinstance(token, str) else ""
