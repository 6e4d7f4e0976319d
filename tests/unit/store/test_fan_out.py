"""How far one event reaches is bounded: partitions, versions, flywheels woken, retractions followed; its keys fit."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from events import bounds
from shared.flywheel.summaries.summary import summary_id
from shared.sources.uncounted import Ignored
from shared.store.kept.ignored import grouped, ignored
from shared.store.kept.rejections import rejections
from shared.store.outbox.outbox import SummaryRef, ledger_key, summary_key
from shared.store.segments import hints as hinting
from shared.store.segments.segments import LARGEST_NAMES
from shared.store.segments.things import Named, Placed
from shared.store.table import keys, names
from tests.unit.domain.histories import History
from tests.unit.store.driving import NOW, Driver, Envelope, later, only_in_process
from tests.unit.store.memory import refused
from tests.unit.store.pipeline.test_recording import message, recorded

ROCKETS = "🚀" * 256


def proposed(id: str, idea: str = "idea", flywheel: str | None = "web", **more: Any) -> Envelope:
    (told,) = History(flywheel=flywheel).proposed("03-01", idea, id=id, **more).events
    return told


def retracted(id: str, target: str, **more: Any) -> Envelope:
    (told,) = History(flywheel=None).retracted("03-02", target, id=id, **more).events
    return told


def reasons(driver: Driver) -> list[tuple[str, str]]:
    return [(each.field, each.reason) for each in rejections(driver.table, NOW + timedelta(days=1))]


@pytest.mark.slow
@only_in_process
def test_revisions_that_go_from_flywheel_to_flywheel_are_refused_before_they_cost_their_neighbours() -> None:
    driver = Driver()
    for start in range(0, 800, 100):
        numbers = range(start + 1, start + 101)
        sent = [message(f"m{n}", proposed("one", flywheel=f"f{n}", revision=n)) for n in numbers]
        result = recorded(driver, *sent, message("innocent", proposed(f"innocent {start}")))
        assert result.failed == []

    bound = f"at most {bounds.PLACES_OF_AN_EVENT} flywheels and repositories of one id"
    assert set(reasons(driver)) == {("detail.id", bound)}
    assert len(reasons(driver)) == 800 - bounds.PLACES_OF_AN_EVENT
    assert len(driver.items(names.EVENT)) == 1 + 8
    assert len({row["pk"]["S"] for row in driver.items(names.SEGMENT)}) == bounds.PLACES_OF_AN_EVENT + 1


@only_in_process
def test_versions_of_one_event_are_counted_and_more_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.store.log.identity.REVISIONS", 5)
    driver = Driver()
    result = recorded(driver, *(message(f"m{n}", proposed("one", title=f"title {n}")) for n in range(7)))

    assert (result.accepted, result.rejected) == (5, 2)
    assert recorded(driver, message("m0", proposed("one", title="title 0"), later(seconds=1))).duplicate == 1


@only_in_process
def test_a_name_of_too_many_flywheels_is_refused_to_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.store.segments.hints.FLYWHEELS_OF_A_NAME", 3)
    driver = Driver()
    for number in range(6):
        recorded(driver, message(f"m{number}", proposed(f"{number}", flywheel=f"f{number}")))

    assert reasons(driver) == [("detail.idea", "a name of at most 3 flywheels")] * 2
    assert recorded(driver, message("known", proposed("known", flywheel="f0"))).accepted == 1
    assert recorded(driver, message("untold", proposed("untold", flywheel=None))).accepted == 1


@only_in_process
def test_whom_a_batch_wakes_is_told_in_segments_that_fit_an_item_each() -> None:
    driver = Driver()
    flywheels = {f"{number:03}{ROCKETS[:253]}" for number in range(100)}
    driver.append([proposed(each[:3], idea=each, flywheel=each) for each in flywheels])

    told = [[each["S"] for each in row["flywheels"]["L"]] for row in driver.items(names.SEGMENT) if "flywheels" in row]
    assert {flywheel for each in told for flywheel in each} == flywheels
    assert len(told) > 1
    assert all(sum(len(flywheel.encode()) for flywheel in each) <= LARGEST_NAMES for each in told)


@only_in_process
def test_retractions_of_retractions_are_followed_so_far_and_no_farther() -> None:
    driver = Driver()
    driver.append([proposed("0")])
    for number in range(1, 30):
        recorded(driver, message(f"m{number}", retracted(str(number), str(number - 1))))

    said = reasons(driver)
    assert said
    assert set(said) == {("detail.retracts", f"at most {bounds.RETRACTIONS_IN_A_ROW} retractions in a row")}
    assert len(said) < 29 - bounds.RETRACTIONS_IN_A_ROW + 2


@only_in_process
def test_one_retraction_of_many_versions_takes_back_so_many_events_and_no_more() -> None:
    driver = Driver()
    driver.append([proposed(f"e{number}", idea=f"i{number}") for number in range(30)])
    sent = [message(f"m{n}", retracted("one", f"e{n}", revision=n + 1)) for n in range(30)]
    result = recorded(driver, *sent)

    assert result.failed == []
    assert result.accepted == bounds.RETRACTED_AT_ONCE
    assert {field for field, _ in reasons(driver)} == {"detail.retracts"}


def note(source: str, kind: str) -> str:
    told = Ignored(source=source, kind=kind, reason="r" * 100_000)
    return json.dumps({"intake": {"type": "ignored", "source": told.source, "kind": told.kind, "reason": told.reason}})


@only_in_process
def test_what_counts_for_nothing_is_tallied_whatever_its_sender_is_called() -> None:
    driver = Driver()
    sent = [message("a", note(ROCKETS, ROCKETS)), message("b", note("x", "y" * 100_000)), message("c", note("x", "z"))]

    assert recorded(driver, *sent).ignored == 3
    assert len(list(ignored(driver.table, NOW - timedelta(days=1), NOW))) == 3


@only_in_process
def test_a_tally_that_fails_costs_no_other_its_own() -> None:
    driver = Driver()
    (bad,) = grouped([(NOW, Ignored(source="bad", kind="y", reason="r"))])

    def breaks(name: str, *asked: Any) -> None:
        if name == "put" and asked[0] == " ".join(bad):
            raise refused("ValidationException")

    driver.memory.before = breaks
    result = recorded(driver, *(message(source, note(source, "y")) for source in ("good", "bad", "fine")))

    assert (result.ignored, result.failed) == (2, ["bad"])


@settings(max_examples=60, deadline=None)
@given(some.text(some.characters(exclude_categories=()), min_size=1, max_size=256) | some.just(ROCKETS))
def test_every_key_fits_whatever_a_thing_is_called(name: str) -> None:
    """DynamoDB: 2,048 bytes of a partition key, 1,024 of a sort key."""
    storable = name.encode(errors="replace").decode()
    ref = SummaryRef(
        summary=summary_id(storable, "idea", storable, 1), flywheel=storable, turn=storable, key="feature", phase=1
    )
    hints = [
        hinting.naming(Named("challenge", storable), storable),
        hinting.wheel(storable),
        hinting.place(Placed("repository", storable, keys.repository_partition(storable))),
        hinting.contested(Named("challenge", storable)),
    ]
    found = [
        *(hint.at for hint in hints),
        (keys.wheel_partition(storable), keys.turn_sort("feature", storable)),
        (keys.flywheel_partition(storable), keys.transition_sort("feature", storable, 4)),
        *grouped([(NOW, Ignored(source=name, kind=name, reason=name))]),
        summary_key(ref),
        ledger_key(ref.summary, "C0123456789"),
    ]
    assert all(len(pk.encode()) <= 2048 and len(sk.encode()) <= 1024 for pk, sk in found)
