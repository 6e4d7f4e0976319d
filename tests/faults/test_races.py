"""Many at once on DynamoDB Local, whose conditions are Amazon's own: one wins, nobody is lost."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from shared.pipeline.advance import advance
from shared.store.kept.counting import counts
from shared.store.log.identity import identity_of
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import WheelItem
from shared.store.table.keys import wheel_partition
from tests.faults.stories import END, WHEELS, sent
from tests.unit.domain.histories import History
from tests.unit.store.driving import NOW, Driver, Envelope, report_of, turns_of

RACERS = 16
ROUNDS = 100

pytestmark = pytest.mark.usefixtures("server")


def race(works: Sequence[Callable[[], Any]], pool: ThreadPoolExecutor) -> list[Any]:
    """Start all at the same moment; what each returned."""
    line = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        line.wait()
        return work()

    return list(pool.map(run, works))


def appended(racer: Driver, envelope: Envelope, place: int) -> tuple[str, int]:
    """The outcome, and how often it had to be delivered."""
    for attempt in range(1, RACERS + 1):
        try:
            (outcome,) = racer.append([envelope], NOW + timedelta(milliseconds=place))
        except LostRaceError:
            continue
        return outcome, attempt
    raise AssertionError("never taken")


def proposal(number: int, **more: Any) -> Envelope:
    (envelope,) = History(flywheel="web").proposed("03-01", "cart", id=f"e{number}", **more).events
    return envelope


def test_of_16_racers_on_one_id_exactly_one_wins_in_each_of_100_rounds() -> None:
    driver = Driver()
    racers = [driver.another() for _ in range(RACERS)]
    with ThreadPoolExecutor(RACERS) as pool:
        for number in range(ROUNDS):
            works = [partial(appended, racer, proposal(number), place) for place, racer in enumerate(racers)]
            assert sorted(outcome for outcome, _ in race(works, pool)) == ["accepted"] + ["duplicate"] * (RACERS - 1), (
                number
            )

    stored = [identity_of(driver.table, row) for row in driver.items(names.EVENT)]
    assert [identity.version for identity in stored] == [1] * ROUNDS
    assert counts(driver.store, NOW).accepted == ROUNDS


def test_16_revisions_of_one_id_at_once_are_all_kept_and_the_highest_counts() -> None:
    for _ in range(2):
        driver = Driver()
        sent = [proposal(1, revision=revision, title=f"{revision}") for revision in range(1, RACERS + 1)]
        with ThreadPoolExecutor(RACERS) as pool:
            works = [partial(appended, driver.another(), told, place) for place, told in enumerate(sent)]
            outcomes = race(works, pool)

        assert {outcome for outcome, _ in outcomes} == {"accepted"}
        assert max(attempts for _, attempts in outcomes) <= 3
        (row,) = driver.items(names.EVENT)
        assert identity_of(driver.table, row).winner.fact.revision == RACERS
        assert identity_of(driver.table, row).version == RACERS
        assert driver.report("web") == report_of(sent, "web", driver.settings)
        assert driver.report("web")["receipt"]["excluded"] == {"superseded": RACERS - 1}


def test_8_who_advance_at_once_write_each_item_once() -> None:
    driver = Driver()
    driver.append(sent())
    with ThreadPoolExecutor(8) as pool:
        works = [partial(advance, driver.another().store, "web", driver.settings, END) for _ in range(8)]
        done = race(works, pool)

    assert driver.turns("web") == turns_of(sent(), "web", driver.settings, END)
    assert {int(item.version) for item in driver.transitions("web")} == {1}
    wheel = driver.table.get(WheelItem, wheel_partition("web"), names.WHEEL_SORT)
    assert wheel is not None
    assert int(wheel.version) <= 8
    assert any(each.wheel for each in done)


def test_appends_and_advances_at_once_end_as_the_fold_of_all_events() -> None:
    """Eight append a share each, and advance after every event, each as a process of its own."""
    driver, events = Driver(), sent()

    def work(racer: Driver, share: list[Envelope]) -> None:
        for each in share:
            appended(racer, each, 0)
            for wheel in WHEELS:
                _advanced(racer, wheel)

    for _ in range(2):
        driver = Driver()
        shares = [events[place::8] for place in range(8)]
        with ThreadPoolExecutor(8) as pool:
            race([partial(work, driver.another(), share) for share in shares if share], pool)
        for wheel in WHEELS:
            _advanced(driver, wheel)
            assert json.dumps(driver.report(wheel, END)) == json.dumps(report_of(events, wheel, driver.settings, END))
            assert driver.turns(wheel) == turns_of(events, wheel, driver.settings, END)


def _advanced(racer: Driver, wheel: str) -> None:
    for _ in range(8):
        try:
            advance(racer.store, wheel, racer.settings, END)
        except LostRaceError:
            continue
        return
    raise AssertionError("never advanced")
