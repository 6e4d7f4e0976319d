"""The clock's work: what is due, what a lost stream left, what was never said to be due."""

from datetime import datetime, timedelta

import pytest

from shared.flywheel.settings.values import Settings
from shared.pipeline.upkeep.sampling import AUDITED, sampled
from shared.pipeline.upkeep.ticking import tick
from shared.store.outbox.outbox_items import LedgerItem
from shared.store.table import names
from shared.store.table.items import SegmentItem, TransitionItem
from shared.store.table.keys import moment_of, stamp, wheel_partition
from shared.store.table.table import Key
from tests.unit.domain.histories import History, moment
from tests.unit.store.driving import NOW, Driver, later, only_in_process


def proposed(time: str, idea: str, **more: str) -> History:
    return History(flywheel="web").proposed(time, idea, **({"id": f"{idea}-{time}-{more}"} | more))


def test_a_flywheel_whose_stream_was_lost_is_found_by_its_newest_segment() -> None:
    driver = Driver()
    driver.append(proposed("03-01", "cart").events, later(minutes=-2))
    driver.project()
    driver.append(proposed("03-02", "list").events, later(minutes=-1))
    driver.lose_stream()

    assert [done.flywheel for done in driver.tick().advanced] == ["web"]
    assert set(driver.turns("web")) == {"idea cart", "idea list"}
    assert driver.tick().advanced == []


def test_how_long_a_transition_waits_for_a_summary_is_told_while_it_has_none() -> None:
    """As where `summarise` is not called at all: no metric of its own would say so."""
    driver = Driver()
    driver.append(proposed("03-01", "cart").worked("03-02", idea="cart").events)
    driver.project()
    (transition, *_) = driver.table.query(TransitionItem, wheel_partition("web"), begins=names.TRANSITION_SORT)

    told = [driver.tick(NOW + number * timedelta(minutes=15)).behind_since for number in range(1, 49)]

    assert set(told) == {None, moment_of(transition.arrived_at)}


def test_a_flywheel_that_was_never_folded_is_found_in_the_list() -> None:
    driver = Driver()
    driver.append(proposed("03-01", "cart").events)
    driver.lose_stream()

    assert [done.flywheel for done in driver.tick().advanced] == ["web"]


def test_an_event_of_the_shared_partition_whose_waking_was_lost_is_found() -> None:
    driver = Driver()
    driver.append(proposed("03-01", "cart").events, later(minutes=-2))
    driver.project()
    driver.append(History(flywheel=None).worked("03-02", idea="cart").events, later(minutes=-1))
    driver.lose_stream()

    driver.tick()

    assert driver.turns("web")["idea cart"]["phase"] == 3


def test_a_wheel_that_nothing_points_at_is_folded_in_its_turn() -> None:
    """A segment that arrived earlier than one already folded, and whose stream record was lost."""
    driver = Driver()
    driver.append(proposed("03-01", "cart").events, later(minutes=-1))
    driver.project()
    driver.append(proposed("03-02", "list").events, later(minutes=-5))
    driver.lose_stream()
    assert driver.tick(next(at for at in quarters() if not sampled("web", at))).advanced == []

    driver.tick(next(at for at in quarters() if sampled("web", at)))

    assert set(driver.turns("web")) == {"idea cart", "idea list"}


def quarters() -> list[datetime]:
    """Ticks of two weeks, every 15 minutes."""
    return [NOW + timedelta(minutes=15 * number) for number in range(14 * 96)]


@only_in_process
def test_each_wheel_is_sampled_about_once_a_day() -> None:
    times = sum(sampled("web", at) for at in quarters())

    assert 14 * 96 / AUDITED / 2 <= times <= 14 * 96 / AUDITED * 2


def test_a_flywheel_that_cannot_be_advanced_keeps_no_other_back() -> None:
    driver = Driver()
    driver.append(proposed("03-01", "cart").events)
    driver.append(proposed("03-01", "list", flywheel="search").events)
    driver.lose_stream()
    driver.table.put(driver.table.new(SegmentItem, "F#search", f"{names.SEGMENT_SORT}broken", facts=b"\xff"))

    ticked = driver.tick()

    assert ticked.failed == ["search"]
    assert [done.flywheel for done in ticked.advanced] == ["web"]
    assert len(driver.failures) == 1


@pytest.mark.parametrize(("minutes", "woken"), [(-1, True), (0, True), (1, False)])
def test_messages_that_are_overdue_are_woken_and_no_others(minutes: int, woken: bool) -> None:
    driver, keys = Driver(), list[Key]()
    entry = driver.table.new(
        LedgerItem,
        "L#s",
        "LEDGER#c",
        due_pk=names.DUE_LEDGER,
        due_at=stamp(NOW + timedelta(minutes=minutes)),
        summary="s",
        flywheel="web",
        turn="cart",
        key="idea",
        phase=1,
        channel="c",
        state="pending",
        attempts=0,
        version=1,
    )
    driver.table.put(entry)

    tick(driver.store, Settings(), NOW, keys.append, lambda *_: None)

    assert keys == ([("L#s", "LEDGER#c")] if woken else [])


@only_in_process
def test_a_quiet_tick_over_many_wheels_writes_nothing() -> None:
    driver = Driver()
    for number in range(30):
        driver.append(proposed("03-01", "cart", flywheel=f"team-{number}", id=f"e{number}").events)
    driver.project()
    at = next(at for at in quarters() if not any(sampled(f"team-{number}", at) for number in range(30)))
    driver.tick(at)  # the first of a new stack writes down that nothing is to be completed
    before = dict(driver.memory.rows)

    assert driver.tick(at).advanced == []
    assert driver.memory.rows == before


@only_in_process
def test_the_time_of_an_event_is_told_by_moments_not_text() -> None:
    assert stamp(moment("03-01")) < stamp(moment("03-01") + timedelta(microseconds=1)) < stamp(moment("03-02"))
