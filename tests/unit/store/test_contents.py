"""Sealed parts are read eventually consistent, and yet nobody misses a fact, or keeps one that is gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.pipeline.upkeep.deleting import delete_flywheel
from shared.pipeline.upkeep.rebuilding import rebuild
from shared.store.segments import contents
from shared.store.segments.contents import Contents, contents_of
from shared.store.segments.sealed_cache import SealedCache
from shared.store.table import names
from shared.store.table.items import NameItem
from tests.unit.store.driving import Driver, Envelope, later, only_in_process, only_local
from tests.unit.store.memory import MemoryConnection, crashes
from tests.unit.store.pipeline.test_equivalence import arrivals, batches, owning
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.test_log import event
from tests.unit.store.test_memories import HOME, PulledError, ideas, versions

some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
LATE = later(days=30)


def kept(driver: Driver, partition: str = HOME) -> Contents | None:
    return contents_of(driver.table.get(NameItem, partition, names.PARTITION_SORT))


def cold(driver: Driver, since: datetime | None = None, lag: int | None = None) -> set[Any]:
    """What a process reads that remembers nothing; with `lag` from replicas that lag behind."""
    connection = driver.memory.shared()
    assert isinstance(connection, MemoryConnection)
    connection.lag = None if lag is None else Random(lag)
    reader = Driver(driver.settings, connection)
    return {fact.key for fact in SealedCache(reader.table).read(HOME, since).facts}


def keys(envelopes: list[Envelope]) -> set[Any]:
    return {version[0] for version in versions(envelopes)}


def spread(count: int, first: int = 0) -> list[Envelope]:
    """Events of so many days, over five months."""
    return [
        event(str(n), f"2026-0{1 + n % 5}-{1 + n % 28:02d}T10:00:00Z", flywheel="web", idea=f"i{n}")
        for n in range(first, first + count)
    ]


@contextmanager
def units(driver: Driver) -> Iterator[list[float]]:
    """Read units of the queries in this block, as DynamoDB Local counts them."""
    taken: list[float] = []
    client: Any = driver.memory.inner.connection.client  # type: ignore[attr-defined]  # it is one in DynamoDB Local
    real = client._make_api_call

    def call(operation: str, arguments: dict[str, Any]) -> Any:
        answer = real(operation, {**arguments, "ReturnConsumedCapacity": "TOTAL"})
        if operation == "Query":
            taken.append(answer["ConsumedCapacity"]["CapacityUnits"])
        return answer

    with mock.patch.object(client, "_make_api_call", call):
        yield taken


@only_local
def test_sealed_parts_are_read_at_half_the_price() -> None:
    driver = Driver()
    title = "".join(Random(1).choices("abcdefghijklmnop", k=15_000))
    for number in range(20):
        driver.append([{**each, "detail": {**each["detail"], "title": title}} for each in spread(1, number)])
    seal_all(driver, LATE)
    with units(driver) as proven:
        read = SealedCache(driver.table).read(HOME).facts
    item = driver.table.get(NameItem, HOME, names.PARTITION_SORT)
    assert item is not None
    item.contents = None
    driver.table.put(item)
    with units(driver) as consistent:
        again = SealedCache(driver.table).read(HOME).facts

    assert len(read) == len(again) == 20
    assert sum(proven) <= 0.55 * sum(consistent)


@only_in_process
def test_the_edition_tells_of_each_month_what_is_sealed() -> None:
    driver = Driver()
    driver.append(spread(10))
    assert kept(driver) is None
    seal_all(driver, LATE)
    before = kept(driver)
    driver.append(spread(1, 10), LATE)
    seal_all(driver, later(days=40))
    after = kept(driver)

    assert before is not None
    assert after is not None
    assert list(before) == list(after) == [f"2026-0{month}" for month in range(1, 6)]
    assert [month for month in before if before[month] != after[month]] == ["2026-01"]


@only_in_process
def test_parts_that_an_earlier_release_sealed_are_looked_through_once() -> None:
    driver = Driver()
    driver.append(spread(10))
    seal_all(driver, LATE)
    item = driver.table.get(NameItem, HOME, names.PARTITION_SORT)
    assert item is not None
    whole, item.contents = contents_of(item), None
    driver.table.put(item)
    driver.append(spread(1, 11), LATE)
    seal_all(driver, later(days=40))

    now = kept(driver)
    assert whole is not None
    assert now is not None
    assert {month: now[month] for month in now if month != "2026-02"} == {
        month: whole[month] for month in whole if month != "2026-02"
    }


@pytest.mark.slow
@only_in_process
@some
@seed(5)
@given(st.integers(0, 2**32))
def test_whoever_reads_from_replicas_that_lag_behind_sees_what_there_is(number: int) -> None:
    """While it grows, is sealed, breaks off, is rebuilt and deleted; from a day on, or all of it."""
    chance = Random(number)
    driver = Driver(owning(chance))
    for place, batch in enumerate(batches(chance, arrivals(chance))):
        at = later(days=3 * place)
        driver.append(batch, at)
        other = driver.another()
        if chance.random() < 0.4:
            watch = crashes(chance.randrange(30), PulledError())
            other.memory.before = watch
        try:
            match chance.randrange(8):
                case 0:
                    list(rebuild(other.store, driver.settings, at, lambda *_: None))
                case 1:
                    list(delete_flywheel(other.store, driver.settings, "web", at))
                case _:
                    seal_all(other, at)
        except PulledError:
            pass
        since = chance.choice([None, later(days=-chance.randrange(120))])
        floor = None if since is None else since.replace(hour=0, minute=0, second=0)
        known = cold(driver, floor)
        assert all(cold(driver, floor, chance.randrange(2**32)) == known for _ in range(4))


@only_in_process
def test_whoever_reads_from_lagging_replicas_at_any_step_of_a_sealing_misses_nothing() -> None:
    for step in range(80):
        driver = Driver()
        driver.append(ideas(6), later(days=-8))
        seal_all(driver, later(days=-5))
        driver.append(ideas(6, 6), later(days=-3))
        seen: list[set[Any]] = []
        other, numbers = driver.another(), iter(range(10**6))

        def reads(*_: Any, step: int = step, numbers: Any = numbers, seen: Any = seen, driver: Any = driver) -> None:
            if next(numbers) == step:
                seen.extend(cold(driver, lag=lag) for lag in range(10))

        other.memory.before = reads
        assert seal_all(other, later())
        assert all(each == keys(ideas(12)) for each in seen)
        if not seen:
            return
    raise AssertionError("sealing takes more steps than were tried")


@only_in_process
def test_a_month_that_is_as_told_is_not_read_again_and_one_that_is_not_is() -> None:
    driver = Driver()
    driver.append(spread(11))
    seal_all(driver, LATE)
    calls: list[str] = []
    driver.memory.before = lambda operation, place, _: calls.append(f"{operation} {place}")
    assert len(SealedCache(driver.table).read(HOME).facts) == 11
    proven = len(calls)
    driver.memory.before = lambda *_: None
    (gone,) = (row["sk"]["S"] for row in driver.items(names.SEALED) if "#2026-03-03#" in row["sk"]["S"])
    driver.table.delete([(HOME, gone)])
    calls.clear()
    driver.memory.before = lambda operation, place, _: calls.append(f"{operation} {place}")
    assert len(SealedCache(driver.table).read(HOME).facts) == 10

    assert len(calls) == proven + 1


@only_in_process
def test_of_more_months_than_there_is_room_for_the_newest_are_told_of() -> None:
    driver = Driver()
    with mock.patch.object(contents, "MONTHS", 3):
        driver.append(spread(10))
        seal_all(driver, LATE)
        assert list(kept(driver) or ()) == ["2026-03", "2026-04", "2026-05"]
        assert all(cold(driver, lag=lag) == keys(spread(10)) for lag in range(20))
        assert cold(driver, datetime.fromisoformat("2026-04-01T00:00:00Z"), lag=1) >= keys(
            [each for each in spread(10) if each["detail"]["time"] > "2026-04"]
        )


@only_in_process
def test_facts_that_were_taken_out_are_not_seen_again() -> None:
    """Neither after a deletion and a new beginning, nor where a rebuild moved some of them elsewhere."""
    driver, new = Driver(), event("new", flywheel="web", idea="new")
    driver.append(ideas(6), later(days=-8))
    seal_all(driver, later(days=-4))
    list(delete_flywheel(driver.another().store, Settings(), "web", later(days=-4)))
    driver.append([new], later(days=-3))
    seal_all(driver.another(), later(days=1))
    assert all(cold(driver, lag=lag) == keys([new]) for lag in range(40))

    driver = Driver(Settings(flywheels={"web": FlywheelSettings(id="web", services=("shop",))}))
    moving, staying = event("1", service="shop", idea="a"), event("2", flywheel="web", idea="b")
    driver.append([moving, staying], later(days=-4))
    seal_all(driver, later())
    list(rebuild(driver.another().store, Settings(), later(), lambda *_: None))
    assert all(cold(driver, lag=lag) == keys([staying]) for lag in range(40))
