"""Dead letters: messages that nobody could handle, kept longer than the 14 days of a queue, and put back on request.

A letter stays a day where it is, so that the alarm on its queue is seen; then it is an item, and then no message. Both
may happen twice, as may putting it back: whoever handles it knows each event by its identity.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol, cast

from msgspec import Struct

from events import PUBLISHER
from events.times import from_milliseconds
from shared.store.kept.bodies import DeadItem, keep_body, old_body, packed_body, read_body
from shared.store.kept.senders import sender_of
from shared.store.table import names
from shared.store.table.keys import fitted, moment_of, stamp
from shared.store.table.table import Table

LYING = timedelta(days=1)
"""How long a letter stays in its queue: the alarm reads what is there."""
CALLS = 100
"""Of ten messages each, per queue and burial; what is left is found the next time."""
HIDDEN_SECONDS = 120
"""How long a letter that was looked at is not handed out again."""
MONTHS = 27
LARGEST = 390_000
"""Bytes of a compressed body; what is larger stays in its queue, where its alarm tells of it."""

Destination = Literal["inbox", "outbox"]
NEEDLESS = "not put back: what failed then is done by every tick"
TOO_LATE = "not put back: what it said was kept for 30 days"


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A message of a dead-letter queue."""

    queue: str
    id: str
    handle: str
    body: str
    sent: datetime
    received: int
    attributes: dict[str, str]

    @property
    def reason(self) -> str | None:
        """Why it is here, where whoever gave up says so (EventBridge, Scheduler and Lambda do, SQS does not)."""
        if code := self.attributes.get("ERROR_CODE"):
            return f"{code}: {self.attributes.get('ERROR_MESSAGE', '')}"
        context = _read(self.body).get("requestContext")
        return str(context.get("condition")) if isinstance(context, dict) else None


class LetterBox(Protocol):
    """A queue, as far as burying needs it."""

    def receive(self) -> list[DeadLetter]:
        """Some letters, none twice within two minutes; empty when there are no more."""

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Take letters out for good."""


class SqsLetterBox:
    """A dead-letter queue in SQS; `client` is botocore's."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url
        self.name = url.rpartition("/")[2]

    def receive(self) -> list[DeadLetter]:
        """Up to ten letters."""
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=HIDDEN_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        return [self._letter(message) for message in answer.get("Messages", [])]

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Ten at a time; one that cannot be deleted is buried again the next time, as the same item."""
        entries = [{"Id": str(place), "ReceiptHandle": letter.handle} for place, letter in enumerate(letters)]
        if entries:
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _letter(self, message: dict[str, Any]) -> DeadLetter:
        attributes = message["Attributes"]
        stated = message.get("MessageAttributes", {})
        return DeadLetter(
            queue=self.name,
            id=message["MessageId"],
            handle=message["ReceiptHandle"],
            body=message["Body"],
            sent=from_milliseconds(attributes["SentTimestamp"]),
            received=int(attributes["ApproximateReceiveCount"]),
            attributes={name: str(value.get("StringValue", "")) for name, value in stated.items()},
        )


def bury(table: Table, box: LetterBox, now: datetime, lying: timedelta = LYING) -> int:
    """Make items of the letters that have lain long enough, and take them out of their queue; returns how many."""
    buried = 0
    for _ in range(CALLS):
        letters = box.receive()
        if not letters:
            break
        old = [letter for letter in letters if letter.sent <= now - lying]
        kept = [letter for letter in old if _keep(table, letter, now)]
        box.delete(kept)
        buried += len(kept)
    return buried


def _keep(table: Table, letter: DeadLetter, now: datetime) -> bool:
    """Write a letter, the same letter as the same item; False where no item can hold it."""
    packed = packed_body(letter.body)
    if len(packed) > LARGEST:
        return False
    sender = sender_of(letter.body)
    key = _partition(letter.sent), f"{names.DEAD_SORT}{stamp(letter.sent)}#{fitted(letter.queue)}#{_short(letter)}"
    item = table.new(
        DeadItem,
        *key,
        queue=letter.queue,
        message_id=letter.id,
        sent_at=stamp(letter.sent),
        buried_at=stamp(now),
        received=letter.received,
        reason=letter.reason,
        told=letter.attributes,
        source=sender.source,
        detail_type=sender.detail_type,
        event_id=sender.id,
        flywheel=sender.flywheel,
        destination=_destination(letter.queue, letter.body),
    )
    keep_body(table, key, packed, now)
    table.put(item, table.of(DeadItem).pk.does_not_exist())
    return True


def scrub_letter(table: Table, item: DeadItem) -> bool:
    """Take out of a letter what an earlier release kept with it for good; says whether there was anything."""
    body = old_body(item)
    if body is None:
        return False
    keep_body(table, (item.pk, item.sk), packed_body(body), moment_of(item.buried_at))
    sender = sender_of(body)
    item.source, item.detail_type, item.event_id = sender.source, sender.detail_type, sender.id
    item.flywheel, item.destination, item.body = sender.flywheel, _destination(item.queue, body), None
    table.put(item)
    return True


def buried_letters(table: Table, until: datetime) -> Iterator[DeadItem]:
    """Every dead letter sent in the months up to a moment, newest month first, put back or not."""
    month = until.astimezone(UTC).replace(day=1)
    for _ in range(MONTHS):
        yield from table.query(DeadItem, _partition(month), begins=names.DEAD_SORT)
        month = (month - timedelta(days=1)).replace(day=1)


def waiting_letters(table: Table, until: datetime) -> Iterator[DeadItem]:
    """Those that were not put back yet."""
    return (item for item in buried_letters(table, until) if item.redriven_at is None)


def body_of(table: Table, item: DeadItem, now: datetime) -> str | None:
    """The message as it was, for who puts it back; None 30 days after it was buried."""
    return old_body(item) or read_body(table, (item.pk, item.sk), now)


def destination_of(item: DeadItem) -> Destination | None:
    """The queue that a letter goes back into; None where nothing is to be done any more."""
    body = old_body(item)
    if body is not None:
        return _destination(item.queue, body)
    return cast("Destination | None", item.destination)


def _destination(queue: str, body: str) -> Destination | None:
    if queue.endswith("inbox-dead"):
        return "inbox"
    if queue.endswith("outbox-dead"):
        return "outbox"
    message = _read(body)
    if "wake" in message or message.get("source") == PUBLISHER:
        return "outbox"
    return "inbox" if "detail-type" in message else None


def put_back(table: Table, item: DeadItem, send: Callable[[Destination, str], None], now: datetime) -> str:
    """Send a letter where it belongs, then write down that it was, and return what was done.

    A crash in between sends it twice, which is harmless.
    """
    destination, body = destination_of(item), body_of(table, item, now)
    if destination is not None and body is not None:
        send(destination, body)
    item.redriven_at = stamp(now)
    item.outcome = NEEDLESS if destination is None else (destination if body is not None else TOO_LATE)
    table.put(item)
    return str(item.outcome)


def _partition(sent: datetime) -> str:
    return f"{names.DEAD_PREFIX}{sent.astimezone(UTC):%Y-%m}"


def _short(letter: DeadLetter) -> str:
    return hashlib.sha256(f"{letter.queue}\0{letter.id}".encode()).hexdigest()[:16]


def _read(body: str) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
