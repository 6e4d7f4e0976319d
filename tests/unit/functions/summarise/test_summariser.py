"""A transition becomes a stored summary and then an announcement; retries repeat the announcement and nothing else."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from msgspec.structs import replace

from functions.summarise.summariser import Summariser
from shared.aws.bus import Announcement, Bus, Refusal
from shared.store.outbox.outbox import OutboxStore, ref_of
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table.items import TransitionItem, TurnItem
from shared.store.table.keys import turn_sort, wheel_partition
from shared.store.table.table import Table
from tests.fakes.eventbridge import BusInMemory, EventsClient
from tests.unit.slack.post import NOON, summary_of, transition_item


class Way:
    """A summariser with its table and bus."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.bus = BusInMemory()
        self.store = OutboxStore(table)
        self.summariser = Summariser(self.store, self.bus, Logger(service="summarise"))

    def handle(self, *transitions: TransitionItem) -> list[str]:
        records = [self.record(item, str(number)) for number, item in enumerate(transitions, start=1)]
        answer = self.summariser.summarise(records)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def record(self, item: TransitionItem, sequence: str) -> dict[str, Any]:
        return {"dynamodb": {"SequenceNumber": sequence, "NewImage": item.serialize()}}

    def transition(self, turn: str, headline: str = "It went well.", **changes: int) -> TransitionItem:
        return transition_item(self.table, summary_of(turn, headline), **changes)


@pytest.fixture
def way(table: Table) -> Way:
    return Way(table)


def test_a_transition_is_stored_then_announced(way: Way) -> None:
    item = way.transition("a")
    assert way.handle(item) == []
    stored = way.store.summary(ref_of(item))
    assert stored
    assert unpack_summary(stored.shows) == unpack_summary(item.shows)
    assert [each.detail_type for each in way.bus.taken] == ["Phase Summary Ready", "Phase Completed"]
    detail = way.bus.taken[0].detail
    assert {
        name: detail[name] for name in ("flywheel", "turn", "key", "phase", "historical", "vanished", "outcome")
    } == {
        "flywheel": "checkout",
        "turn": "a",
        "key": "idea",
        "phase": 3,
        "historical": False,
        "vanished": False,
        "outcome": "completed",
    }


def test_of_an_outcome_known_later_only_its_summary_is_announced(way: Way) -> None:
    """It completes no phase and no turn, and that it came its sender has told."""
    shown = replace(summary_of("a"), phase=5, outcome="missed")
    assert way.handle(transition_item(way.table, shown)) == []
    assert [(each.detail_type, each.detail["phase"]) for each in way.bus.taken] == [("Phase Summary Ready", 5)]


def test_an_announcement_carries_no_text_of_the_summary(way: Way) -> None:
    way.handle(way.transition("a", "A secret headline."))
    assert "secret" not in str(way.bus.taken)


def test_the_same_record_again_is_announced_again_and_stored_once(way: Way) -> None:
    item = way.transition("a")
    way.handle(item)
    way.handle(item)
    stored = way.store.summary(ref_of(item))
    assert stored
    assert not stored.history
    assert len(way.bus.taken) == 4


def test_a_new_version_that_shows_the_same_is_not_announced(way: Way) -> None:
    way.handle(way.transition("a"))
    way.handle(way.transition("a", version=2))
    assert len(way.bus.taken) == 2


def test_a_correction_is_announced_with_its_new_digest(way: Way) -> None:
    way.handle(way.transition("a"))
    way.handle(way.transition("a", "It went badly.", version=2))
    ready = [each.detail["digest"] for each in way.bus.taken if each.detail_type == "Phase Summary Ready"]
    assert len(set(ready)) == 2
    assert [each.detail.get("changed") for each in way.bus.taken[2:]] == [["another finding"]] * 2
    assert not any("changed" in each.detail for each in way.bus.taken[:2])


def test_history_is_stored_and_announced_as_history(way: Way) -> None:
    item = way.transition("a", historical=1)
    way.handle(item)
    assert way.store.summary(ref_of(item))
    assert all(each.detail["historical"] for each in way.bus.taken)


def test_what_vanished_is_announced_as_such_and_completes_nothing(way: Way) -> None:
    way.handle(way.transition("a"), way.transition("a", version=2, vanished=1))
    assert [each.detail_type for each in way.bus.taken] == [
        "Phase Summary Ready",
        "Phase Completed",
        "Phase Summary Ready",
    ]
    assert way.bus.taken[-1].detail["vanished"]


def test_what_the_bus_refuses_is_tried_again(way: Way) -> None:
    way.bus.refuses = [0, 1, 2]
    assert way.handle(way.transition("a"), way.transition("b"), way.transition("c")) == ["1", "2"]


def test_a_bus_that_is_down_fails_every_record_that_had_something_to_say(way: Way) -> None:
    way.bus.fault = ConnectionError("no bus")
    assert way.handle(way.transition("a"), way.transition("b")) == ["1", "2"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_poisoned_record_keeps_no_other_back(way: Way, place: int) -> None:
    records = [way.record(way.transition(turn), str(n)) for n, turn in enumerate("abc", start=1)]
    records[place]["dynamodb"]["NewImage"] = {"pk": {"S": "W#checkout"}}
    answer = way.summariser.summarise(records)
    assert answer == {"batchItemFailures": [{"itemIdentifier": str(place + 1)}]}
    assert len(way.bus.taken) == 4


def turn_record(way: Way, news: str, *, sequence: str = "1", created: datetime = NOON, **shown: Any) -> dict[str, Any]:
    """A turn in phase 3 since noon as the stream tells of it."""
    phases = {str(phase): {"entered_at": at} for phase, at in enumerate((BEGAN, None, "2026-03-30T12:00:00Z", None), 1)}
    shows = json.dumps({"phases": phases, **shown})
    pk, sk = wheel_partition("checkout"), turn_sort("idea", "a")
    item = way.table.new(TurnItem, pk, sk, turn="a", key="idea", state="open", shows=shows, news=news, version=1)
    image = {"SequenceNumber": sequence, "NewImage": item.serialize()}
    return {"dynamodb": {**image, "ApproximateCreationDateTime": created.timestamp()}}


BEGAN = "2026-03-29T08:00:00Z"


def told(way: Way) -> list[tuple[Any, ...]]:
    fields = ("flywheel", "turn", "key", "phase", "time", "historical")
    return [(each.detail_type, *(each.detail[name] for name in fields)) for each in way.bus.taken]


def test_a_turn_that_starts_is_told_with_its_first_phase(way: Way) -> None:
    assert way.summariser.summarise([turn_record(way, "01")]) == {"batchItemFailures": []}
    began = ("checkout", "a", "idea", 1, "2026-03-29T08:00:00.000000Z", False)
    assert told(way) == [("Turn Started", *began), ("Phase Entered", *began)]


def test_a_phase_that_is_entered_is_told_without_those_before(way: Way) -> None:
    way.summariser.summarise([turn_record(way, "3")])
    assert told(way) == [("Phase Entered", "checkout", "a", "idea", 3, "2026-03-30T12:00:00.000000Z", False)]


@pytest.mark.parametrize(("blockers", "names"), [([{"blocker": "SEC-77"}], ["SEC-77"]), ([], [])])
def test_what_holds_a_turn_is_told_by_name_with_the_phase_that_it_stands_in(
    way: Way, blockers: list[dict[str, str]], names: list[str]
) -> None:
    record = turn_record(way, "9", held={"at": "2026-03-30T11:00:00Z", "by": blockers})
    way.summariser.summarise([record, record])
    first, again = way.bus.taken
    assert told(way)[0] == ("Turn Held", "checkout", "a", "idea", 3, "2026-03-30T11:00:00.000000Z", False)
    assert first.detail["blockers"] == names
    assert first.detail["id"] == again.detail["id"]


def test_what_began_two_days_before_it_was_written_is_told_as_history(way: Way) -> None:
    way.summariser.summarise([turn_record(way, "013", created=NOON + timedelta(hours=48))])
    assert [each[-1] for each in told(way)] == [True, True, False]


def test_a_redelivered_turn_is_told_under_the_same_ids(way: Way) -> None:
    way.bus.refuses = [0]
    answer = way.summariser.summarise([turn_record(way, "013", sequence="7")])
    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    way.summariser.summarise([turn_record(way, "013", sequence="7")])
    ids = [each.detail["id"] for each in way.bus.taken]
    assert ids[:2] == ids[3:]
    assert len(set(ids)) == 3


def test_the_bus_takes_ten_entries_a_call_and_tells_which_failed() -> None:
    client = EventsClient(lambda entry: "InternalFailure" if entry["DetailType"] == "Turn Completed" else None)
    announcements = [Announcement(detail_type="Phase Completed", detail={"n": n}) for n in range(23)]
    announcements[12] = Announcement(detail_type="Turn Completed", detail={})
    assert Bus(client, "flywheel").publish(announcements) == [Refusal(index=12, code="InternalFailure")]
    assert [len(call) for call in client.calls] == [10, 10, 3]
