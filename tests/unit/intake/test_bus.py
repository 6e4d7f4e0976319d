"""PutEvents in calls that the bus takes."""

from shared.aws.bus import Announcement, Bus, Refusal
from shared.aws.entries import ENTRIES_PER_CALL, LARGEST_CALL
from tests.fakes.eventbridge import Entry, EventsClient


def refusing(entry: Entry) -> str | None:
    return "Throttled" if "refuse" in entry["Detail"] else None


def announcement(text: str = "") -> Announcement:
    return Announcement(detail_type="Idea Proposed", detail={"text": text}, source="github/main")


def test_at_most_ten_entries_a_call_and_each_refusal_by_its_place() -> None:
    client = EventsClient(refusing)
    refused = Bus(client, "bus").publish([announcement("refuse" if at in {3, 12} else "") for at in range(25)])
    assert [len(call) for call in client.calls] == [ENTRIES_PER_CALL, ENTRIES_PER_CALL, 5]
    assert refused == [Refusal(index=3, code="Throttled"), Refusal(index=12, code="Throttled")]
    assert {entry["Source"] for call in client.calls for entry in call} == {"github/main"}


def test_no_call_is_larger_than_the_bus_takes() -> None:
    client = EventsClient(refusing)
    events = [announcement("x" * 100_000) for _ in range(7)]
    assert Bus(client, "bus").publish(events) == []
    assert [len(call) for call in client.calls] == [2, 2, 2, 1]
    assert 2 * events[0].size <= LARGEST_CALL < 3 * events[0].size


def test_nothing_makes_no_call() -> None:
    client = EventsClient(refusing)
    assert Bus(client, "bus").publish([]) == []
    assert client.calls == []
