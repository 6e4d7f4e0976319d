"""What warm processes remember of the table is what is there, whoever else writes, seals, breaks off or deletes."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.pipeline.advance import advance
from shared.pipeline.upkeep.auditing import audit_wheel
from shared.pipeline.upkeep.deleting import delete_flywheel
from shared.pipeline.upkeep.rebuilding import rebuild
from shared.pipeline.upkeep.sealing import version_of
from shared.store.projections import wheel_cache
from shared.store.projections.wheel_cache import ROOM, writes_of
from shared.store.segments.sealed_cache import SealedCache
from shared.store.table import names
from shared.store.table.items import WheelItem
from shared.store.table.keys import flywheel_partition, wheel_partition
from tests.unit.domain.histories import FLYWHEEL, History, moment
from tests.unit.store.driving import Driver, Envelope, facts_of, later, only_in_process, turns_of
from tests.unit.store.memory import crashes, refused
from tests.unit.store.pipeline.test_equivalence import arrivals, batches, compare, owning
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.test_log import event

some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
pytestmark = [pytest.mark.slow, only_in_process]
HOME = flywheel_partition("web")


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread plays all processes: who waits for another waits in vain."""
    monkeypatch.setattr("shared.pipeline.advance.pause", lambda _: None)


class PulledError(Exception):
    """The process died here."""


def ideas(count: int, first: int = 0) -> list[Envelope]:
    return [
        event(str(n), f"2026-03-{n % 28 + 1:02d}T10:00:00Z", flywheel="web", idea=f"i{n}")
        for n in range(first, first + count)
    ]


def sealed_driver() -> Driver:
    driver = Driver()
    driver.append(ideas(6), later(days=-4))
    seal_all(driver, later())
    driver.append(ideas(6, 6), later(days=-3))
    return driver


def versions(envelopes: list[Envelope]) -> set[Any]:
    return {version_of(fact) for fact in facts_of(envelopes)}


def lying(memory: SealedCache) -> set[Any]:
    return {version_of(fact) for fact in memory.read(HOME).facts}


def asked(driver: Driver, work: Callable[[], object]) -> list[str]:
    """The calls that some work makes."""
    calls: list[str] = []
    driver.memory.before = lambda operation, place, _: calls.append(f"{operation} {place}")
    work()
    driver.memory.before = lambda *_: None
    return calls


def test_sealed_parts_are_read_once() -> None:
    driver = sealed_driver()
    first = asked(driver, lambda: lying(driver.store.sealed))
    second = asked(driver, lambda: lying(driver.store.sealed))

    assert len(first) > len(second) == len([call for call in second if "SEALED" not in call])
    assert lying(driver.store.sealed) == versions(ideas(12))


def test_whoever_reads_while_another_seals_misses_nothing_and_remembers_nothing_else() -> None:
    for step in range(60):
        driver = sealed_driver()
        warm, other = SealedCache(driver.table), driver.another()
        lying(warm)
        seen: list[set[Any]] = []
        numbers = iter(range(10**6))

        def reads(*_: Any, step: int = step, numbers: Any = numbers, seen: Any = seen, warm: Any = warm) -> None:
            if next(numbers) == step:
                seen.append(lying(warm))

        other.memory.before = reads
        assert seal_all(other, later())
        assert lying(warm) == versions(ideas(12))
        assert all(each == versions(ideas(12)) for each in seen)
        if not seen:
            return
    raise AssertionError("sealing takes more steps than were tried")


def test_whoever_is_overtaken_by_a_sealing_at_any_step_of_reading_misses_nothing() -> None:
    for step in range(60):
        driver = sealed_driver()
        warm, other = SealedCache(driver.table), driver.another()
        lying(warm)
        watch = crashes(step, PulledError())

        def seals(*call: Any, watch: Any = watch, other: Driver = other) -> None:
            with suppress(PulledError):
                watch(*call)
                return
            seal_all(other, later())

        driver.memory.before = seals
        assert lying(warm) == versions(ideas(12))
        driver.memory.before = lambda *_: None
        assert lying(warm) == versions(ideas(12))
        if not other.items(names.SEALED) or len(other.items(names.SEGMENT)) == 1:
            return
    raise AssertionError("reading takes more steps than were tried")


def test_what_was_deleted_is_not_remembered() -> None:
    driver = sealed_driver()
    driver.project()
    warm = driver.another()
    advance(warm.store, "web", warm.settings, later())
    assert lying(warm.store.sealed)

    list(delete_flywheel(driver.another().store, Settings(), "web", later()))
    driver.append([event("new", flywheel="web", idea="new")], later(days=1))
    seal_all(driver.another(), later(days=4))

    assert lying(warm.store.sealed) == versions([event("new", flywheel="web", idea="new")])
    advance(warm.store, "web", warm.settings, later(days=4))
    assert set(warm.turns("web")) == {"idea new"}


def test_facts_that_a_rebuild_moves_elsewhere_are_forgotten() -> None:
    driver = Driver(Settings(flywheels={"web": FlywheelSettings(id="web", services=("shop",))}))
    moving, staying = event("1", service="shop", idea="a"), event("2", flywheel="web", idea="b")
    driver.append([moving, staying], later(days=-4))
    driver.append([event("3", idea="c")], later(days=-4))
    seal_all(driver, later())
    warm = driver.another()
    assert lying(warm.store.sealed) == versions([moving, staying])
    warm.store.sealed.read(names.SHARED_PARTITION)

    list(rebuild(driver.another().store, Settings(), later(), lambda *_: None))

    assert lying(warm.store.sealed) == versions([staying])
    assert len(warm.store.sealed.read(names.SHARED_PARTITION).facts) == 2


def test_the_least_used_partition_is_forgotten_first() -> None:
    driver = Driver()
    driver.append([event(f"{wheel}{n}", flywheel=wheel, idea=f"{wheel}{n}") for wheel in "abc" for n in range(4)])
    seal_all(driver, later(days=3))
    memory = SealedCache(driver.table, most=8)
    for wheel in "abcbc":
        memory.read(flywheel_partition(wheel))

    def reads_sealed(wheel: str) -> bool:
        return any(
            "SEALED" in call or "query" in call
            for call in asked(driver, lambda: memory.read(flywheel_partition(wheel)))[2:]
        )

    assert [reads_sealed(wheel) for wheel in "cb"] == [False, False]
    assert reads_sealed("a")


class Interleaved:
    """Processes that record and advance; at any call of one, another may overtake it, or it may die."""

    def __init__(self, chance: Random, driver: Driver, waiting: list[list[Envelope]]) -> None:
        self.chance, self.driver, self._waiting = chance, driver, list(waiting)
        self.history = [each for batch in waiting for each in batch]
        self.processes = [self.driver.another() for _ in range(3)]
        self._minute = -60

    def run(self) -> None:
        while self._waiting:
            self._record()
            for wheel in (FLYWHEEL, "search"):
                self._advance(self.chance.choice(self.processes), wheel)
            if self.chance.random() < 0.2:
                self._seal()
        assert self.chance.choice(self.processes).tick(later(minutes=15)).failed == []

    def _record(self) -> None:
        if self._waiting:
            self.driver.append(self._waiting.pop(0), later(minutes=self._minute))
            self._minute += 1

    def _seal(self) -> None:
        """As a tick does: first advance, as what is sealed no longer tells whom it was to wake."""
        sealer = self.driver.another()
        for wheel in (FLYWHEEL, "search"):
            advance(sealer.store, wheel, sealer.settings, later())
        seal_all(sealer, later(days=3))

    def _advance(self, process: Driver, wheel: str) -> None:
        events = {self.chance.randrange(14): self.chance.choice(["die", "overtake"]) for _ in range(3)}
        numbers = iter(range(10**6))

        def watch(*_: Any) -> None:
            match events.get(next(numbers)):
                case "die":
                    raise PulledError
                case "overtake":
                    process.memory.before = lambda *_: None
                    self._record()
                    self._advance(self.chance.choice([each for each in self.processes if each is not process]), wheel)
                    process.memory.before = watch

        process.memory.before = watch
        try:
            advance(process.store, wheel, process.settings, later())
        except PulledError:
            process.restart()
        process.memory.before = lambda *_: None


@some
@seed(31)
@given(st.integers(0, 2**32), st.sampled_from([30, 60, ROOM]))
def test_warm_processes_that_overtake_each_other_and_break_off_leave_what_the_fold_says(number: int, room: int) -> None:
    """With little room for what a wheel names, it is read in full, or left open, more often."""
    chance = Random(number)
    world = Interleaved(chance, Driver(owning(chance)), batches(chance, arrivals(chance)))
    with mock.patch.object(wheel_cache, "ROOM", room):
        world.run()
    compare(world.driver, world.history)


def back_and_forth(chance: Random) -> list[list[Envelope]]:
    """Ideas that are taken back, given back, taken back …: a turn is again as somebody may remember it."""
    told = [[event(f"{name}-0", flywheel=FLYWHEEL, idea=name)] for name in "abcd"]
    for number in range(1, 6):
        chosen = [name for name in "abcd" if chance.random() < 0.8]
        told += [[taken_back(f"{name}-{number - 1}", f"{name}-{number}", day=number)] for name in chosen]
    return told


@some
@seed(32)
@given(st.integers(0, 2**32), st.sampled_from([30, 60, ROOM]))
def test_a_turn_that_comes_and_goes_is_at_last_as_the_fold_says(number: int, room: int) -> None:
    chance = Random(number)
    world = Interleaved(chance, Driver(), back_and_forth(chance))
    with mock.patch.object(wheel_cache, "ROOM", room):
        world.run()
    assert world.driver.turns(FLYWHEEL) == turns_of(world.history, FLYWHEEL, world.driver.settings)


def taken_back(name: str, by: str, day: int = 1) -> Envelope:
    """A retraction falls only to a later one."""
    return event(by, f"2026-04-{day:02d}T10:00:00Z", "Event Retracted", retracts=name)


def test_a_process_that_lags_behind_what_the_wheel_names_reads_everything_again() -> None:
    """Meanwhile each turn that it remembers went and came back, but one is stored as gone: that it must write."""
    driver = Driver()
    lagging, busy = driver.another(), driver.another()
    driver.append(ideas(30))
    advance(lagging.store, "web", driver.settings, later())
    for number in range(30):
        driver.append([taken_back(str(number), f"r{number}")])
        advance(busy.store, "web", driver.settings, later())
        if number:
            driver.append([taken_back(f"r{number}", f"s{number}", day=2)])
            advance(busy.store, "web", driver.settings, later())
    assert len(driver.turns("web")) == 29
    driver.append([taken_back("r0", "s0", day=2)])

    advance(lagging.store, "web", driver.settings, later())

    assert len(driver.turns("web")) == 30


@pytest.mark.parametrize("dies", [False, True])
def test_who_is_overtaken_before_it_writes_a_turn_that_is_no_more_does_not_leave_it_there(dies: bool) -> None:
    """No condition stops it: the one who overtook it found no turn and wrote none."""
    driver = Driver()
    other = driver.another()
    driver.append(ideas(1))

    def overtaken(operation: str, place: str, item: Any) -> None:
        if operation == "put" and " TURN" in place:
            driver.memory.before = lambda *_: None
            driver.append([taken_back("0", "r1")])
            advance(other.store, "web", driver.settings, later())

    def killed(operation: str, place: str, item: Any) -> None:
        if dies and " TURN" in place:
            raise PulledError

    driver.memory.before, driver.memory.after = overtaken, killed
    with suppress(PulledError):
        advance(driver.store, "web", driver.settings, later())
    driver.memory.after = lambda *_: None
    assert dies or driver.turns("web") == {}
    driver.append(ideas(1, 1))
    advance(other.store, "web", driver.settings, later())

    assert set(driver.turns("web")) == {"idea i1"}


def cart() -> History:
    return History(flywheel="web").proposed("03-01", "cart").worked("03-02", idea="cart")


def test_a_warm_process_reads_of_turns_only_what_others_wrote_since() -> None:
    driver = Driver()
    driver.append(cart().events[:1])
    warm, other = driver.another(), driver.another()
    advance(warm.store, "web", warm.settings, moment("03-03"))
    driver.append(cart().events)
    advance(other.store, "web", other.settings, moment("03-03"))

    calls = asked(warm, lambda: advance(warm.store, "web", warm.settings, moment("03-03 01:00")))

    assert [call for call in calls if call == f"query {wheel_partition('web')}"] == []
    assert [call for call in calls if call.startswith("batch_get")][:1] == ["batch_get 2 keys"]
    assert driver.turns("web") == turns_of(cart().events, "web", driver.settings, moment("03-03 01:00"))


def test_the_wheel_that_was_not_asked_for_the_longest_is_forgotten_first() -> None:
    driver = Driver()
    driver.append([event(f"{name}{n}", flywheel=name, idea=f"i{n}") for name in "abc" for n in range(4)])
    memory = wheel_cache.WheelCache(driver.table, most=8)
    for name in "abc":
        advance(driver.store, name, driver.settings, later())
    for name in "abcbc":
        memory.keep(name, memory.read(name, wheel(driver, name)))

    def reads_all(name: str) -> bool:
        return any(call.startswith("query") for call in asked(driver, lambda: memory.read(name, wheel(driver, name))))

    assert [reads_all(name) for name in "cba"] == [False, False, True]


def test_who_dies_between_the_wheel_and_its_turns_is_made_up_for_by_the_next_tick() -> None:
    driver = Driver()
    driver.append(cart().events)

    def dies(operation: str, place: str, item: Any) -> None:
        if operation == "put" and " TURN" in place:
            raise PulledError

    driver.memory.before = dies
    with pytest.raises(PulledError):
        advance(driver.store, "web", driver.settings, later())
    driver.memory.before = lambda *_: None
    driver.restart()
    assert driver.turns("web") == {}
    assert audit_wheel(driver.store, "web", driver.settings, later()) == []

    assert [each.flywheel for each in driver.tick(later(minutes=15)).advanced] == ["web"]
    assert driver.turns("web") == turns_of(cart().events, "web", driver.settings)
    assert driver.tick(later(minutes=30)).advanced == []


@pytest.mark.parametrize("pulled", [" TURN", " TRANSITION", " WHEEL"])
def test_more_turns_than_can_be_named_leave_the_wheel_open_until_all_are_written(pulled: str) -> None:
    driver = Driver()
    driver.append([*ideas(40), *cart().events])
    numbers = iter(range(100))

    def dies(operation: str, place: str, item: Any) -> None:
        if operation == "put" and pulled in place and next(numbers) == 1:
            raise PulledError

    driver.memory.before = dies
    with suppress(PulledError):
        advance(driver.store, "web", driver.settings, later())
    driver.memory.before = lambda *_: None
    driver.restart()
    assert wheel(driver).open or pulled == " TRANSITION"

    driver.tick(later(minutes=15))

    assert not wheel(driver).open
    assert len(driver.turns("web")) == 41


def test_the_wheel_names_what_was_written_last_within_its_room() -> None:
    driver = Driver()
    for number in range(20):
        driver.append(ideas(1, number))
        advance(driver.store, "web", driver.settings, later(minutes=number))

    named = writes_of(wheel(driver))
    assert named[-1].sk == "TURN#idea#i19"
    assert 2 < len(named) < 20
    assert wheel(driver).since == named[0].wheel - 1
    assert sum(len(write.sk) for write in named) < ROOM


def test_an_item_that_was_damaged_by_hand_is_read_again_by_all_after_the_audit() -> None:
    driver = Driver()
    driver.append(cart().events)
    warm = driver.another()
    advance(warm.store, "web", warm.settings, later())
    driver.table.delete([(wheel_partition("web"), "TURN#idea#cart")])

    assert audit_wheel(driver.store, "web", driver.settings, later(hours=1))

    advance(warm.store, "web", warm.settings, later(minutes=1))
    assert driver.turns("web") == turns_of(cart().events, "web", driver.settings, later(minutes=1))


def test_a_conflict_with_somebody_unseen_makes_one_read_everything_again() -> None:
    driver = Driver()
    driver.append(cart().events[:1])
    advance(driver.store, "web", driver.settings, later())
    driver.append(cart().events)
    refusals = iter([True])

    def conflict(operation: str, place: str, item: Any) -> None:
        if operation == "put" and " TURN" in place and next(refusals, False):
            raise refused("ConditionalCheckFailedException")

    driver.memory.before = conflict
    assert advance(driver.store, "web", driver.settings, later()).rounds == 2
    assert driver.turns("web") == turns_of(cart().events, "web", driver.settings)


def wheel(driver: Driver, name: str = "web") -> WheelItem:
    found = driver.table.get(WheelItem, wheel_partition(name), names.WHEEL_SORT)
    assert found is not None
    return found
