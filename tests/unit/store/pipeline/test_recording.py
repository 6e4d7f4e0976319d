"""A batch of deliveries: the valid are appended, the invalid kept with their reason, the failed come again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.pipeline.recording import Message, Recorded, record
from shared.store.kept.bodies import RejectedItem
from shared.store.kept.counting import counts
from shared.store.kept.rejections import body_of, rejections
from shared.store.table import names
from tests.unit.domain.histories import History
from tests.unit.store.driving import NOW, Driver, Envelope
from tests.unit.store.memory import refused

BAD_BODIES = {
    "no JSON": ("{", "event"),
    "no object": ("[]", "event"),
    "no source": (json.dumps({"detail-type": "Idea Proposed", "detail": {}}), "source"),
    "our own source": (json.dumps({"source": "flywheel", "detail-type": "Idea Proposed", "detail": {}}), "source"),
    "unknown type": (json.dumps({"source": "ci", "detail-type": "Idea Proposd", "detail": {}}), "detail-type"),
    "local time": (
        json.dumps(
            {
                "source": "ci",
                "detail-type": "Idea Proposed",
                "detail": {"id": "1", "time": "2026-03-01T00:00:00", "idea": "x"},
            }
        ),
        "detail.time",
    ),
    "lone surrogate": ('{"source": "ci", "detail-type": "\\ud800", "detail": {}}', "detail-type"),
}


def proposed(id: str, time: datetime = NOW, **more: Any) -> Envelope:
    (envelope,) = History(flywheel="web").proposed("03-01", f"idea {id}", id=id, **more).events
    envelope["detail"]["time"] = time.isoformat()
    return envelope


def message(id: str, body: Envelope | str, sent: datetime = NOW) -> Message:
    return Message(id, body if isinstance(body, str) else json.dumps(body), sent)


def recorded(driver: Driver, *messages: Message) -> Recorded:
    return record(driver.store, driver.settings, messages, lambda _, error: driver.failures.append(error))


@pytest.mark.parametrize("fault", BAD_BODIES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_invalid_delivery_is_kept_with_its_reason_and_the_others_count(fault: str, place: int) -> None:
    driver = Driver()
    body, field = BAD_BODIES[fault]
    messages = [message("a", proposed("1")), message("b", proposed("2"))]
    messages.insert(place, message("bad", body))

    result = recorded(driver, *messages)

    assert (result.accepted, result.duplicate, result.rejected, result.failed) == (2, 0, 1, [])
    (kept,) = rejections(driver.table, NOW)
    assert kept.field == field
    assert kept.reason
    assert "body" not in kept.attribute_values
    assert body_of(driver.table, kept, NOW) is not None


def test_a_rejection_names_whose_event_it_was() -> None:
    driver = Driver()
    recorded(driver, message("a", proposed("1", revision=0)))

    (kept,) = rejections(driver.table, NOW)
    assert (kept.source, kept.event_id, kept.detail_type) == ("pipeline", "1", "Idea Proposed")
    assert (kept.field, kept.value) == ("detail.revision", "0")


def test_a_rejection_delivered_again_is_kept_once() -> None:
    driver = Driver()
    recorded(driver, message("a", "{"))
    recorded(driver, message("a", "{"))

    assert len(driver.items(names.REJECTED)) == 1


@pytest.mark.parametrize(("seconds", "accepted"), [(299, 1), (300, 1), (301, 0)])
def test_an_event_may_be_dated_five_minutes_ahead_of_its_arrival_and_no_more(seconds: int, accepted: int) -> None:
    driver = Driver()

    result = recorded(driver, message("a", proposed("1", NOW + timedelta(seconds=seconds))))

    assert (result.accepted, result.rejected) == (accepted, 1 - accepted)
    assert [kept.field for kept in rejections(driver.table, NOW)] == ["detail.time"] * (1 - accepted)


def test_an_event_that_no_item_can_hold_is_rejected_and_one_just_below_is_kept() -> None:
    driver = Driver()
    noise = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(200_000))

    result = recorded(driver, message("a", proposed("1", url=noise)), message("b", proposed("2", url="x" * 900_000)))

    assert (result.accepted, result.rejected) == (1, 1)
    (kept,) = rejections(driver.table, NOW)
    assert kept.field == "detail"


def test_a_throttled_batch_comes_again_as_a_whole_and_then_counts_once() -> None:
    driver = Driver()
    driver.memory.before = _refusing("ProvisionedThroughputExceededException")

    result = recorded(driver, message("a", proposed("1")), message("b", proposed("2")))
    assert result.failed == ["a", "b"]

    driver.memory.before = lambda *_: None
    again = recorded(driver, message("a", proposed("1")), message("b", proposed("2")))
    assert (again.accepted, again.failed) == (2, [])
    assert counts(driver.store, NOW).counted == 2


@pytest.mark.parametrize("poison", ["1", "2", "3"])
def test_a_delivery_that_fails_for_no_known_reason_fails_alone(poison: str) -> None:
    driver = Driver()

    def fail(operation: str, place: str, item: Any) -> None:
        if operation == "put" and f'"id":"{poison}"' in str(item.get("detail", {}).get("S")):
            raise refused("ValidationException")

    driver.memory.before = fail
    result = recorded(driver, *(message(name, proposed(name)) for name in ("1", "2", "3")))

    assert result.failed == [poison]
    assert len(driver.items(names.EVENT)) == 2


def test_a_rejection_that_cannot_be_kept_comes_again() -> None:
    driver = Driver()
    driver.memory.before = _refusing("InternalServerError")

    assert recorded(driver, message("a", "{")).failed == ["a"]


def test_sent_is_accepted_and_duplicate_and_rejected() -> None:
    driver = Driver()
    sent = [message(str(n), proposed(str(n % 7), revision=1 + n % 3)) for n in range(40)]
    sent += [message(f"bad {n}", f"{{{n}") for n in range(5)]

    result = recorded(driver, *sent)
    counted = counts(driver.store, NOW)

    assert result.accepted + result.duplicate + result.rejected == len(sent)
    assert counted.accepted == result.accepted == 21
    assert counted.counted == 7
    assert counted.rejected == result.rejected == 5


def test_rejections_are_found_across_the_turn_of_a_year() -> None:
    driver = Driver()
    recorded(
        driver,
        message("a", "{", datetime(2025, 12, 31, tzinfo=UTC)),
        message("b", "[", datetime(2026, 1, 1, tzinfo=UTC)),
    )

    found = list(rejections(driver.table, datetime(2026, 1, 31, tzinfo=UTC)))

    assert [item.arrived_at[:10] for item in found] == ["2026-01-01", "2025-12-31"]
    assert all(isinstance(item, RejectedItem) for item in found)


def _refusing(code: str) -> Any:
    def refuse(operation: str, place: str, item: Any) -> None:
        raise refused(code)

    return refuse
