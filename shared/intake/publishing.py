"""The ways out of intake: events to the bus, and into the recorder's queue what the bus did not take, and notes."""

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.bus import Announcement, Publisher
from shared.sources.uncounted import Note, message_of


class Inbox(Protocol):
    """The recorder's queue."""

    def send(self, body: str) -> None:
        """Send one message."""


class SqsInbox:
    """The queue at an address; its client is made when first needed, which is hardly ever."""

    def __init__(self, client: Callable[[], Any], url: str) -> None:
        self._make, self._url = client, url

    @cached_property
    def _client(self) -> Any:
        return self._make()

    def send(self, body: str) -> None:
        """Send one message."""
        self._client.send_message(QueueUrl=self._url, MessageBody=body)


class NotKeptError(Exception):
    """Neither the bus nor the queue took it."""


class WaysOut:
    """Bus first, queue second; raises NotKeptError where both fail."""

    def __init__(self, bus: Publisher, inbox: Inbox) -> None:
        self._bus, self._inbox = bus, inbox

    def publish(self, events: Sequence[Announcement]) -> int:
        """Publish all; the number of those that went by the queue. A repetition is harmless: each counts once."""
        left = self._left_by_the_bus(events)
        for event in left:
            envelope = {"source": event.source, "detail-type": event.detail_type, "detail": event.detail}
            self._send(json.dumps(envelope, separators=(",", ":")))
        return len(left)

    def note(self, note: Note) -> None:
        """Tell the recorder what counts for nothing or is refused."""
        self._send(message_of(note))

    def _left_by_the_bus(self, events: Sequence[Announcement]) -> list[Announcement]:
        try:
            return [events[refusal.index] for refusal in self._bus.publish(events)]
        except (ClientError, BotoCoreError):
            return list(events)

    def _send(self, body: str) -> None:
        try:
            self._inbox.send(body)
        except (ClientError, BotoCoreError) as error:
            raise NotKeptError from error
