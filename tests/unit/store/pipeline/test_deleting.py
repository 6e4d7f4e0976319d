"""A flywheel can be deleted as a whole: nothing of it is left, and nothing of the others is changed."""

import json
from typing import Any

import pytest

from shared.pipeline.recording import Message, record
from shared.pipeline.upkeep.deleting import delete_flywheel
from shared.store.kept.dead_letters import bury
from shared.store.kept.deletions import SETTLED
from shared.store.log.identity import identity_of
from shared.store.outbox.outbox import OutboxStore, ref_of
from shared.store.table import names
from tests.unit.domain.histories import History, commit
from tests.unit.store.driving import Driver, Envelope, later, only_in_process, report_of
from tests.unit.store.memory import crashes
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.test_dead_letters import Box, letter
from tests.unit.store.test_log import event

pytestmark = pytest.mark.slow


def mine() -> list[Envelope]:
    told = History(flywheel="doomed", source="doomed-pipeline").proposed("03-01", "doom-idea", id="doom-1")
    told.deployed("03-02", "doom-d1", head="c1", repository="shop", idea="doom-idea", id="doom-2")
    told.released("03-03", "doom-feature", idea="doom-idea", id="doom-3")
    untold = History(flywheel=None, source="doomed-pipeline").worked("03-01 12:00", idea="doom-idea", id="doom-4")
    back = event("doom-5", "2026-03-04T00:00:00Z", "Event Retracted", retracts="doom-3")
    return [*told.events, *untold.events, back | {"source": "doomed-pipeline"}]


def others() -> list[Envelope]:
    told = History(flywheel="web").proposed("03-01", "cart").deployed("03-02", "d1", commit("a", "03-01"), idea="cart")
    told.released("03-03", "basket", idea="cart")
    pushed = History(flywheel=None, source="git").changed("03-01 10:00", "c1", commit("c1", "03-01 09:00"))
    return [*told.events, *pushed.events, event("nobodys", idea="stray")]


def both(sealed: bool) -> Driver:
    driver = Driver()
    for each in [*mine(), *others()]:
        driver.append([each])
    driver.project()
    outbox = OutboxStore(driver.table)
    for wheel in ("doomed", "web"):
        for item in driver.transitions(wheel):
            outbox.keep_summary(item)
            outbox.save_entry(outbox.entry(ref_of(item), "#channel"))
    if sealed:
        seal_all(driver, later(days=3))
    return driver


def deleted(driver: Driver) -> dict[str, int]:
    driver.restart()
    steps = delete_flywheel(driver.store, driver.settings, "doomed", later())
    return {step.what: step.count for step in steps}


def left(driver: Driver) -> str:
    """All items, but for whom a push of somebody else's was to wake until it is sealed."""
    rows = driver.memory.rows.items()
    return repr([row | ({"flywheels": None} if pk == "R#shop" else {}) for (pk, _), row in rows if pk != "Y#"])


def rest(driver: Driver, *kinds: str) -> dict[Any, Any]:
    """What is stored, but for where facts lie, which reports tell, and how often something was written."""
    return {
        (row["pk"]["S"], row["sk"]["S"]): {n: v for n, v in row.items() if n != "version"}
        for kind in kinds
        for row in driver.items(kind)
    }


KEPT = (names.EVENT, names.TURN, names.TRANSITION, names.SUMMARY, names.LEDGER)


@pytest.mark.parametrize("sealed", [True, False])
def test_nothing_of_it_is_left_and_nothing_of_the_others_changes(sealed: bool) -> None:
    driver = both(sealed)
    alone = Driver()
    for each in others():
        alone.append([each])
    alone.project()
    before = rest(driver, *KEPT)

    counts = deleted(driver)

    assert "doom" not in left(driver)
    assert counts["events"] == 5
    assert counts["messages"] == sum(row["flywheel"]["S"] == "doomed" for row in before.values() if _is_message(row))
    for wheel in ("web", "unassigned", "doomed"):
        assert driver.report(wheel) == alone.report(wheel)
    kept = rest(driver, *KEPT)
    assert kept == {key: row for key, row in before.items() if key in kept}
    assert {key for key in kept if key[0].startswith("W#web")} == {key for key in before if key[0].startswith("W#web")}


def _is_message(row: dict[str, Any]) -> bool:
    return bool(row[names.KIND]["S"] == names.LEDGER)


def test_no_tick_brings_it_back() -> None:
    driver = both(sealed=False)
    deleted(driver)
    for days in range(6):
        driver.tick(later(days=days))

    assert [key for key in driver.memory.rows if "doom" in repr(key)] == []


def test_its_refused_and_dead_letters_go_too() -> None:
    driver = both(sealed=False)
    bad = event("doom-bad", flywheel="doomed", idea=7)
    record(driver.store, driver.settings, [Message("1", json.dumps(bad), later())], lambda *_: None)
    bury(driver.table, Box(letter(event("doom-dead", flywheel="doomed")), letter(event("kept"), 2)), later(days=2))

    assert deleted(driver)["refused and dead letters"] == 2
    assert len(driver.items(names.DEAD)) == 1
    assert driver.items(names.REJECTED) == []


def test_an_event_that_moved_to_another_flywheel_stays_there() -> None:
    driver = Driver()
    sent = [event("1", flywheel="doomed"), event("1", flywheel="web", revision=2)]
    for each in sent:
        driver.append([each])
    driver.project()

    deleted(driver)

    (row,) = driver.items(names.EVENT)
    assert identity_of(driver.table, row).partitions == {"F#web"}
    assert driver.report("web") == report_of(sent, "web", driver.settings)


def test_an_event_that_moved_here_goes_from_where_it_was() -> None:
    driver = Driver()
    for each in (event("1", flywheel="web"), event("1", flywheel="doomed", revision=2)):
        driver.append([each])
    driver.project()

    deleted(driver)

    assert driver.items(names.EVENT) == []
    assert driver.facts("web") == []


def test_its_events_sent_again_begin_it_anew() -> None:
    driver = both(sealed=True)
    deleted(driver)
    driver.restart()

    assert set(driver.append(mine(), later(days=5))) == {"accepted"}
    driver.project(later(days=5))
    assert driver.report("doomed") == report_of([*mine(), *others()], "doomed", driver.settings)
    assert set(driver.turns("doomed")) == {"idea doom-idea"}


def test_deleting_what_is_not_there_deletes_nothing() -> None:
    driver = Driver()
    for each in others():
        driver.append([each])
    driver.project()
    before = dict(driver.memory.rows)

    assert set(deleted(driver).values()) == {0}
    assert driver.memory.rows == before


@only_in_process
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_deletion_that_broke_off_anywhere_is_finished_by_the_next(where: str) -> None:
    calls = 0
    while True:
        driver, crashed = both(sealed=calls % 2 == 0), False
        setattr(driver.memory, where, crashes(calls, RuntimeError("crash")))
        try:
            deleted(driver)
        except RuntimeError:
            crashed = True
        driver.memory.before = driver.memory.after = lambda *_: None
        if crashed:
            deleted(driver)
        assert "doom" not in left(driver), calls
        if not crashed:
            break
        calls += 1
    assert calls > 5


class Sender:
    """A warm recorder that sends another event of the flywheel at some calls of whoever works on it."""

    def __init__(self, driver: Driver, every: int) -> None:
        self.recorder, self.every = driver.another(), every
        self.accepted: list[Envelope] = []
        self.younger: list[Envelope] = []
        """Those accepted once the deletion had read what it removes."""
        self._reads = True
        self._calls = 0
        self.recorder.append([self.event(0)])

    def event(self, number: int) -> Envelope:
        """They name what the flywheel named before, and each something new; some correct one of before."""
        told = History(flywheel="doomed", source="doomed-pipeline")
        if number % 5 == 4:
            return told.proposed("03-01", "doom-idea", id="doom-1", revision=number).events[0]
        return told.worked(
            "03-05", idea=f"doom-idea-{number % 3}" if number % 2 else "doom-idea", id=f"n{number}"
        ).events[0]

    def watch(self, operation: str = "", place: str = "", *_: Any) -> None:
        self._reads = self._reads and not place.startswith("Y#")
        self._calls += 1
        if self._calls % self.every == 0:
            sent = self.event(len(self.accepted) + 1)
            assert self.recorder.append([sent], later(minutes=1)) == ["accepted"]
            self.accepted.append(sent)
            if not self._reads:
                self.younger.append(sent)


@only_in_process
@pytest.mark.parametrize("every", [1, 2, 3, 7])
@pytest.mark.parametrize("sealed", [True, False])
def test_what_is_accepted_while_it_is_deleted_is_counted_to_the_last_event(sealed: bool, every: int) -> None:
    driver = both(sealed)
    sender = Sender(driver, every)
    driver.restart()
    driver.memory.before = sender.watch

    for _ in delete_flywheel(driver.store, driver.settings, "doomed", later()):
        pass
    driver.memory.before = lambda *_: None
    during = len(sender.accepted)
    for _ in range(21):
        sender.watch()
    driver.tick(later() + SETTLED)

    assert during > 3
    stored = {identity_of(driver.table, row).winner.event.id for row in driver.items(names.EVENT)}
    assert {each["detail"]["id"] for each in sender.younger} <= stored
    sent = {each["detail"]["id"] for each in sender.accepted}
    assert driver.report("doomed")["receipt"]["counted"] == len(sent & stored)
    assert "doomed" in driver.store.hints.wheels()
    driver.restart()
    assert "doom" not in left_after(driver)


def left_after(driver: Driver) -> str:
    deleted(driver)
    return left(driver)


@only_in_process
def test_an_event_in_the_middle_of_being_written_is_given_back() -> None:
    """Its segment is there and its EVENT not yet when the deletion reads; the EVENT comes after."""
    driver = Driver()
    recorder = driver.another()
    driver.append([event("1", flywheel="doomed")])
    begun: list[bool] = []

    def delete_first(*call: Any) -> None:
        if not begun and "put" in repr(call) and "EVENT" in repr(call):
            begun.append(True)
            deleted(driver)

    recorder.memory.before = delete_first
    assert recorder.append([event("2", flywheel="doomed")]) == ["accepted"]
    recorder.memory.before = lambda *_: None

    driver.tick(later() + SETTLED)
    assert begun
    assert driver.report("doomed")["receipt"]["counted"] == 1
