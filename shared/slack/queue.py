"""Wakes: messages to the outbox's own queue that say only which ledger entry to look at, never what to say."""

import json
from typing import Any, NamedTuple, Protocol

from shared.store.table import names
from shared.store.table.table import Key

LONGEST_DELAY_SECONDS = 180
"""The longest delay of a wake; later ones come from `tick`, which looks for entries that are due."""
MOST_WAKES = 8
"""Wakes of one chain. Lambda stops the 17th invocation of a function that keeps sending to its own queue, and a stopped
message is lost to it; `tick` begins a new chain.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""


class Wake(NamedTuple):
    """The ledger entry to look at, and the how manieth wake in a row this is."""

    key: Key
    number: int = 0


class Queue(Protocol):
    """A queue, as far as wakes need it."""

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


def wake_body(key: Key, number: int = 0) -> str:
    """The message that wakes a ledger entry, by its key in the table; `number` of the wakes in a row, 0 from `tick`."""
    return json.dumps({"wake": {"pk": key[0], "sk": key[1], "number": number}}, separators=(",", ":"))


def wake_of(body: Any) -> Wake | None:
    """The wake that a message is; None where it is none. Raises ValueError where it is a malformed one."""
    if not isinstance(body, dict) or "wake" not in body:
        return None
    wake = body["wake"]
    pk, sk, number = (wake.get("pk"), wake.get("sk"), wake.get("number", 0)) if isinstance(wake, dict) else (None,) * 3
    if not (isinstance(pk, str) and pk.startswith(names.LEDGER_PREFIX) and isinstance(sk, str)):
        raise ValueError("wake: expected the `pk` and `sk` of a ledger entry")
    if type(number) is not int or number < 0:
        raise ValueError("wake: expected a `number` of 0 or more")
    return Wake((pk, sk), number)
