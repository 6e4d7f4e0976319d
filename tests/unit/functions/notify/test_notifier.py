"""Who may make `notify` post, and what becomes of each message of a batch."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from functions.notify.notifier import Notifier, NotOursError, announced, received_at
from shared.slack.subject import Outcome
from shared.store.outbox.outbox import SummaryRef
from shared.store.table.table import Key

OURS = "123456789012"
REF = SummaryRef(summary="a" * 32, flywheel="checkout", turn="one-page", key="idea", phase=3)


class OutboxInMemory:
    """Remembers what it was asked to do; fails for the turns it is told to."""

    def __init__(self, broken: str = "") -> None:
        self.announced: list[tuple[SummaryRef, datetime]] = []
        self.woken: list[Key] = []
        self.wakes = -1
        self._broken = broken

    def announce(self, ref: SummaryRef, now: datetime) -> Outcome:
        if ref.turn == self._broken:
            raise ConnectionError("the table cannot be reached")
        self.announced.append((ref, now))
        return "posted"

    def after_wakes(self, number: int) -> None:
        self.wakes = number

    def wake(self, key: Key, now: datetime) -> Outcome:
        self.woken.append(key)
        return "posted"


def notifier(outbox: Any) -> Notifier:
    return Notifier(outbox, Logger(service="notify"))


def event(**changes: Any) -> dict[str, Any]:
    detail = {
        "summary": REF.summary,
        "flywheel": REF.flywheel,
        "turn": REF.turn,
        "key": REF.key,
        "phase": REF.phase,
        "digest": "0" * 16,
        "headline": "<!channel> buy now",
    }
    return {"source": "flywheel", "account": OURS, "detail-type": "Phase Summary Ready", "detail": detail} | changes


def record(body: Any, message: str = "m1") -> dict[str, Any]:
    return {
        "messageId": message,
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateFirstReceiveTimestamp": "1774872000123"},
    }


def test_the_named_summary_is_announced_at_the_time_it_was_received() -> None:
    outbox = OutboxInMemory()
    assert notifier(outbox).notify([record(event())], account=OURS) == {"batchItemFailures": []}
    assert outbox.announced == [(REF, datetime(2026, 3, 30, 12, 0, 0, 123000, tzinfo=UTC))]


def test_text_of_an_event_is_not_believed() -> None:
    assert announced(event(), OURS) == REF


def test_a_wake_names_a_ledger_entry() -> None:
    outbox = OutboxInMemory()
    notifier(outbox).notify([record({"wake": {"pk": "L#x", "sk": "LEDGER##c"}})], account=OURS)
    assert outbox.woken == [("L#x", "LEDGER##c")]


def test_all_of_a_batch_are_as_far_along_a_chain_as_the_most_woken_of_it() -> None:
    wakes = [{"wake": {"pk": "L#x", "sk": "LEDGER##c", **number}} for number in ({}, {"number": 5}, {"number": 2})]
    for batch, number in (([event()], 0), ([*wakes, event(), "no JSON"], 5), (wakes[:1], 0)):
        outbox = OutboxInMemory()
        notifier(outbox).notify([record(each, str(each)) for each in batch], account=OURS)
        assert outbox.wakes == number


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "github"}, "source"),
        ({"source": None}, "source"),
        ({"account": "999999999999"}, "account"),
        ({"account": None}, "account"),
    ],
)
def test_what_is_not_our_own_is_not_posted(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(NotOursError) as caught:
        announced(event(**changes), OURS)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '"x"',
        {"source": "flywheel", "account": OURS},
        event(detail={"summary": 1}),
        {"wake": {"pk": "E#x", "sk": "EVENT"}},
        {"wake": "L#x"},
        {"wake": {"pk": "L#x", "sk": "LEDGER##c", "number": -1}},
        {"wake": {"pk": "L#x", "sk": "LEDGER##c", "number": "1"}},
        event(source="github"),
    ],
)
def test_a_message_that_makes_no_sense_ends_as_a_dead_letter_and_keeps_no_other_back(body: Any) -> None:
    outbox = OutboxInMemory()
    answer = notifier(outbox).notify(
        [record(event(), "good 1"), record(body, "bad"), record(event(), "good 2")], account=OURS
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(outbox.announced) == 2
    assert outbox.woken == []


def test_trouble_with_one_message_is_its_own() -> None:
    outbox = OutboxInMemory(broken="stuck")
    bad = event()
    bad["detail"] = bad["detail"] | {"turn": "stuck"}
    answer = notifier(outbox).notify([record(bad, "bad"), record(event(), "good")], account=OURS)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(outbox.announced) == 1


def test_time_is_the_queues_not_the_clocks() -> None:
    assert received_at(record(event())) == datetime(2026, 3, 30, 12, 0, 0, 123000, tzinfo=UTC)
