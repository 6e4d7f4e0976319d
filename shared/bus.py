"""The way out to an EventBridge bus: PutEvents in tens, each entry's own answer looked at."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from events import PUBLISHER

ENTRIES_PER_CALL = 10
"""PutEvents takes at most ten entries (EventBridge API reference); the call itself succeeds even where entries fail."""


class Announcement(Struct, frozen=True, kw_only=True):
    """An event that the system publishes."""

    detail_type: str
    detail: Mapping[str, Any]


class Refusal(Struct, frozen=True, kw_only=True):
    """An entry that the bus did not take: its place among those given, and the bus's own code."""

    index: int
    code: str


class Publisher(Protocol):
    """What publishing needs of a bus."""

    def publish(self, announcements: Sequence[Announcement]) -> list[Refusal]:
        """Publish in order; returns those that were not taken."""


class Bus:
    """A bus, by name; `client` is boto3's for EventBridge."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, announcements: Sequence[Announcement]) -> list[Refusal]:
        """Publish in tens; an entry that fails does not keep the others back."""
        starts = range(0, len(announcements), ENTRIES_PER_CALL)
        calls = (self._put(start, announcements[start : start + ENTRIES_PER_CALL]) for start in starts)
        return [refusal for call in calls for refusal in call]

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
            "Source": PUBLISHER,
            "DetailType": announcement.detail_type,
            "Detail": json.dumps(announcement.detail, separators=(",", ":"), sort_keys=True),
        }
