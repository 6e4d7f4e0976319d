"""Sealing changes how the log lies, never what it says."""

import json
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from shared.flywheel.report.report import report
from shared.pipeline.upkeep.sealable import sealable
from shared.pipeline.upkeep.sealing import by_day, seal, version_of
from shared.store.log.reading import load
from shared.store.segments.pack import unpack
from shared.store.table import names
from tests.unit.domain.histories import History, commit
from tests.unit.store.driving import Driver, facts_of, later, only_in_process, report_of
from tests.unit.store.memory import crashes
from tests.unit.store.pipeline.test_equivalence import WHEELS, arrivals, batches, compare, owning
from tests.unit.store.tangles import WORLD, tangled
from tests.unit.store.test_log import event

pytestmark = pytest.mark.slow

TWO_DAYS = timedelta(hours=48)
some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def seal_all(driver: Driver, at: datetime) -> int:
    """Every partition, whether due or not."""
    partitions = sorted(driver.store.hints.partitions())
    return sum(seal(driver.store, sealable(driver.table, each, at), at) for each in partitions)


def sealed(driver: Driver) -> dict[str, list[str]]:
    """The days of the sealed parts, by partition."""
    found: dict[str, list[str]] = {}
    for row in driver.items(names.SEALED):
        found.setdefault(row["pk"]["S"], []).append(row["sk"]["S"].split("#")[1])
    return {partition: sorted(days) for partition, days in found.items()}


@pytest.mark.parametrize(("age", "gone"), [(timedelta(), 0), (timedelta(microseconds=1), 1)])
def test_what_arrived_more_than_two_days_before_is_sealed_and_nothing_younger(age: timedelta, gone: int) -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")], later(hours=-48) - age)

    assert seal_all(driver, later()) == gone
    assert len(driver.items(names.SEGMENT)) == 1 - gone


def test_many_small_segments_become_one_part_for_each_day_of_their_events() -> None:
    driver = Driver()
    told = [event(str(n), f"2026-03-0{1 + n % 3}T10:00:00Z", flywheel="web") for n in range(30)]
    for each in told:
        driver.append([each])
    before = driver.report("web")

    assert seal_all(driver, later(days=3)) == 30
    assert driver.items(names.SEGMENT) == []
    assert sealed(driver) == {"F#web": ["2026-03-01", "2026-03-02", "2026-03-03"]}
    assert driver.report("web") == before == report_of(told, "web", driver.settings)


def test_sealing_into_a_day_that_is_sealed_unites_the_two() -> None:
    driver = Driver()
    told = [event("1", flywheel="web"), event("2", "2026-03-02T11:00:00Z", flywheel="web", idea="other")]
    driver.append(told[:1])
    seal_all(driver, later(days=3))
    driver.append(told[1:], later(days=3))
    seal_all(driver, later(days=6))

    (part,) = driver.items(names.SEALED)
    assert len(unpack(part["facts"]["B"])) == 2
    assert len(driver.items(names.WITNESS)) == 1
    assert driver.report("web") == report_of(told, "web", driver.settings)


def test_sealing_what_is_sealed_already_writes_nothing() -> None:
    """As after a crash between writing the part and deleting the segment."""
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    (segment,) = driver.items(names.SEGMENT)
    seal_all(driver, later(days=3))
    parts = driver.items(names.SEALED)
    driver.table.connection.put_item(segment["pk"]["S"], segment["sk"]["S"], _attributes(segment))

    assert seal_all(driver, later(days=4)) == 1
    assert driver.items(names.SEALED) == parts
    assert driver.items(names.SEGMENT) == []


def _attributes(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in (names.PK, names.SK)}


def test_the_stream_wakes_nobody_for_sealed_facts() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    driver.project()
    seal_all(driver, later(days=3))

    kinds = {image[names.KIND]["S"] for image in driver.memory.inserted if image["pk"]["S"] == "F#web"}
    assert kinds >= {names.SEGMENT, names.SEALED}
    assert driver.project() == []


def test_a_revision_of_another_day_lies_in_both_days() -> None:
    """So a report whose memory reaches back to the one day only still knows that the event is superseded."""
    driver = Driver()
    first = event("1", "2026-03-20T10:00:00Z", flywheel="web")
    corrected = event("1", "2024-03-20T10:00:00Z", flywheel="web", revision=2)
    for each, at in ((first, later()), (corrected, later(days=5))):
        driver.append([each], at)
        seal_all(driver, at + TWO_DAYS + timedelta(minutes=1))

    rows = {row["sk"]["S"].split("#")[1]: unpack(row["facts"]["B"]) for row in driver.items(names.SEALED)}
    assert {day: len(facts) for day, facts in rows.items()} == {"2024-03-20": 2, "2026-03-20": 2}


@pytest.mark.parametrize("as_of_days", [0, 1, 700, 727, 728, 729, 1000])
def test_a_bounded_read_gives_what_the_memory_holds(as_of_days: int) -> None:
    driver = Driver()
    history = History(flywheel="web")
    for n, day in enumerate(["03-01", "03-10", "04-01"]):
        history.proposed(day, f"idea-{n}").deployed(day, f"d{n}", commit(f"c{n}", day), idea=f"idea-{n}")
    moved = event("late", "2026-04-02T00:00:00Z", flywheel="web", idea="late")
    gone = event("late", "2024-04-02T00:00:00Z", flywheel="web", idea="late", revision=2)
    told = [*history.events, moved, gone]
    for each in told:
        driver.append([each])
    as_of = later(days=as_of_days)
    seal_all(driver, as_of + timedelta(days=3))

    facts = load(driver.store, "web", driver.settings, since=as_of - timedelta(days=728 + 84 + 28)).facts
    bounded = report(facts, flywheel="web", settings=driver.settings, as_of=as_of)
    assert json.dumps(bounded) == json.dumps(report_of(told, "web", driver.settings, as_of))


def test_the_clock_seals_each_partition_when_it_is_due_and_then_once_a_day() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")], later())
    driver.project()
    assert [driver.tick(later(hours=hours)).sealed for hours in (47, 49, 50)] == [0, 1, 0]

    driver.append([event("2", flywheel="web", idea="x")], later(hours=51))
    driver.project()
    assert [driver.tick(later(hours=hours)).sealed for hours in (72, 74, 98, 100, 125)] == [0, 0, 0, 0, 1]


def test_who_has_not_heard_of_a_segment_hears_before_it_is_sealed() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")], later())
    driver.project()
    driver.append([event("2", flywheel="web", idea="unheard")], later(hours=-2))
    driver.lose_stream()

    assert driver.tick(later(hours=49)).sealed == 2
    assert set(driver.turns("web")) == {"idea checkout-button", "idea unheard"}


def test_sealing_moves_no_wheel() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")], later())
    driver.project()
    wheel = driver.items(names.WHEEL)
    driver.tick(later(hours=49))
    driver.tick(later(hours=80))

    assert driver.items(names.WHEEL) == wheel


def test_a_day_too_large_for_one_item_is_sealed_in_parts_below_400_kb_that_stay() -> None:
    driver = Driver()
    commits = [commit(f"{number:040x}", "03-04 11:00") for number in range(9000)]
    history = History(flywheel="web")
    for number in range(8):
        history.changed("03-04 12:00", f"{number:040x}", *commits, branch=f"b{number}")
    for each in history.events:
        driver.append([each])
    seal_all(driver, later(days=3))
    whole = [row for row in driver.items(names.SEALED) if row["pk"]["S"] == "F#web"]
    assert len(whole) > 1
    assert all("#whole#" in row["sk"]["S"] and len(row["facts"]["B"]) <= 390_000 for row in whole)

    driver.append([event("late", "2026-03-04T13:00:00Z", flywheel="web")], later(days=4))
    seal_all(driver, later(days=7))

    now = {row["sk"]["S"] for row in driver.items(names.SEALED) if row["pk"]["S"] == "F#web"}
    assert now > {row["sk"]["S"] for row in whole}
    assert {version_of(fact) for fact in driver.facts("web")} >= {version_of(fact) for fact in facts_of(history.events)}


def test_by_day_keeps_the_versions_of_an_event_together() -> None:
    facts = facts_of([event("1", "2026-03-01T23:59:59Z"), event("1", "2026-03-02T00:00:00Z", revision=2), event("2")])

    assert {day: len(found) for day, found in by_day([*facts, *facts]).items()} == {"2026-03-01": 2, "2026-03-02": 3}


def sealed_with_a_crash(fail: int, where: str) -> tuple[Driver, bool]:
    """Everything that can happen, sealed in between; one call crashes, before or after it happens; then a retry."""
    driver, crashed = Driver(WORLD), False
    for number, batch in enumerate(tangled()):
        driver.append(batch, later(days=3 * number))
        driver.project()
        setattr(driver.memory, where, crashes(fail, RuntimeError("crash")) if number == 2 else lambda *_: None)
        for _ in range(2):
            try:
                seal_all(driver, later(days=3 * (number + 1)))
                break
            except RuntimeError:
                crashed = True
    driver.memory.before = driver.memory.after = lambda *_: None
    return driver, crashed


@only_in_process
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_crash_at_any_call_of_sealing_changes_no_number(where: str) -> None:
    whole, _ = sealed_with_a_crash(10**9, where)
    sent = [each for batch in tangled() for each in batch]
    expected = {wheel: report_of(sent, wheel, WORLD) for wheel in ("web", "search", "pay", "unassigned")}
    calls = 0
    while True:
        driver, crashed = sealed_with_a_crash(calls, where)
        if not crashed:
            break
        for wheel, told in expected.items():
            assert driver.report(wheel) == told, (calls, wheel)
        assert driver.items(names.SEGMENT) == [], calls
        calls += 1
    assert calls > 12
    assert whole.items(names.SEGMENT) == []


@only_in_process
@pytest.mark.parametrize("fail", range(40))
def test_a_crash_that_nobody_retries_loses_no_fact(fail: int) -> None:
    driver = Driver(WORLD)
    sent = [each for batch in tangled() for each in batch]
    for each in sent:
        driver.append([each])
    driver.memory.before = crashes(fail, RuntimeError("crash"))
    try:
        seal_all(driver, later(days=3))
    except RuntimeError:
        driver.memory.before = lambda *_: None
    driver.memory.before = lambda *_: None
    for wheel in ("web", "search", "pay", "unassigned"):
        assert driver.report(wheel) == report_of(sent, wheel, WORLD)


@only_in_process
@some
@seed(11)
@given(st.integers(0, 2**32))
def test_random_histories_sealed_at_random_moments_read_as_if_never_stored(number: int) -> None:
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for day, batch in enumerate(batches(chance, history)):
        driver.append(batch, later(days=day))
        if chance.random() < 0.5:
            driver.project(later(days=day))
        if chance.random() < 0.6:
            seal_all(driver, later(days=day, hours=chance.randint(0, 100)))
        if chance.random() < 0.2:
            driver.settings = owning(chance)
        if chance.random() < 0.3:
            driver.restart()
    driver.project()
    driver.tick()
    compare(driver, history)


@only_in_process
@some
@seed(12)
@given(st.integers(0, 2**32))
def test_who_reads_while_another_seals_misses_nothing(number: int) -> None:
    """Between any two calls of the reader the other may have sealed everything."""
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for batch in batches(chance, history):
        driver.append(batch)
        if chance.random() < 0.3:
            seal_all(driver, later(days=3))
    other, busy = driver.another(), False

    def seals(operation: str, place: str, item: Any) -> None:
        nonlocal busy
        if not busy and chance.random() < 0.3:
            busy = True
            seal_all(other, later(days=3))
            busy = False

    driver.memory.before = seals
    for wheel in WHEELS:
        assert json.dumps(driver.report(wheel)) == json.dumps(report_of(history, wheel, driver.settings))


@only_in_process
@some
@seed(13)
@given(st.integers(0, 2**32))
def test_two_who_seal_at_once_lose_nothing_between_them(number: int) -> None:
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for batch in batches(chance, history):
        driver.append(batch)
        if chance.random() < 0.3:
            seal_all(driver, later(days=3))
    other = driver.another()
    calls = chance.randrange(60)

    def interrupted(operation: str, place: str, item: Any) -> None:
        nonlocal calls
        calls -= 1
        if calls == 0:
            seal_all(other, later(days=3))

    driver.memory.before = interrupted
    seal_all(driver, later(days=3))
    driver.memory.before = lambda *_: None
    for wheel in WHEELS:
        assert json.dumps(driver.report(wheel)) == json.dumps(report_of(history, wheel, driver.settings))
