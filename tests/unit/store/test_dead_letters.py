"""Dead letters are kept once, for as long as anybody likes, and put back without changing what was counted."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.pipeline.recording import Message, record
from shared.store.kept.dead_letters import (
    LYING,
    TOO_LATE,
    DeadLetter,
    body_of,
    buried_letters,
    bury,
    destination_of,
    put_back,
    waiting_letters,
)
from shared.store.segments.pack import unpack
from shared.store.table import names
from tests.unit.store.driving import NOW, Driver, Envelope, later
from tests.unit.store.test_log import event


class Box:
    """A queue of dead letters, and the clock that hides what was handed out."""

    def __init__(self, *letters: DeadLetter) -> None:
        self.letters = list(letters)
        self.hidden: set[str] = set()

    def receive(self) -> list[DeadLetter]:
        found = [letter for letter in self.letters if letter.id not in self.hidden][:10]
        self.hidden.update(letter.id for letter in found)
        return found

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        gone = {letter.id for letter in letters}
        self.letters = [letter for letter in self.letters if letter.id not in gone]


def letter(
    body: Any,
    number: int = 1,
    queue: str = "f-inbox-dead",
    sent: datetime = NOW,
    attributes: dict[str, str] | None = None,
) -> DeadLetter:
    text = body if isinstance(body, str) else json.dumps(body)
    return DeadLetter(
        queue=queue,
        id=f"m-{number}",
        handle=f"h-{number}",
        body=text,
        sent=sent,
        received=5,
        attributes=attributes or {},
    )


@pytest.mark.parametrize(("age", "buried"), [(LYING - timedelta(seconds=1), 0), (LYING, 1), (timedelta(days=13), 1)])
def test_a_letter_lies_a_day_in_its_queue_where_the_alarm_sees_it(age: timedelta, buried: int) -> None:
    driver, box = Driver(), Box(letter(event("1")))

    assert bury(driver.table, box, NOW + age) == buried
    assert len(box.letters) == 1 - buried
    assert len(driver.items(names.DEAD)) == buried


def test_all_letters_of_a_long_queue_are_kept() -> None:
    driver, box = Driver(), Box(*(letter(event(str(n)), n) for n in range(35)))

    assert bury(driver.table, box, later(days=2)) == 35
    assert box.letters == []


def test_a_letter_that_was_kept_but_not_taken_out_is_the_same_item_the_next_time() -> None:
    driver, box = Driver(), Box(letter(event("1")))
    bury(driver.table, Box(*box.letters), later(days=2))
    kept = driver.items(names.DEAD)

    assert bury(driver.table, box, later(days=3)) == 1
    assert driver.items(names.DEAD) == kept


def test_a_letter_that_was_put_back_meanwhile_stays_put_back() -> None:
    driver, box = Driver(), Box(letter(event("1")))
    bury(driver.table, Box(*box.letters), later(days=2))
    (item,) = waiting_letters(driver.table, later(days=2))
    put_back(driver.table, item, lambda *_: None, later(days=2))
    bury(driver.table, box, later(days=3))

    assert list(waiting_letters(driver.table, later(days=3))) == []


def test_a_letter_says_why_it_died_and_what_it_was() -> None:
    driver = Driver()
    attributes = {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "not allowed", "RULE_ARN": "arn:rule"}
    bury(driver.table, Box(letter(event("Ü"), queue="f-failures", attributes=attributes)), later(days=2))

    (item,) = buried_letters(driver.table, later(days=2))
    assert (item.queue, item.reason, int(item.received)) == ("f-failures", "NO_PERMISSIONS: not allowed", 5)
    assert item.told == attributes
    assert item.event_id == "Ü"
    assert "body" not in item.attribute_values
    assert json.loads(body_of(driver.table, item, later(days=31)) or "") == event("Ü")
    assert body_of(driver.table, item, later(days=33)) is None


def test_a_letter_whose_time_is_over_is_not_put_back() -> None:
    driver = Driver()
    bury(driver.table, Box(letter(event("1"))), later(days=2))
    (item,) = buried_letters(driver.table, later(days=2))

    assert put_back(driver.table, item, lambda *_: pytest.fail("sent"), later(days=40)) == TOO_LATE
    assert list(waiting_letters(driver.table, later(days=40))) == []


@pytest.mark.parametrize(
    ("queue", "body", "destination"),
    [
        ("f-inbox-dead", event("1"), "inbox"),
        ("f-inbox-dead", "no JSON at all", "inbox"),
        ("f-outbox-dead", {"wake": {"pk": "L#s", "sk": "LEDGER#c"}}, "outbox"),
        ("f-failures", event("1"), "inbox"),
        ("f-failures", {"source": "flywheel", "detail-type": "Phase Summary Ready", "detail": {}}, "outbox"),
        ("f-failures", {"requestContext": {"condition": "RetriesExhausted"}, "DDBStreamBatchInfo": {}}, None),
        ("f-failures", {"scheduled_time": "2026-03-01T00:00:00Z"}, None),
    ],
)
def test_each_letter_goes_back_where_it_came_from(queue: str, body: Any, destination: str | None) -> None:
    driver = Driver()
    bury(driver.table, Box(letter(body, queue=queue)), later(days=2))
    (item,) = waiting_letters(driver.table, later(days=2))

    assert destination_of(item) == destination


def test_letters_are_found_long_after_any_queue_would_have_lost_them() -> None:
    driver = Driver()
    bury(driver.table, Box(letter(event("1"))), later(days=2))

    assert len(list(waiting_letters(driver.table, later(days=29)))) == 1
    assert len(list(waiting_letters(driver.table, later(days=700)))) == 1


def replayed(driver: Driver, sent: Sequence[Envelope], at: datetime, *, again: bool = False) -> None:
    """The same messages once more, as `record` gets them."""
    messages = [Message(str(n), json.dumps(each), at, again=again) for n, each in enumerate(sent)]
    assert record(driver.store, driver.settings, messages, lambda *_: None).failed == []


def from_queue(driver: Driver, sent: Sequence[Envelope], at: datetime) -> None:
    replayed(driver, sent, at)


def from_archive(driver: Driver, sent: Sequence[Envelope], at: datetime) -> None:
    replayed(driver, sent, at, again=True)


def from_items(driver: Driver, sent: Sequence[Envelope], at: datetime) -> None:
    bury(driver.table, Box(*(letter(each, n) for n, each in enumerate(sent))), later(days=2))
    for item in list(waiting_letters(driver.table, at)):
        put_back(driver.table, item, lambda _, body: replayed(driver, [json.loads(body)], at), at)
    assert list(waiting_letters(driver.table, at)) == []


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize(
    ("again", "days"),
    [(from_queue, 13), (from_items, 29), (from_archive, 29)],
    ids=["redrive at 13 days", "DEAD items at 29 days", "archive replay at 29 days"],
)
def test_what_was_counted_and_comes_again_changes_nothing(
    again: Callable[[Driver, Sequence[Envelope], datetime], None], days: int, sealed: bool
) -> None:
    driver = Driver()
    corrected = event("1", flywheel="web", title="better", revision=2)
    sent = [event("1", flywheel="web"), event("2", flywheel="web", idea="other"), corrected]
    sent.append(event("3", "2026-03-03T10:00:00Z", "Event Retracted", retracts="2"))
    driver.append(sent)
    driver.project()
    if sealed:
        assert driver.tick(later(days=3)).sealed
    before = (driver.state(), driver.report("web"), len(driver.items(names.EVENT)), lying(driver))

    again(driver, sent, later(days=days))
    driver.project(later(days=days))

    assert (driver.state(), driver.report("web"), len(driver.items(names.EVENT)), lying(driver)) == before


def lying(driver: Driver) -> set[tuple[str, int, tuple[int, int, int]]]:
    """Which facts lie where."""
    rows = [*driver.items(names.SEGMENT), *driver.items(names.SEALED)]
    return {(row["pk"]["S"], fact.key, fact.rank) for row in rows for fact in unpack(row["facts"]["B"])}


def test_what_was_never_counted_is_counted_when_it_comes_back_after_four_weeks() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    driver.project()
    worked = event("3", "2026-03-03T10:00:00Z", "Work Started", flywheel="web", idea="lost")
    from_items(driver, [event("2", flywheel="web", idea="lost"), worked], later(days=29))
    driver.project(later(days=29))

    assert set(driver.turns("web")) == {"idea checkout-button", "idea lost"}
    assert [int(item.historical) for item in driver.transitions("web")] == [1]
