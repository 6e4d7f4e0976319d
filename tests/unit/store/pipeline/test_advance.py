"""Advancing a flywheel: stored is what the fold says, no more often than it changes, whoever is faster."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.wheel.fold import fold
from shared.pipeline import advance as advancing
from shared.pipeline.advance import advance
from shared.store.projections.lane import PATIENCE
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import TurnItem, WheelItem
from shared.store.table.keys import stamp, wheel_partition
from tests.unit.domain.histories import History, moment
from tests.unit.store.driving import Driver, turns_of
from tests.unit.store.memory import refused


def cart(**more: Any) -> History:
    """One turn through all four phases, released 03-05."""
    told = History(flywheel="web")
    told.proposed("03-01", "cart", title="A cart", **more).challenged("03-02", "c", idea="cart")
    return told.deployed("03-04", "d1", idea="cart").released("03-05", "basket", idea="cart")


def driven(history: History, at: str, settings: Settings | None = None) -> Driver:
    driver = Driver(settings)
    driver.append(history.events)
    driver.project(moment(at))
    return driver


def phases(driver: Driver) -> dict[int, str]:
    return {int(item.phase): item.at[:10] for item in driver.transitions("web") if not item.vanished}


def wheel(driver: Driver) -> WheelItem:
    found = driver.table.get(WheelItem, wheel_partition("web"), names.WHEEL_SORT)
    assert found is not None
    return found


def test_completed_phases_become_transitions_with_what_their_summaries_show() -> None:
    driver = driven(cart(), "03-06")

    assert phases(driver) == {1: "2026-03-02", 2: "2026-03-04", 3: "2026-03-05"}
    shown = [unpack_summary(item.shows) for item in driver.transitions("web")]
    assert all("A cart" in each.heading for each in shown)


def test_what_a_summary_says_of_superseded_events_does_not_depend_on_which_revision_came_first() -> None:
    *before, first, released = cart().events
    newer = {**first, "detail": {**first["detail"], "revision": 2, "outcome": "rolled_back"}}
    told = []
    for one, other in ((first, newer), (newer, first)):
        driver = Driver()
        for batch in ([*before, released, one], [other]):
            driver.append(batch)
            driver.project(moment("03-06"))
        told.append([unpack_summary(item.shows) for item in driver.transitions("web") if not item.vanished])

    assert told[0] == told[1]
    assert any("1 event superseded by a newer revision" in each.missing for each in told[0])


def test_an_advance_of_what_has_not_changed_writes_nothing() -> None:
    driver = driven(cart(), "03-06")
    before = dict(driver.memory.rows)

    done = advance(driver.store, "web", driver.settings, moment("03-07"))

    assert (done.turns, done.transitions, done.wheel) == (0, 0, False)
    assert driver.memory.rows == before


def test_the_wheel_is_due_when_the_soak_is_over_and_then_the_turn_is_delivered() -> None:
    driver = driven(cart(), "03-06")
    assert wheel(driver).due_at == stamp(moment("03-12"))

    driver.tick(moment("03-12"))

    assert driver.turns("web")["idea cart"]["state"] == "delivered"
    assert phases(driver) == {0: "2026-03-12", 1: "2026-03-02", 2: "2026-03-04", 3: "2026-03-05", 4: "2026-03-12"}
    assert wheel(driver).due_at is None


def test_a_moment_that_is_due_stays_until_it_has_come_though_nothing_is_due_then_any_more() -> None:
    """To look once in vain costs less than to move it in the index with every event."""
    driver = driven(cart(), "03-06")
    driver.append(cart().stopped("03-07", "cart").events)
    driver.project(moment("03-07"))
    assert driver.turns("web")["idea cart"]["closed_at"] == "2026-03-07T00:00:00Z"
    assert wheel(driver).due_at == stamp(moment("03-12"))

    assert [each.flywheel for each in driver.tick(moment("03-12")).advanced] == ["web"]
    assert wheel(driver).due_at is None


def test_a_tick_before_the_soak_is_over_advances_nothing() -> None:
    driver = driven(cart(), "03-06")

    assert driver.tick(moment("03-11")).advanced == []


def test_an_event_dated_a_little_ahead_takes_place_when_its_time_has_come() -> None:
    driver = Driver()
    driver.append(History(flywheel="web").proposed("03-01 10:04", "cart").events)
    driver.project(moment("03-01 10:00"))
    assert driver.turns("web") == {}

    driver.tick(moment("03-01 10:05"))

    assert set(driver.turns("web")) == {"idea cart"}


def test_an_advance_for_an_earlier_moment_takes_nothing_back() -> None:
    """A slow batch of the stream is handled after a tick that was later."""
    driver = driven(cart(), "03-06")
    driver.tick(moment("03-12"))
    before = phases(driver)

    driver.append(History(flywheel="web").proposed("03-06", "other", id="x").events)
    driver.project(moment("03-06 01:00"))

    assert driver.turns("web")["idea cart"]["state"] == "delivered"
    assert phases(driver) == before


def test_a_turn_that_never_was_becomes_a_tombstone_and_may_come_back() -> None:
    driver = driven(History(flywheel="web").proposed("03-01", "cart"), "03-02")
    driver.append(History(flywheel="web").retracted("03-02", "event-0", id="r").events)
    driver.project(moment("03-03"))

    (item,) = driver.table.query(TurnItem, wheel_partition("web"), begins=names.TURN_SORT)
    assert (item.state, item.turn, int(item.version)) == ("vanished", "cart", 2)

    driver.append(History(flywheel="web").retracted("03-03", "r", id="rr").events)
    driver.project(moment("03-04"))
    assert driver.turns("web")["idea cart"]["state"] == "open"


def test_a_transition_that_did_not_happen_after_all_says_so_and_keeps_what_it_showed() -> None:
    driver = driven(cart(), "03-06")
    before = {int(item.phase): item.shows for item in driver.transitions("web")}
    release = next(e["detail"]["id"] for e in cart().events if e["detail-type"] == "Feature Released")

    driver.append(History(flywheel="web").retracted("03-06", release, id="r").events)
    driver.project(moment("03-07"))

    third = next(item for item in driver.transitions("web") if item.phase == 3)
    assert (third.vanished, third.shows) == (1, before[3])
    assert phases(driver) == {1: "2026-03-02", 2: "2026-03-04"}


def test_what_happened_more_than_48_hours_before_it_was_first_seen_is_history() -> None:
    driver = driven(cart(), "03-05 12:00")

    assert {int(item.phase): bool(item.historical) for item in driver.transitions("web")} == {
        1: True,
        2: False,
        3: False,
    }


def test_at_48_hours_sharp_it_is_not_history_yet() -> None:
    driver = driven(cart(), "03-03 23:59:59")

    first, _ = driver.transitions("web")
    assert (int(first.phase), bool(first.historical)) == (1, False)


def test_history_that_is_corrected_stays_history_and_news_stay_news() -> None:
    driver = driven(cart(), "03-06")
    driver.append(cart(revision=2).events[:1])
    driver.project(moment("04-06"))

    assert [bool(item.historical) for item in driver.transitions("web") if item.phase in (1, 3)] == [True, False]


def test_a_late_event_changes_the_summaries_after_it_and_only_those() -> None:
    driver = driven(cart(), "03-05 12:00")
    before = {int(item.phase): (item.digest, int(item.version)) for item in driver.transitions("web")}

    driver.append(History(flywheel="web").deployed("03-04 12:00", "late", id="late", kind="hotfix").events)
    driver.project(moment("03-05 13:00"))

    after = {int(item.phase): (item.digest, int(item.version)) for item in driver.transitions("web")}
    assert after[2] == before[2]
    assert after[3][0] != before[3][0]
    assert after[3][1] == before[3][1] + 1


def test_new_settings_are_folded_by_the_next_tick_and_say_so() -> None:
    driver = driven(cart(), "03-06")
    driver.settings = Settings(flywheels={"web": FlywheelSettings(id="web", soak_days=1.0)})

    driver.tick(moment("03-07"))

    assert driver.turns("web")["idea cart"]["state"] == "delivered"
    assert wheel(driver).settings == driver.settings.fingerprint()
    assert driver.tick(moment("03-07")).advanced == []


def test_of_two_who_advance_at_once_the_one_with_older_facts_folds_again() -> None:
    """While one is about to write, an event arrives and another advances with it."""
    driver = Driver()
    other = driver.another()
    driver.append(cart().events[:1])

    def faster(operation: str, place: str, item: Any) -> None:
        if operation == "put" and place.startswith("W#web"):
            driver.memory.before = lambda *_: None
            other.append(cart().events)
            advance(other.store, "web", other.settings, moment("03-06"))

    driver.memory.before = faster
    done = advance(driver.store, "web", driver.settings, moment("03-06"))

    assert done.rounds == 2
    assert driver.turns("web") == turns_of(cart().events, "web", driver.settings, moment("03-06"))
    assert wheel(driver).version == 1


@pytest.mark.parametrize("victim", ["TURN", "TRANSITION", "WHEEL"])
def test_a_stale_advance_overwrites_nothing_at_whatever_item_it_is_overtaken(victim: str) -> None:
    driver = Driver()
    other = driver.another()
    driver.append(cart().events[:2])
    driver.project(moment("03-03"))
    driver.append(cart().events[2:3])

    def faster(operation: str, place: str, item: Any) -> None:
        if operation == "put" and f" {victim}" in place:
            driver.memory.before = lambda *_: None
            other.append(cart().events)
            advance(other.store, "web", other.settings, moment("03-06"))

    driver.memory.before = faster
    advance(driver.store, "web", driver.settings, moment("03-06"))

    assert driver.turns("web") == turns_of(cart().events, "web", driver.settings, moment("03-06"))
    assert phases(driver) == {1: "2026-03-02", 2: "2026-03-04", 3: "2026-03-05"}


def test_one_who_always_loses_gives_up_with_an_error_that_time_mends(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = list[int]()
    monkeypatch.setattr(advancing, "pause", lost.append)
    driver = Driver()
    driver.append(cart().events)

    def conflict(operation: str, place: str, item: Any) -> None:
        if operation == "put":
            raise refused("ConditionalCheckFailedException")

    driver.memory.before = conflict
    with pytest.raises(LostRaceError):
        advance(driver.store, "web", driver.settings, moment("03-06"))
    assert lost == list(range(1, advancing.ROUNDS + 1))


def test_who_lost_and_has_nothing_to_add_goes_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is about to write, another writes just that: the loser folds no second time, and writes nothing."""
    folds = list[str]()

    def counted(facts: Any, flywheel: str, *rest: Any, **more: Any) -> Any:
        folds.append(flywheel)
        return fold(facts, flywheel, *rest, **more)

    driver = Driver()
    other = driver.another()
    driver.append(cart().events)

    def faster(operation: str, place: str, item: Any) -> None:
        if operation == "put" and place.startswith("W#web"):
            driver.memory.before = lambda *_: None
            advance(other.store, "web", other.settings, moment("03-06"))
            monkeypatch.setattr(advancing, "fold", counted)

    driver.memory.before = faster
    done = advance(driver.store, "web", driver.settings, moment("03-06"))

    assert (done.rounds, done.turns, done.transitions, done.wheel, folds) == (2, 0, 0, False, [])
    assert driver.turns("web") == turns_of(cart().events, "web", driver.settings, moment("03-06"))


def test_who_lost_waits_for_the_faster_one_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The faster one dies after the wheel: at last the loser writes what it left unwritten."""
    monkeypatch.setattr(advancing, "pause", lambda _: None)
    driver = Driver()
    other = driver.another()
    driver.append(cart().events)

    def dies(operation: str, place: str, item: Any) -> None:
        if operation == "put" and " TURN" in place:
            raise refused("ProvisionedThroughputExceededException")

    def faster(operation: str, place: str, item: Any) -> None:
        if operation == "put" and place.startswith("W#web"):
            driver.memory.before = lambda *_: None
            other.memory.before = dies
            with pytest.raises(PynamoDBException):
                advance(other.store, "web", other.settings, moment("03-06"))

    driver.memory.before = faster
    done = advance(driver.store, "web", driver.settings, moment("03-06"))

    assert done.rounds == PATIENCE + 1
    assert driver.turns("web") == turns_of(cart().events, "web", driver.settings, moment("03-06"))


def test_a_turn_older_than_the_memory_stays_as_it_was() -> None:
    driver = driven(cart(), "03-06")
    driver.tick(moment("03-13"))
    before = driver.state()

    driver.append(History(flywheel="web").proposed("2028-03-03", "new", id="new").events)
    driver.project(moment("2028-03-03"))

    assert {key: driver.state()[key] for key in before} == before


def test_ideas_and_features_of_one_name_are_two_turns() -> None:
    history = History(flywheel="web").proposed("03-01", "cart").released("03-02", "cart")
    driver = driven(history, "03-03")

    assert set(driver.turns("web")) == {"idea cart", "feature cart"}


def test_names_that_would_mislead_a_key_are_kept_apart() -> None:
    odd = ["a#1", "a", "~a", "é" * 256, "é" * 255 + "e"]
    history = History(flywheel="web")
    for number, name in enumerate(odd):
        history.proposed(f"03-0{number + 1}", name)
    driver = driven(history, "03-08")

    assert {turn["turn"] for turn in driver.turns("web").values()} == set(odd)
    assert all(len(row["sk"]["S"].encode()) <= 1024 for row in driver.memory.rows.values())


def test_a_soak_that_ends_between_two_microseconds_is_due_at_the_first(at: datetime) -> None:
    driver = driven(cart(), "03-06")

    assert driver.tick(at - timedelta(microseconds=1)).advanced == []
    assert [done.flywheel for done in driver.tick(at).advanced] == ["web"]


@pytest.fixture
def at() -> datetime:
    return moment("03-12")


def test_a_stop_by_withdrawal_is_news_when_it_is_decided_days_after_its_close() -> None:
    driver = driven(cart().withdrawn("03-06", "basket"), "03-06 01:00")
    assert [item.phase for item in driver.transitions("web") if item.phase == 0] == []

    driver.append(History(flywheel="web").proposed("03-12", "next").events)
    driver.project(moment("03-12 12:00"))

    [stop] = [item for item in driver.transitions("web") if item.phase == 0]
    assert (stop.at[:10], bool(stop.historical)) == ("2026-03-06", False)
    assert "withdrawn" in unpack_summary(stop.shows).headline


def test_a_stop_by_withdrawal_that_was_decided_long_ago_is_history() -> None:
    driver = driven(cart().withdrawn("03-06", "basket"), "03-20")
    [stop] = [item for item in driver.transitions("web") if item.phase == 0]
    assert bool(stop.historical)
