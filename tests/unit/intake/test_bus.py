"""PutEvents in calls that the bus takes."""

from typing import Any

from shared.aws.bus import ENTRIES_PER_CALL, LARGEST_CALL, Announcement, Bus, Refusal


class Client:
    """Remembers calls; refuses entries whose detail says so."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, str]]] = []

    def put_events(self, *, Entries: list[dict[str, str]]) -> dict[str, Any]:
        self.calls.append(Entries)
        answers = [{"ErrorCode": "Throttled"} if "refuse" in each["Detail"] else {"EventId": "1"} for each in Entries]
        return {"FailedEntryCount": sum("ErrorCode" in each for each in answers), "Entries": answers}


def announcement(text: str = "") -> Announcement:
    return Announcement(detail_type="Idea Proposed", detail={"text": text}, source="github/main")


def test_at_most_ten_entries_a_call_and_each_refusal_by_its_place() -> None:
    client = Client()
    refused = Bus(client, "bus").publish([announcement("refuse" if at in {3, 12} else "") for at in range(25)])
    assert [len(call) for call in client.calls] == [ENTRIES_PER_CALL, ENTRIES_PER_CALL, 5]
    assert refused == [Refusal(index=3, code="Throttled"), Refusal(index=12, code="Throttled")]
    assert {entry["Source"] for call in client.calls for entry in call} == {"github/main"}


def test_no_call_is_larger_than_the_bus_takes() -> None:
    client = Client()
    events = [announcement("x" * 100_000) for _ in range(7)]
    assert Bus(client, "bus").publish(events) == []
    assert [len(call) for call in client.calls] == [2, 2, 2, 1]
    assert 2 * events[0].size <= LARGEST_CALL < 3 * events[0].size


def test_nothing_makes_no_call() -> None:
    client = Client()
    assert Bus(client, "bus").publish([]) == []
    assert client.calls == []
