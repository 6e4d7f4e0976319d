"""The way out to an EventBridge bus: PutEvents in tens, each entry's own answer looked at."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from events import PUBLISHER
from shared.aws.entries import calls_of, entry_size


class Announcement(Struct, frozen=True, kw_only=True):
    """An event that the system publishes; as itself, unless it passes on what somebody proved to have sent."""

    detail_type: str
    detail: Mapping[str, Any]
    source: str = PUBLISHER

    @property
    def json(self) -> str:
        """The detail as the bus takes it."""
        return json.dumps(self.detail, separators=(",", ":"), sort_keys=True)

    @property
    def size(self) -> int:
        """Bytes, as EventBridge counts them."""
        return entry_size(self.source, self.detail_type, self.json)


class Refusal(Struct, frozen=True, kw_only=True):
    """An entry that the bus did not take: its place among those given, and the bus's own code."""

    index: int
    code: str


class Publisher(Protocol):
    """A bus, as far as publishing needs it."""

    def publish(self, announcements: Sequence[Announcement]) -> list[Refusal]:
        """Publish in order; returns those that were not taken."""


class Bus:
    """A bus, by name; `client` is boto3's for EventBridge."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, announcements: Sequence[Announcement]) -> list[Refusal]:
        """Publish in tens; an entry that fails does not keep the others back."""
        refusals: list[Refusal] = []
        done = 0
        for call in calls_of(announcements):
            refusals += self._put(done, call)
            done += len(call)
        return refusals

    def _put(self, start: int, announcements: Sequence[Announcement]) -> Iterator[Refusal]:
        answer = self._client.put_events(Entries=[self._entry(each) for each in announcements])
        if not answer.get("FailedEntryCount"):
            return
        for at, entry in enumerate(answer["Entries"]):
            if not entry.get("EventId"):
                yield Refusal(index=start + at, code=str(entry.get("ErrorCode")))

    def _entry(self, announcement: Announcement) -> dict[str, str]:
        return {
            "EventBusName": self._name,
            "Source": announcement.source,
            "DetailType": announcement.detail_type,
            "Detail": announcement.json,
        }
