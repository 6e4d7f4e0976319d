"""Everything derived comes back from the events alone, whatever was lost of it, and while events go on arriving."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.pipeline.upkeep import rebuilding
from shared.pipeline.upkeep.rebuilding import Progress, rebuild
from shared.pipeline.upkeep.sealing import part_at
from shared.store.table import names
from shared.store.table.keys import flywheel_partition
from tests.unit.store.driving import Driver, Envelope, later, only_in_process, report_of
from tests.unit.store.memory import crashes
from tests.unit.store.pipeline.test_auditing import damaged, delete, place
from tests.unit.store.pipeline.test_equivalence import WHEELS, arrivals, batches, compare, owning
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.tangles import WORLD, tangled
from tests.unit.store.test_log import event, partitions

pytestmark = pytest.mark.slow

some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
DERIVED = (names.SEGMENT, names.SEALED, names.WITNESS, names.NAME, names.WHEEL, names.TURN, names.TRANSITION)
OWNED = Settings(flywheels={"web": FlywheelSettings(id="web", services=("shop-*",))})


def rebuilt(driver: Driver, **how: Any) -> list[Progress]:
    """All steps of a rebuild by a process that knows nothing yet."""
    driver.restart()
    return list(rebuild(driver.store, driver.settings, later(), lambda _, error: driver.failures.append(error), **how))


def lose(driver: Driver, *kinds: str) -> None:
    driver.table.delete((row["pk"]["S"], row["sk"]["S"]) for kind in kinds for row in driver.items(kind))


@only_in_process
@some
@seed(21)
@given(st.integers(0, 2**32))
def test_all_that_is_derived_can_be_lost(number: int) -> None:
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for batch in batches(chance, history):
        driver.append(batch)
        driver.project()
    lose(driver, *DERIVED)

    rebuilt(driver)

    assert driver.failures == []
    compare(driver, history)


@only_in_process
@some
@seed(22)
@given(st.integers(0, 2**32))
@example(1970)  # the mark that two flywheels name one thing is lost, the names themselves are not
def test_any_part_of_it_can_be_lost_and_the_rest_is_kept(number: int) -> None:
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for batch in batches(chance, history):
        driver.append(batch)
        if chance.random() < 0.5:
            driver.project()
        if chance.random() < 0.3:
            seal_all(driver, later(days=3))
    for kind in DERIVED:
        for row in driver.items(kind):
            if chance.random() < 0.3:
                delete(driver, row)

    rebuilt(driver)

    compare(driver, history)


@only_in_process
@some
@seed(23)
@given(st.integers(0, 2**32))
def test_new_settings_move_facts_and_change_no_number_before_during_or_after(number: int) -> None:
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for batch in batches(chance, history):
        driver.append(batch)
        driver.project()
    driver.settings = owning(chance)
    expected = {wheel: json.dumps(report_of(history, wheel, driver.settings)) for wheel in WHEELS}
    assert {wheel: json.dumps(driver.report(wheel)) for wheel in WHEELS} == expected

    driver.restart()
    for _ in rebuild(driver.store, driver.settings, later(), lambda *_: None):
        assert {wheel: json.dumps(driver.report(wheel)) for wheel in WHEELS} == expected
    compare(driver, history)
    assert rebuilt(driver)[-1].moved == 0


@only_in_process
@some
@seed(24)
@given(st.integers(0, 2**32))
def test_events_that_arrive_during_a_rebuild_are_counted_once(number: int) -> None:
    """Between any two calls of the rebuild a batch may be recorded by another process."""
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    waiting = batches(chance, history)
    for _ in range(len(waiting) // 2):
        driver.append(waiting.pop(0))
    lose(driver, names.SEGMENT)
    driver.settings = owning(chance)
    other, busy = driver.another(), False

    def records(operation: str, at: str, item: Any) -> None:
        nonlocal busy
        if waiting and not busy and chance.random() < 0.1:
            busy = True
            other.append(waiting.pop(0))
            busy = False

    driver.memory.before = records
    rebuilt(driver)
    driver.memory.before = lambda *_: None
    for batch in waiting:
        driver.append(batch)
    driver.tick()
    compare(driver, history)


def services() -> list[dict[str, Any]]:
    told = [event(str(n), f"2026-03-0{n}T10:00:00Z", service="shop-cart", idea=f"i{n}") for n in range(1, 6)]
    return [*told, event("0", idea="nobodys")]


@pytest.mark.parametrize("sealed", [True, False])
def test_what_a_flywheel_newly_owns_moves_out_of_the_shared_partition(sealed: bool) -> None:
    driver = Driver()
    for each in services():
        driver.append([each])
    if sealed:
        seal_all(driver, later(days=3))
    driver.settings = OWNED
    before = driver.report("web")

    steps = rebuilt(driver)

    assert (steps[-1].moved, steps[-1].swept) == (5, 5)
    shared, home = (driver.store.table.raw(each, "SE") for each in (names.SHARED_PARTITION, flywheel_partition("web")))
    assert len(list(shared)) == 1
    assert list(home)
    assert driver.report("web") == before == report_of(services(), "web", OWNED)
    assert set(driver.turns("web")) == {f"idea i{n}" for n in range(1, 6)}


def test_what_moved_lies_where_a_later_mapping_finds_it() -> None:
    driver = Driver()
    driver.append(services())
    driver.settings = OWNED
    rebuilt(driver)
    driver.settings = Settings(flywheels={"shop": FlywheelSettings(id="shop", services=("shop-cart",))})

    for wheel in ("shop", "web", "unassigned"):
        assert driver.report(wheel) == report_of(services(), wheel, driver.settings)


def test_what_comes_again_after_a_move_is_a_duplicate_and_a_revision_supersedes() -> None:
    driver = Driver()
    driver.append(services())
    driver.settings = OWNED
    rebuilt(driver)
    revised = event("1", "2026-03-01T10:00:00Z", service="shop-cart", idea="better", revision=2)

    assert set(driver.append(services(), later(minutes=1))) == {"duplicate"}
    assert driver.append([revised]) == ["accepted"]
    assert driver.report("web") == report_of([*services(), revised], "web", OWNED)
    assert names.SHARED_PARTITION not in {
        partition for partition, found in partitions(driver).items() if (found & _keys(driver, "better"))
    }


def _keys(driver: Driver, idea: str) -> set[Any]:
    return {(fact.key, fact.rank) for fact in driver.facts("web") if fact.idea == idea}


def test_a_rebuild_that_finds_all_well_writes_nothing() -> None:
    driver = Driver(WORLD)
    for batch in tangled():
        driver.append(batch)
        driver.project()
    rebuilt(driver)
    before = dict(driver.memory.rows)

    assert (rebuilt(driver)[-1].written, driver.memory.rows) == (0, before)


def test_one_flywheel_alone_can_be_rebuilt() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web"), event("2", flywheel="search", idea="ranking")])
    driver.project()
    lose(driver, names.SEGMENT, names.TURN)

    steps = rebuilt(driver, flywheel="web")

    assert set(driver.turns("web")) == {"idea checkout-button"}
    assert driver.turns("search") == {}
    assert (steps[-1].written, steps[-1].wheels) == (1, 1)


@only_in_process
def test_it_goes_on_where_it_broke_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "FLUSH", 2)
    driver = Driver()
    told = [event(str(n), flywheel="web", idea=f"i{n}") for n in range(9)]
    driver.append(told)
    lose(driver, *DERIVED)
    driver.restart()
    steps = rebuild(driver.store, driver.settings, later(), lambda *_: None)
    first = next(steps)
    assert 0 < first.events < 9

    rest = rebuilt(driver, after=first.after)

    assert first.events + max(step.events for step in rest) == 9
    assert driver.report("web") == report_of(told, "web", driver.settings)
    assert len(driver.turns("web")) == 9


def test_a_damaged_part_without_a_witness_is_written_anew() -> None:
    driver = Driver()
    told = [event(str(n), f"2026-03-0{n}T10:00:00Z", flywheel="web", idea=f"i{n}") for n in range(1, 4)]
    driver.append(told)
    seal_all(driver, later(days=3))
    damaged(driver, sorted(driver.items(names.SEALED), key=place)[1])
    lose(driver, names.WITNESS)

    rebuilt(driver)

    assert all(part_at(row["sk"]["S"], bytes(row["facts"]["B"])).is_sound for row in driver.items(names.SEALED))
    assert driver.report("web") == report_of(told, "web", driver.settings)


def test_a_damaged_segment_is_written_anew() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    (row,) = driver.items(names.SEGMENT)
    damaged(driver, row | {"facts": {"B": row["facts"]["B"] * 3}})

    rebuilt(driver)

    assert driver.items(names.SEGMENT) == []
    assert driver.report("web") == report_of([event("1", flywheel="web")], "web", driver.settings)


def test_an_event_that_cannot_be_read_is_told_of_and_keeps_no_other_back() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web"), event("2", flywheel="web", idea="other")])
    row = driver.items(names.EVENT)[0]
    content = {name: value for name, value in row.items() if name not in (names.PK, names.SK)}
    driver.table.connection.put_item(row["pk"]["S"], row["sk"]["S"], content | {"detail": {"S": "{}"}})
    lose(driver, names.SEGMENT)

    steps = rebuilt(driver)

    assert (len(driver.failures), steps[-1].written) == (1, 1)


def rebuilt_with_a_crash(fail: int, where: str) -> tuple[Driver, bool]:
    driver = Driver()
    for each in services():
        driver.append([each])
    seal_all(driver, later(days=3))
    driver.settings = OWNED
    for row in driver.items(names.SEALED)[:2]:
        delete(driver, row)
    setattr(driver.memory, where, crashes(fail, RuntimeError("crash")))
    crashed = False
    try:
        rebuilt(driver)
    except RuntimeError:
        crashed = True
    driver.memory.before = driver.memory.after = lambda *_: None
    crashed = crashed or bool(driver.failures)
    driver.failures.clear()
    if crashed:
        rebuilt(driver)
    return driver, crashed


@only_in_process
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_crash_at_any_call_of_a_rebuild_is_mended_by_the_next(where: str) -> None:
    expected = report_of(services(), "web", OWNED)
    calls = 0
    while True:
        driver, crashed = rebuilt_with_a_crash(calls, where)
        assert driver.report("web") == expected, calls
        assert set(driver.turns("web")) == {f"idea i{n}" for n in range(1, 6)}, calls
        assert len(list(driver.table.raw(names.SHARED_PARTITION, names.SEALED_SORT))) == 1, calls
        if not crashed:
            break
        calls += 1
    assert calls > 20


@only_in_process
@pytest.mark.parametrize("every", [1, 2, 5])
def test_what_is_accepted_while_it_is_rebuilt_is_counted_to_the_last_event(every: int) -> None:
    """One and the same event is corrected again and again, beside new ones."""
    driver = Driver()
    driver.append([event(f"old{n}", "2026-03-01T00:00:00Z", flywheel="web", idea=f"i{n}") for n in range(20)])
    driver.project()
    seal_all(driver, later(days=3))
    recorder, sent, calls = driver.another(), list[Envelope](), iter(range(10**6))

    def send(*_: Any) -> None:
        if next(calls) % every or len(sent) > 400:
            return
        number = len(sent) + 1
        new = event(f"n{number}", "2026-03-02T00:00:00Z", flywheel="web", idea="i1")
        again = event("old1", "2026-03-01T00:00:00Z", flywheel="web", idea="i1", revision=number + 1)
        sent.append(new if number % 3 else again)
        assert recorder.append([sent[-1]], later(days=3)) == ["accepted"]

    driver.restart()
    driver.memory.before = send
    failed: list[Any] = []
    list(rebuild(driver.store, driver.settings, later(days=3), lambda *told: failed.append(told)))
    driver.memory.before = lambda *_: None
    driver.tick(later(days=3, minutes=10))

    assert failed == []
    assert len(sent) > 20
    wanted = {each["detail"]["id"] for each in sent} | {f"old{n}" for n in range(20)}
    assert driver.report("web")["receipt"]["counted"] == len(wanted)
