"""What is known of turns and transitions outlives a process: a cold one that takes it up does what the others do."""

from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from shared.flywheel.settings.values import CorrectionSettings, Settings
from shared.pipeline.advance import advance
from shared.pipeline.upkeep.auditing import audit_wheel
from shared.pipeline.upkeep.deleting import delete_flywheel
from shared.pipeline.upkeep.lost_transitions import rewrite_lost
from shared.store.projections import wheel_cache
from shared.store.projections.known import (
    Composed,
    Known,
    KnownTransition,
    KnownTurn,
    pack_known,
    unpack_known,
    without_old,
)
from shared.store.projections.wheel_cache import ROOM
from shared.store.table import names
from shared.store.table.keys import wheel_partition
from tests.unit.domain.histories import FLYWHEEL, History, moment
from tests.unit.store.driving import Driver, Envelope, later, only_in_process, turns_of
from tests.unit.store.memory import MemoryConnection, crashes
from tests.unit.store.pipeline.test_bounded import late, lived, living, on, wheel
from tests.unit.store.pipeline.test_equivalence import arrivals, batches, compare, owning
from tests.unit.store.test_log import event
from tests.unit.store.test_memories import Interleaved, PulledError, asked, back_and_forth, ideas, taken_back

some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
pytestmark = [pytest.mark.slow, only_in_process]
WHEEL = wheel_partition("web")


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.pipeline.advance.pause", lambda _: None)


@pytest.fixture(autouse=True)
def however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little lasts too."""
    monkeypatch.setattr(wheel_cache, "LASTING", 1)


class Forgetful(Interleaved):
    """Processes that start anew now and then, each before a replica that lags behind."""

    def __init__(self, chance: Random, driver: Driver, waiting: list[list[Envelope]]) -> None:
        super().__init__(chance, driver, waiting)
        for process in self.processes:
            assert isinstance(process.memory, MemoryConnection)
            process.memory.lag = chance

    def run(self) -> None:
        """At last by a tick that sees all segments: what it asks for who is to be woken may lag behind."""
        super().run()
        assert self.driver.tick(later(minutes=30)).failed == []

    def _advance(self, process: Driver, wheel: str) -> None:
        if self.chance.random() < 0.5:
            process.restart()
        super()._advance(process, wheel)


@some
@seed(41)
@given(st.integers(0, 2**32), st.sampled_from([30, 60, ROOM]), st.sampled_from([0, 4, 256]))
def test_cold_processes_that_take_up_what_others_knew_leave_what_the_fold_says(
    number: int, room: int, even: int
) -> None:
    """However little the wheel names, and however soon all is laid down anew."""
    chance = Random(number)
    world = Forgetful(chance, Driver(owning(chance)), batches(chance, arrivals(chance)))
    with mock.patch.object(wheel_cache, "ROOM", room), mock.patch.object(wheel_cache, "_EVEN", even):
        world.run()
    compare(world.driver, world.history)


@some
@seed(42)
@given(st.integers(0, 2**32), st.sampled_from([60, ROOM]), st.sampled_from([0, 4, 256]))
def test_a_turn_that_comes_and_goes_is_at_last_as_the_fold_says_to_cold_processes_too(
    number: int, room: int, even: int
) -> None:
    chance = Random(number)
    world = Forgetful(chance, Driver(), back_and_forth(chance))
    with mock.patch.object(wheel_cache, "ROOM", room), mock.patch.object(wheel_cache, "_EVEN", even):
        world.run()
    assert world.driver.turns(FLYWHEEL) == turns_of(world.history, FLYWHEEL, world.driver.settings)


def known(driver: Driver) -> dict[str, Any]:
    return {row["sk"]["S"]: int(row["version"]["N"]) for row in driver.items(names.KNOWN)}


def test_a_cold_process_reads_what_is_known_and_what_was_written_since() -> None:
    driver = living(20)
    driver.restart()
    driver.append(lived(1, first=20).events, moment(on(20.2)))
    calls = asked(driver, lambda: advance(driver.store, "web", driver.settings, moment(on(20.2))))

    assert known(driver)
    assert [call for call in calls if call == f"query {WHEEL}"] == [f"query {WHEEL}"]
    assert driver.turns("web") == turns_of(lived(21).events, "web", driver.settings, moment(on(20.2)))


def test_what_differs_is_written_until_all_of_it_is_not_much_more() -> None:
    driver, laid = living(1), list[str]()
    for day in range(1, 60):
        driver.append(lived(1, first=day).events, moment(on(day + 1 / 6)))
        calls = asked(driver, lambda: driver.project(moment(on(day + 1 / 6))))  # noqa: B023  called before the next day
        laid += [call for call in calls if call.startswith(f"put {WHEEL} KNOWN")]

    each = [call.rpartition("#")[2] for call in laid]
    assert len(each) > 20
    assert 2 <= each.count("all") <= len(each) / 2
    assert driver.turns("web") == turns_of(lived(60).events, "web", driver.settings, moment(on(59 + 1 / 6)))


def test_few_turns_and_transitions_are_not_laid_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel_cache, "LASTING", 400)
    assert known(living(20)) == {}


def test_more_than_an_item_holds_is_not_laid_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel_cache, "LARGEST", 100)
    driver = living(20)
    assert known(driver) == {}
    assert wheel(driver).known is None


def test_a_flywheel_that_begins_anew_is_not_taken_for_the_one_before() -> None:
    driver = living(12)
    assert known(driver)
    rows = driver.items(names.KNOWN)
    list(delete_flywheel(driver.another().store, driver.settings, "web", later()))
    assert known(driver) == {}
    for row in rows:
        driver.memory.rows[row["pk"]["S"], row["sk"]["S"]] = row
    driver.restart()
    for number in range(30):
        driver.append([event(f"new {number}", flywheel="web", idea=f"new-{number}")], later())
        driver.project(later())
        driver.restart()

    assert set(driver.turns("web")) == {f"idea new-{number}" for number in range(30)}


@pytest.mark.parametrize("days", [5.0, 28.0])
def test_who_knows_too_little_of_an_old_summary_asks_for_it(days: float) -> None:
    """Corrections reach further back than they did when it was laid down."""
    drivers = [living(24, Settings(corrections=CorrectionSettings(days=3.0))) for _ in range(2)]
    now = moment(on(24))
    for driver, lasting in zip(drivers, (1, 10**9), strict=True):
        driver.restart()
        driver.settings = Settings(corrections=CorrectionSettings(days=days))
        driver.append(late(10), now)
        with mock.patch.object(wheel_cache, "LASTING", lasting):
            if lasting > 1:
                for row in driver.items(names.KNOWN):
                    driver.table.delete([(row["pk"]["S"], row["sk"]["S"])])
            while advance(driver.store, "web", driver.settings, now).left:
                driver.restart()

    assert known(drivers[0])
    assert not known(drivers[1])
    assert drivers[0].state() == drivers[1].state()


def test_a_transition_that_a_tick_wrote_again_is_written_over_by_who_did_not_know() -> None:
    driver = living(12)
    now = moment(on(12))
    assert rewrite_lost(driver.table, "web", now)
    driver.append(late(9), now)
    driver.restart()
    done = advance(driver.store, "web", driver.settings, now)

    assert done.transitions
    assert done.rounds == 2
    assert advance(driver.another().store, "web", driver.settings, now).transitions == 0
    assert driver.turns("web") == turns_of([*lived(12).events, *late(9)], "web", driver.settings, now)


def renamed(revision: int) -> list[Envelope]:
    """Forty ideas under other titles."""
    told = ideas(40)
    return [{**each, "detail": {**each["detail"], "revision": revision, "title": f"t{revision}"}} for each in told]


def test_who_writes_one_by_one_writes_over_nothing_that_a_faster_one_has_written() -> None:
    """He is overtaken before he reads what he is to write over, and dies soon after."""
    driver = Driver()
    other, dying = driver.another(), driver.another()
    driver.append(ideas(40))
    advance(other.store, "web", driver.settings, later())
    driver.append(renamed(2))

    def dies(operation: str, place: str, item: Any) -> None:
        if operation == "put" and " TURN" in place:
            raise PulledError

    def overtaken(calls: Iterator[int]) -> Any:
        def watch(operation: str, place: str, item: Any) -> None:
            if (operation, place) == ("batch_get", "16 keys") and next(calls) == 1:
                dying.memory.before = lambda *_: None
                driver.append(renamed(3))
                advance(other.store, "web", driver.settings, later())
                dying.memory.after = dies

        return watch

    dying.memory.before = overtaken(iter(range(100)))
    with suppress(PulledError):
        advance(dying.store, "web", driver.settings, later())
    assert driver.turns("web") == turns_of(renamed(3), "web", driver.settings)


def test_nothing_is_laid_down_while_something_is_on_its_way() -> None:
    """The slow one writes what it set out to write when nobody names it any more, and dies."""
    driver = Driver()
    other, slow = driver.another(), driver.another()
    driver.append(ideas(3))
    advance(other.store, "web", driver.settings, later())
    driver.append([taken_back("0", "r0")])

    def overtaken(operation: str, place: str, item: Any) -> None:
        if operation == "put" and " TURN" in place:
            slow.memory.before = lambda *_: None
            driver.append([taken_back("r0", "s0", day=2), *ideas(1, 3)])
            advance(other.store, "web", driver.settings, later())

    def dies(operation: str, place: str, item: Any) -> None:
        if " TURN" in place:
            raise PulledError

    slow.memory.before, slow.memory.after = overtaken, dies
    with mock.patch.object(wheel_cache, "ROOM", 40), suppress(PulledError):
        advance(slow.store, "web", driver.settings, later())
    assert len(driver.turns("web")) == 3
    advance(driver.another().store, "web", driver.settings, later())

    assert len(driver.turns("web")) == 4


def test_what_differs_from_another_base_is_left_alone() -> None:
    """A lagging replica still has what was known before; since then a turn went, and now it is back."""
    driver = Driver()
    driver.append(ideas(3))
    driver.project(later())
    with mock.patch.object(wheel_cache, "ROOM", 40):
        for even, batch in ((0, ideas(1, 3)), (0, [taken_back("0", "r0")]), (0, ideas(1, 4)), (10**9, ideas(3, 5))):
            if batch == ideas(1, 4):
                [old] = driver.items(names.KNOWN)
            with mock.patch.object(wheel_cache, "_EVEN", even):
                for each in batch:
                    driver.append([each])
                    driver.project(later())
    assert len(driver.turns("web")) == 7
    driver.append([taken_back("r0", "s0", day=2)])
    driver.memory.rows[old["pk"]["S"], old["sk"]["S"]] = old
    driver.restart()
    driver.project(later())

    assert len(driver.turns("web")) == 8


def test_what_is_known_comes_back_as_it_was() -> None:
    turn = KnownTurn(3, "open", b"12345678", 17)
    old, new = (KnownTransition(1, at, False, Composed(False, "d", "i", 2)) for at in (5, 6))
    items: dict[str, Known] = {"TURN#idea#a": turn, "TRANSITION#idea#a#1": old, "TRANSITION#idea#a#2": new}
    assert unpack_known(pack_known({**items, "TURN#idea#b": None})) == {**items, "TURN#idea#b": None}
    assert without_old(items, 5) == {**items, "TRANSITION#idea#a#1": msgspec.structs.replace(old, composed=None)}
    assert pack_known(dict(reversed(items.items()))) == pack_known(items)


def test_transitions_that_went_and_came_again_are_known_by_their_turn() -> None:
    history = History(flywheel="web").proposed("03-01", "cart").worked("03-02", idea="cart")
    driver = Driver()
    driver.append(history.events)
    driver.project(moment("03-03"))
    driver.restart()
    far = moment("03-03").replace(year=2029)
    advance(driver.store, "web", driver.settings, far)
    advance(driver.another().store, "web", driver.settings, far)

    assert [int(item.vanished) for item in driver.transitions("web")] == [0]


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_death_at_any_step_of_an_advance_changes_nothing(where: str) -> None:
    """What lies there by then is taken up by a cold process, whoever wrote it."""
    now, told = moment(on(4.2)), [*lived(5).events, *late(1)]
    steps = 0
    while True:
        driver = living(4)
        driver.append([*lived(1, first=4).events, *late(1)], now)
        dying = driver.another()
        setattr(dying.memory, where, crashes(steps, PulledError()))
        with suppress(PulledError):
            advance(dying.store, "web", driver.settings, now)
            break
        advance(driver.another().store, "web", driver.settings, now)
        assert driver.turns("web") == turns_of(told, "web", driver.settings, now), steps
        assert advance(driver.another().store, "web", driver.settings, now).turns == 0, steps
        assert audit_wheel(driver.another().store, "web", driver.settings, now) == [], steps
        steps += 1
    assert steps > (20 if where == "before" else 8)
    assert known(driver)
