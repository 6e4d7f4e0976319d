"""Upkeep while events arrive: sealing, the audit and a redrive end well, can be repeated, and cost no event.

A warm recorder goes on sending at calls of whoever works on the log: new events, corrections of old ones, events of
days that are just being sealed, and retractions. Deletions and rebuilds: `test_deleting.py`, `test_rebuilding.py`.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from shared.pipeline.recording import Message, record
from shared.pipeline.upkeep import sampling
from shared.pipeline.upkeep.auditing import audit_partition, audit_wheel
from shared.store.kept.dead_letters import bury, put_back, waiting_letters
from shared.store.table import names
from shared.store.table.keys import flywheel_partition
from tests.unit.store.driving import Driver, Envelope, later, only_in_process, report_of
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.test_dead_letters import Box, letter
from tests.unit.store.test_log import event

pytestmark = pytest.mark.slow

AT = later(days=3)
MOST = 60
EVERY = (1, 2, 3, 5)


class Meanwhile:
    """One store, whoever works on it, and a warm recorder that sends at every so many of their calls."""

    def __init__(self, every: int) -> None:
        self.driver = Driver()
        self.sent = [old(number) for number in range(30)]
        self.driver.append(self.sent)
        self.driver.project()
        self._recorder, self._every, self._calls = self.driver.another(), every, 0
        self._recorder.append([event("warm", "2026-03-01T00:00:00Z", flywheel="web", idea="i1")], later())
        self.sent.append(event("warm", "2026-03-01T00:00:00Z", flywheel="web", idea="i1"))
        self.count = 0

    def does(self, command: Callable[[], Any]) -> Any:
        """Do something while events arrive."""
        self.driver.restart()
        self.driver.memory.before = self._send
        try:
            return command()
        finally:
            self.driver.memory.before = lambda *_: None

    def _send(self, *_: Any) -> None:
        self._calls += 1
        if self._calls % self._every == 0 and self.count < MOST:
            self.count += 1
            sent = fresh(self.count)
            assert self._recorder.append([sent], AT + timedelta(seconds=self.count // 100)) == ["accepted"]
            self.sent.append(sent)

    def is_counted(self) -> None:
        """What is stored is what was sent, to the last event; before and after all is sealed and looked through."""
        assert self.count >= 3
        for at in (AT + timedelta(minutes=10), AT + timedelta(days=3)):
            ticked = self.driver.tick(at)
            assert not ticked.failed
            assert self.driver.failures == []
            self.driver.restart()
            assert json.dumps(self.driver.report("web", at)) == json.dumps(
                report_of(self.sent, "web", self.driver.settings, at)
            )
        assert audit_partition(self.driver.table, flywheel_partition("web")) == []


def old(number: int) -> Envelope:
    return event(f"old{number}", f"2026-03-{number % 7 + 1:02}T00:00:00Z", flywheel="web", idea=f"i{number % 9}")


def fresh(number: int) -> Envelope:
    """One of each sort in turn."""
    day = f"2026-03-{number % 7 + 1:02}T06:00:00Z"
    if number % 4 == 1:
        return event(f"old{number % 30}", day, flywheel="web", idea=f"i{number % 5}", revision=number + 1)
    if number % 9 == 2:
        return event(f"back{number}", day, "Event Retracted", retracts=f"old{number % 30}", flywheel="web")
    return event(f"n{number}", day, flywheel="web", idea=f"i{number % 11}")


@only_in_process
@pytest.mark.parametrize("every", EVERY)
def test_what_arrives_while_the_log_is_sealed_is_counted(every: int) -> None:
    meanwhile = Meanwhile(every)
    meanwhile.does(lambda: seal_all(meanwhile.driver, AT))
    meanwhile.does(lambda: seal_all(meanwhile.driver, AT))
    meanwhile.is_counted()


@only_in_process
@pytest.mark.parametrize("every", EVERY)
def test_what_arrives_during_ticks_is_counted(every: int) -> None:
    meanwhile = Meanwhile(every)
    for minutes in (0, 15, 30):
        ticked = meanwhile.does(partial(meanwhile.driver.tick, AT + timedelta(minutes=minutes)))
        assert not ticked.failed
    meanwhile.is_counted()


@only_in_process
@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("damage", ["lost", "garbled"])
def test_what_arrives_while_the_audit_makes_parts_anew_is_counted(every: int, damage: str) -> None:
    meanwhile = Meanwhile(every)
    driver = meanwhile.driver
    seal_all(driver, AT)
    for place, row in [each for each in driver.memory.rows.items() if each[1][names.KIND]["S"] == names.SEALED][::2]:
        if damage == "lost":
            del driver.memory.rows[place]
        else:
            row["facts"] = {"B": b"\3garbled"}

    def look() -> list[str]:
        wrong = audit_partition(driver.table, flywheel_partition("web"))
        audit_wheel(driver.store, "web", driver.settings, AT)
        return wrong

    assert meanwhile.does(look)
    assert meanwhile.does(look) == []
    meanwhile.is_counted()


@only_in_process
@pytest.mark.parametrize("every", EVERY)
def test_an_audit_of_everything_in_each_tick_costs_no_event(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "AUDITED", 1)
    meanwhile = Meanwhile(every)
    for minutes in (0, 15):
        assert not meanwhile.does(partial(meanwhile.driver.tick, AT + timedelta(minutes=minutes))).failed
    meanwhile.is_counted()


class Redrive:
    """Dead letters that are put back while more of them come."""

    def __init__(self, meanwhile: Meanwhile) -> None:
        self._meanwhile, self._numbers = meanwhile, iter(range(10**6))
        self.letters: list[Envelope] = []
        self.box = Box()
        for _ in range(12):
            self.another()

    def another(self) -> None:
        number = next(self._numbers)
        dead = event(f"dead{number}", "2026-03-05T00:00:00Z", flywheel="web", idea=f"i{number % 6}")
        self.letters.append(dead)
        self.box.letters.append(letter(dead, number, sent=AT - timedelta(hours=1)))

    def run(self) -> int:
        """As `flywheel redrive` does it; how many went back."""
        driver, at = self._meanwhile.driver, AT + timedelta(minutes=1)
        bury(driver.table, self.box, at, timedelta(0))
        waiting = list(waiting_letters(driver.table, at))
        outcomes = [put_back(driver.table, item, self._back, at) for item in waiting]
        return outcomes.count("inbox")

    def _back(self, _: str, body: str) -> None:
        """The inbox, and what `record` makes of it: each delivery twice, as a queue may."""
        if len(self.letters) < 40:
            self.another()
        driver = self._meanwhile.driver
        messages = [Message(id="again", body=body, sent=AT, again=True)] * 2
        assert not record(driver.store, driver.settings, messages, _fail).failed


def _fail(_: str, error: Exception) -> None:
    raise error


@only_in_process
@pytest.mark.parametrize("every", EVERY)
def test_what_arrives_while_dead_letters_are_put_back_is_counted_and_so_are_they(every: int) -> None:
    meanwhile = Meanwhile(every)
    redrive = Redrive(meanwhile)
    rounds = list(_until_nothing_waits(meanwhile, redrive))
    assert sum(rounds) == len(redrive.letters) >= 40
    meanwhile.sent += redrive.letters
    meanwhile.is_counted()


def _until_nothing_waits(meanwhile: Meanwhile, redrive: Redrive) -> Iterator[int]:
    for _ in range(20):
        back = meanwhile.does(redrive.run)
        yield back
        if not back:
            return
    raise AssertionError("a redrive never came to its end")
