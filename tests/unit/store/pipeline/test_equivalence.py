"""The store adds nothing and loses nothing: what is read from it equals the pure fold of the events themselves."""

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import events
from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.unit.domain.histories import (
    FLYWHEEL,
    SOURCE,
    random_corrections,
    random_history,
    random_retractions,
)
from tests.unit.store.driving import Driver, Envelope, later, only_in_process, only_local, report_of, turns_of

pytestmark = pytest.mark.slow

WHEELS = (FLYWHEEL, "search", "unassigned")
some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def owning(chance: Random) -> Settings:
    """Settings in which services and the repository belong to one flywheel, to another, or to none."""
    wheels = [
        FlywheelSettings(
            id=FLYWHEEL,
            services=chance.choice([(), ("web",), ("*",)]),
            repositories=chance.choice([(), ("shop",)]),
        ),
        FlywheelSettings(id="search", services=chance.choice([(), ("api",)]), soak_days=chance.choice([1.0, 7.0])),
    ]
    return Settings(flywheels={wheel.id: wheel for wheel in wheels})


def arrivals(chance: Random) -> list[Envelope]:
    """Events of three flywheels, many of which tell none, with revisions that move some, and retractions, shuffled."""
    number = chance.randrange(2**32)
    history = random_history(number, chance.randint(1, 25))
    for event in history:
        if chance.random() < 0.4:
            event["detail"].pop("flywheel", None)
    targets = len(history)
    history += random_corrections(number + 1, history)
    taken_back = random_retractions(number + 2, targets)
    history += taken_back
    if taken_back and chance.random() < 0.5:
        given_back = {"id": "back", "time": chance.choice(history)["detail"]["time"]}
        given_back["retracts"] = taken_back[0]["detail"]["id"]
        history.append({"source": SOURCE, "detail-type": "Event Retracted", "detail": given_back})
    chance.shuffle(history)
    return history


def batches(chance: Random, history: list[Envelope]) -> list[list[Envelope]]:
    rest, cut = list(history), []
    while rest:
        size = chance.randint(1, 8)
        cut.append(rest[:size])
        rest = rest[size:]
    return cut


def compare(driver: Driver, sent: list[Envelope]) -> None:
    for wheel in WHEELS:
        assert json.dumps(driver.report(wheel)) == json.dumps(report_of(sent, wheel, driver.settings)), wheel
    for wheel in (FLYWHEEL, "search"):
        assert driver.turns(wheel) == turns_of(sent, wheel, driver.settings), wheel


@only_in_process
@some
@seed(1)
@given(st.integers(0, 2**32))
def test_histories_in_any_order_and_batches_read_as_if_never_stored(number: int) -> None:
    stored_in_batches(number)


@only_local
@pytest.mark.parametrize("number", range(4))
def test_histories_read_as_if_never_stored_on_a_server_too(number: int) -> None:
    stored_in_batches(number)


def stored_in_batches(number: int) -> None:
    """Projected after some batches, not after others; some batches come twice; the process starts anew in between."""
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for batch in batches(chance, history):
        driver.append(batch)
        if chance.random() < 0.3:
            driver.restart()
            assert set(driver.append(batch, later(minutes=1))) == {"duplicate"}
        if chance.random() < 0.5:
            driver.project()
    driver.project()
    compare(driver, history)


@only_in_process
@some
@seed(2)
@given(st.integers(0, 2**32))
def test_new_settings_need_no_rewriting(number: int) -> None:
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for batch in batches(chance, history):
        driver.append(batch)
        driver.project()
        if chance.random() < 0.3:
            driver.settings = owning(chance)
    driver.settings = owning(chance)
    driver.tick()
    compare(driver, history)


@only_in_process
@some
@seed(3)
@given(st.integers(0, 2**32))
def test_a_stream_lost_altogether_is_made_up_for_by_one_tick(number: int) -> None:
    chance = Random(number)
    driver, history = Driver(owning(chance)), arrivals(chance)
    for minute, batch in enumerate(batches(chance, history)):
        driver.append(batch, later(minutes=minute - 60))
        if chance.random() < 0.2:
            driver.project()
        driver.lose_stream()
    driver.tick()
    compare(driver, history)


def test_every_kind_of_event_survives_the_way_through_the_store(samples: list[Envelope]) -> None:
    driver = Driver()
    driver.append(samples)
    driver.project()
    flywheels = {event["detail"].get("flywheel") for event in samples} - {None}
    assert flywheels
    for wheel in sorted(flywheels):
        assert driver.report(wheel) == report_of(samples, wheel, driver.settings)


@pytest.fixture
def samples() -> list[Envelope]:
    files = sorted((Path(events.__file__).parent / "samples").glob("*.json"))
    return [json.loads(file.read_text()) for file in files]
