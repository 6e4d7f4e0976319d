"""EventBridge in memory: its client, and our own way to a bus."""

from collections.abc import Callable, Sequence
from typing import Any

from shared.aws.bus import Announcement, Refusal

Entry = dict[str, Any]


class EventsClient:
    """PutEvents as EventBridge answers it.

    `trouble` is what the next calls meet, one each: an exception, codes by the place of an entry, or None for none;
    `refuses` gives the code with which an entry is refused at any time.
    """

    def __init__(self, refuses: Callable[[Entry], str | None] = lambda _: None) -> None:
        self.calls: list[list[Entry]] = []
        self.taken: list[list[Entry]] = []
        self.trouble: list[Any] = []
        self._refuses = refuses

    @property
    def entries(self) -> list[Entry]:
        """What the bus took, in order."""
        return [entry for call in self.taken for entry in call]

    def describe_event_bus(self, *, Name: str) -> dict[str, Any]:
        return {"Name": Name}

    def put_events(self, *, Entries: list[Entry]) -> dict[str, Any]:
        trouble = self.trouble.pop(0) if self.trouble else None
        if isinstance(trouble, Exception):
            raise trouble
        self.calls.append(Entries)
        codes = [(trouble or {}).get(place) or self._refuses(entry) for place, entry in enumerate(Entries)]
        self.taken.append([entry for entry, code in zip(Entries, codes, strict=True) if code is None])
        answers = [{"ErrorCode": code, "ErrorMessage": "no"} if code else {"EventId": "e"} for code in codes]
        return {"FailedEntryCount": sum(code is not None for code in codes), "Entries": answers}


class BusInMemory:
    """Takes announcements, but for the places named in `refuses`, once; `fault` is raised instead while it is set."""

    def __init__(self) -> None:
        self.taken: list[Announcement] = []
        self.refuses: list[int] = []
        self.fault: Exception | None = None

    def publish(self, announcements: Sequence[Announcement]) -> list[Refusal]:
        if self.fault:
            raise self.fault
        refused, self.refuses = self.refuses, []
        self.taken += [each for place, each in enumerate(announcements) if place not in refused]
        return [Refusal(index=place, code="ThrottlingException") for place in refused]
