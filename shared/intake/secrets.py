"""The secrets of hooks, from SSM: kept at most five minutes, and read again when a signature does not fit."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct

KEPT_SECONDS = 300
"""So that a secret taken away lets nobody in for longer."""
REREAD_SECONDS = 10
"""A hook's secrets are asked for again no more often, however many signatures do not fit."""
MOST = 2
"""The old and the new one, while senders are moved from one to the other."""


class _Read(Struct):
    secrets: tuple[str, ...]
    at: float


class HookSecrets:
    """SecureString parameters `<prefix><hook>`, each a JSON list of one or two secrets, or one as plain text.

    `client` is boto3's for SSM; `elapsed` counts seconds from any start.
    """

    def __init__(self, client: Any, prefix: str, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._prefix = prefix
        self._elapsed = elapsed
        self._known: dict[str, _Read] = {}

    def of(self, hook: str, *, fresh: bool = False) -> Sequence[str]:
        """The secrets of a configured hook, none where it has no parameter; `fresh` where those given did not fit."""
        known, now = self._known.get(hook), self._elapsed()
        if known is None or now - known.at >= (REREAD_SECONDS if fresh else KEPT_SECONDS):
            known = self._known[hook] = _Read(self._read(hook), now)
        return known.secrets

    def _read(self, hook: str) -> tuple[str, ...]:
        try:
            answer = self._client.get_parameter(Name=self._prefix + hook, WithDecryption=True)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ParameterNotFound":
                return ()
            raise
        return secrets_in(str(answer["Parameter"]["Value"]))


def secrets_in(value: str) -> tuple[str, ...]:
    """The secrets of a parameter's value, the newest first; none of a malformed one."""
    text = value.strip()
    if not text.startswith("["):
        return (text,) if text else ()
    try:
        listed = json.loads(text)
    except ValueError:
        return ()
    return tuple(each for each in listed if isinstance(each, str) and each)[:MOST]


def value_of(secrets: Sequence[str]) -> str:
    """The value that holds these secrets."""
    return json.dumps(list(secrets)[:MOST])
