"""Upkeep on DynamoDB Local while events arrive, 125 a second: each command ends well, can be repeated, and loses none.

At every call of a command, in this process: `unit/store/pipeline/test_meanwhile.py`, `test_deleting.py`,
`test_rebuilding.py`.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from shared.pipeline.recording import Message, record
from shared.pipeline.upkeep.auditing import audit_partition, audit_wheel
from shared.pipeline.upkeep.deleting import delete_flywheel
from shared.pipeline.upkeep.rebuilding import rebuild
from shared.store.kept.dead_letters import bury, put_back, waiting_letters
from shared.store.kept.deletions import SETTLED
from shared.store.log.identity import identity_of
from shared.store.table import names
from shared.store.table.keys import flywheel_partition
from tests.unit.store.driving import Driver, Envelope, later, report_of
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.test_dead_letters import Box, letter
from tests.unit.store.test_log import event

pytestmark = [pytest.mark.usefixtures("server"), pytest.mark.takes(35)]

BATCH, PAUSE = 25, 0.2
"""Events of one call of `record`, and seconds from one to the next."""
LEAST = 250
"""Events that arrive during each command, which is repeated until they have: two seconds of them."""
AT = later(days=3)


class Arriving:
    """Another process that records batch after batch; what fails comes again, as from a queue."""

    def __init__(self, driver: Driver) -> None:
        self.sent: list[Envelope] = []
        self.errors: list[Exception] = []
        self._driver = driver.another()
        self._failed: list[Message] = []
        self._over = threading.Event()

    @contextmanager
    def all_the_time(self) -> Iterator[None]:
        """Send for as long as the block lasts, and until all is taken."""
        thread = threading.Thread(target=self._send)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
        for _ in range(20):
            self._take([])
        assert self._failed == [], self.errors[-3:]

    def _send(self) -> None:
        while not self._over.wait(PAUSE):
            self._take([fresh(len(self.sent) + number) for number in range(BATCH)])

    def _take(self, new: list[Envelope]) -> None:
        started = len(self.sent)
        self.sent += new
        at = AT + timedelta(seconds=started // 100)
        messages = [Message(id=f"{started + n}", body=json.dumps(each), sent=at) for n, each in enumerate(new)]
        messages += self._failed
        driver = self._driver
        recorded = record(driver.store, driver.settings, messages, lambda _, error: self.errors.append(error))
        failed = set(recorded.failed)
        self._failed = [
            Message(id=each.id, body=each.body, sent=each.sent, again=True) for each in messages if each.id in failed
        ]


def fresh(number: int) -> Envelope:
    """New events of two flywheels, and corrections of older ones."""
    day = f"2026-03-{number % 7 + 1:02}T06:00:00Z"
    if number % 4 == 1:
        return event(f"old{number % 30}", day, flywheel="web", idea=f"i{number % 5}", revision=number + 1)
    flywheel = "doomed" if number % 5 == 0 else "web"
    return event(f"n{number}", day, flywheel=flywheel, idea=f"{flywheel}-{number % 11}")


def test_upkeep_ends_and_can_be_repeated_while_events_arrive_and_all_of_them_are_counted() -> None:
    driver, failed = Driver(), list[Any]()
    old = [event(f"old{n}", f"2026-03-{n % 7 + 1:02}T00:00:00Z", flywheel="web", idea=f"i{n % 9}") for n in range(30)]
    dead = [event(f"dead{n}", "2026-03-05T00:00:00Z", flywheel="web", idea=f"i{n % 6}") for n in range(20)]
    driver.append(old)
    box = Box(*(letter(each, number, sent=AT - timedelta(hours=1)) for number, each in enumerate(dead)))
    arriving = Arriving(driver)

    def redriven() -> None:
        bury(driver.table, box, AT, timedelta(0))
        for item in list(waiting_letters(driver.table, AT)):
            put_back(driver.table, item, partial(_record, driver), AT)

    def audited() -> None:
        audit_partition(driver.table, flywheel_partition("web"))
        audit_wheel(driver.store, "web", driver.settings, AT)

    def rebuilt() -> None:
        list(rebuild(driver.store, driver.settings, AT, lambda *told: failed.append(told)))

    def ticked() -> None:
        failed.extend(driver.tick(AT + timedelta(minutes=15)).failed)

    commands: list[Callable[[], Any]] = [
        lambda: seal_all(driver, AT),
        redriven,
        audited,
        rebuilt,
        ticked,
        lambda: list(delete_flywheel(driver.store, driver.settings, "doomed", AT)),
    ]
    with arriving.all_the_time():
        for command in commands:
            before = len(arriving.sent)
            while len(arriving.sent) - before < LEAST:
                command()

    assert failed == []
    driver.restart()
    driver.tick(AT + SETTLED + timedelta(minutes=1))
    assert driver.failures == []
    webs = [*old, *dead, *(each for each in arriving.sent if each["detail"]["flywheel"] == "web")]
    assert json.dumps(driver.report("web", AT)) == json.dumps(report_of(webs, "web", driver.settings, AT))
    stored = {identity_of(driver.table, row).winner.event.id for row in driver.items(names.EVENT)}
    doomed = {each["detail"]["id"] for each in arriving.sent if each["detail"]["flywheel"] == "doomed"}
    assert driver.report("doomed", AT)["receipt"]["counted"] == len(doomed & stored)


def _record(driver: Driver, _: str, body: str) -> None:
    def fail(_: str, error: Exception) -> None:
        raise error

    record(driver.store, driver.settings, [Message(id="back", body=body, sent=AT, again=True)], fail)
