"""Wakes: messages to the outbox's own queue that say only which ledger entry to look at, never what to say."""

import json
from typing import Any, Protocol

from shared.store.table import names
from shared.store.table.table import Key

MAX_DELAY_SECONDS = 900
"""SQS delays a message by at most 15 minutes; what is due later is woken by `tick`, which looks for what is due."""


class Queue(Protocol):
    """What wakes need of a queue."""

    def send(self, body: str, delay_seconds: int) -> None:
        """Send one message, to be received after a delay."""


class SqsQueue:
    """An SQS queue; `client` is boto3's."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, body: str, delay_seconds: int) -> None:
        """Send one message, to be received after a delay of 0 to 900 s."""
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay_seconds)


def wake_body(key: Key) -> str:
    """The message that wakes a ledger entry, by its key in the table."""
    return json.dumps({"wake": {"pk": key[0], "sk": key[1]}}, separators=(",", ":"))


def woken_key(body: Any) -> Key | None:
    """The ledger key of a wake; None where it is no wake. Raises ValueError where it is a malformed one."""
    if not isinstance(body, dict) or "wake" not in body:
        return None
    wake = body["wake"]
    pk, sk = (wake.get("pk"), wake.get("sk")) if isinstance(wake, dict) else (None, None)
    if not (isinstance(pk, str) and pk.startswith(names.LEDGER_PREFIX) and isinstance(sk, str)):
        raise ValueError("wake: expected the `pk` and `sk` of a ledger entry")
    return pk, sk
