"""Many write to one flywheel at once, in a time of its own, which calls, folds and pauses take."""

from functools import partial
from random import Random
from typing import Any

import pytest

import shared.pipeline.advance as advancing
from shared.flywheel.wheel.fold import fold
from shared.pipeline import pausing
from shared.pipeline.advance import advance
from shared.store.log.reading import load
from shared.store.projections.lane import PATIENCE, Lane
from shared.store.projections.wheel_cache import distrust
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from tests.fakes.together import Together
from tests.unit.domain.histories import History
from tests.unit.store.driving import NOW, Driver, Envelope, later, only_in_process, report_of, turns_of
from tests.unit.store.memory import refused

EVENTS = 60
CALL, FOLD = 0.005, 0.1
"""Seconds."""


def proposals() -> list[Envelope]:
    history = History(flywheel="web")
    for number in range(EVENTS):
        history.proposed("03-01", f"idea-{number}", id=f"e{number}")
    return history.events


class Outcome:
    """What became of it: seconds that it took, how often it was folded, and how often somebody gave up."""

    def __init__(self, writers: int, monkeypatch: pytest.MonkeyPatch) -> None:
        together, chance = Together(), Random(7)
        self.folds = self.lost = 0

        def folded(*facts: Any, **more: Any) -> Any:
            self.folds += 1
            together.spend(FOLD)
            return fold(*facts, **more)

        monkeypatch.setattr(advancing, "fold", folded)
        monkeypatch.setattr(pausing, "random", chance.random)
        monkeypatch.setattr("shared.pipeline.pausing.time.sleep", together.spend)
        self.driver = Driver()

        def work(share: list[Envelope]) -> None:
            racer = self.driver.another()
            racer.memory.before = lambda *_: together.spend(CALL)
            for each in share:
                racer.append([each])
                self._advance(racer)

        events = proposals()
        together.run([partial(work, events[place::writers]) for place in range(writers)])
        self.seconds = together.now

    def _advance(self, racer: Driver) -> None:
        for _ in range(EVENTS):
            try:
                advance(racer.store, "web", racer.settings, NOW)
            except LostRaceError:
                self.lost += 1
                continue
            return


@pytest.mark.slow
@only_in_process
def test_twenty_writers_lose_nothing_take_no_longer_than_four_and_fold_hardly_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        four = Outcome(4, patched)
    with monkeypatch.context() as patched:
        twenty = Outcome(20, patched)

    assert twenty.lost == 0
    assert twenty.seconds <= four.seconds
    assert twenty.folds <= 1.5 * EVENTS
    assert twenty.driver.turns("web") == turns_of(proposals(), "web", twenty.driver.settings)
    assert twenty.driver.report("web") == report_of(proposals(), "web", twenty.driver.settings)


def refused_once_at(driver: Driver, place: str) -> None:
    """Let the next write at a place meet somebody who was faster."""

    def conflict(operation: str, at: str, item: Any) -> None:
        if operation == "put" and at.startswith(place):
            driver.memory.before = lambda *_: None
            raise refused("ConditionalCheckFailedException")

    driver.memory.before = conflict


def waited(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pauses of those who lost, by how often they had; nobody waits."""
    lost: list[int] = []
    monkeypatch.setattr(advancing, "pause", lost.append)
    return lost


def test_who_lost_waits_while_another_who_lost_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = waited(monkeypatch)
    driver = Driver()
    driver.append(proposals())
    lane = Lane(driver.table, "web")
    assert lane.enter()
    refused_once_at(driver, "W#web WHEEL")
    pauses_until_it_leaves = 4

    def pause(lost: int) -> None:
        pauses.append(lost)
        if lost == pauses_until_it_leaves:
            lane.leave()

    monkeypatch.setattr(advancing, "pause", pause)
    done = advance(driver.store, "web", driver.settings, NOW)

    assert pauses == [1, 2, 3, 4]
    assert done.rounds == 5
    assert driver.turns("web") == turns_of(proposals(), "web", driver.settings)


def test_who_waits_reads_no_facts_while_the_wheel_lacks_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    waited(monkeypatch)
    driver = Driver()
    driver.append(proposals()[1:])
    advance(driver.store, "web", driver.settings, NOW)
    driver.append(proposals()[:1], later(minutes=1))
    lane, loads = Lane(driver.table, "web"), list[str]()
    assert lane.enter()
    refused_once_at(driver, "W#web WHEEL")

    def pause(lost: int) -> None:
        distrust(driver.table, "web")
        if lost == PATIENCE // 2:
            lane.leave()

    def loaded(store: Store, flywheel: str, *more: Any, **others: Any) -> Any:
        loads.append(flywheel)
        return load(store, flywheel, *more, **others)

    monkeypatch.setattr(advancing, "pause", pause)
    monkeypatch.setattr(advancing, "load", loaded)
    done = advance(driver.store, "web", driver.settings, later(minutes=2))

    assert (done.rounds, len(loads)) == (PATIENCE // 2 + 1, 2)
    assert driver.turns("web") == turns_of(proposals(), "web", driver.settings)


def test_who_died_in_the_lane_is_passed_at_last_and_finds_that_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = waited(monkeypatch)
    driver = Driver()
    driver.append(proposals())
    dead = Lane(driver.table, "web")
    assert dead.enter()
    refused_once_at(driver, "W#web WHEEL")

    advance(driver.store, "web", driver.settings, NOW)
    (passed,) = driver.items(names.LANE)
    dead.leave()

    assert pauses == list(range(1, PATIENCE + 2))
    assert "taken" not in passed
    assert driver.items(names.LANE) == [passed]
    assert driver.turns("web") == turns_of(proposals(), "web", driver.settings)


def test_who_meets_nobody_never_looks_at_the_lane() -> None:
    driver = Driver()
    driver.append(proposals())
    places: list[str] = []
    driver.memory.before = lambda _, place, __: places.append(place)

    advance(driver.store, "web", driver.settings, NOW)

    assert [place for place in places if names.LANE_SORT in place] == []
    assert [place for place in places if names.WHEEL_SORT in place] != []


def test_a_lane_that_cannot_be_left_spoils_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    waited(monkeypatch)
    driver = Driver()
    driver.append(proposals())

    def conflict(operation: str, at: str, item: Any) -> None:
        if operation == "put" and at.startswith("W#web WHEEL"):
            driver.memory.before = throttled
            raise refused("ConditionalCheckFailedException")

    def throttled(operation: str, at: str, item: Any) -> None:
        if operation == "put" and "LANE" in at and item is not None and "taken" not in item:
            raise refused("ProvisionedThroughputExceededException")

    driver.memory.before = conflict
    done = advance(driver.store, "web", driver.settings, NOW)

    assert done.rounds == 2
    assert driver.turns("web") == turns_of(proposals(), "web", driver.settings)
