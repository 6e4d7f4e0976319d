"""The store adds nothing and loses nothing: what is read from it equals the pure fold of the events themselves."""

import json
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from shared.flywheel.settings import FlywheelSettings, Settings
from tests.unit.domain.histories import FLYWHEEL, TIMES, envelopes, histories, retractions
from tests.unit.store.conftest import create_table
from tests.unit.store.driving import Driver, Envelope, report_of, turns_of

WHEELS = (FLYWHEEL, "search", "unassigned")
some = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def owning(services: tuple[str, ...], others: tuple[str, ...], repositories: tuple[str, ...]) -> Settings:
    wheels = [
        FlywheelSettings(id=FLYWHEEL, services=services, repositories=repositories),
        FlywheelSettings(id="search", services=others),
    ]
    return Settings(flywheels={wheel.id: wheel for wheel in wheels})


MAPPINGS = st.builds(
    owning,
    st.sampled_from([(), ("web",), ("*",)]),
    st.sampled_from([(), ("api",)]),
    st.sampled_from([(), ("shop",)]),
)


@st.composite
def corrected(draw: st.DrawFn) -> list[Envelope]:
    """Histories with retractions, revisions that may move an event to another flywheel, and duplicates."""
    events = draw(histories(min_size=2, max_size=20))
    events += draw(retractions(len(events)))
    for number in draw(st.lists(st.integers(0, len(events) - 1), max_size=5)):
        again = draw(envelopes())
        again["detail"] |= {"id": events[number]["detail"]["id"], "revision": draw(st.integers(1, 3))}
        events.append(again)
    if draw(st.booleans()):
        time = draw(TIMES)
        again = {"id": "retraction-of-retraction", "time": time, "retracts": "retraction-0"}
        events.append({"source": "pipeline", "detail-type": "Event Retracted", "detail": again})
    return draw(st.permutations(events))


def cut(events: list[Envelope], sizes: list[int]) -> list[list[Envelope]]:
    batches, rest = [], list(events)
    for size in sizes:
        batches.append(rest[:size])
        rest = rest[size:]
    return [batch for batch in [*batches, rest] if batch]


def compare(driver: Driver, sent: list[Envelope]) -> None:
    for wheel in WHEELS:
        assert json.dumps(driver.report(wheel)) == json.dumps(report_of(sent, wheel, driver.settings)), wheel
    for wheel in (FLYWHEEL, "search"):
        assert driver.turns(wheel) == turns_of(sent, wheel, driver.settings), wheel


def new_driver(rules: Settings) -> Driver:
    name = f"t-{uuid.uuid4()}"
    create_table(name)
    return Driver(rules, name)


@some
@seed(1)
@given(corrected(), st.lists(st.integers(1, 6), max_size=8), st.data(), MAPPINGS)
def test_random_histories_in_random_batches_read_as_if_never_stored(
    events: list[Envelope], sizes: list[int], data: st.DataObject, rules: Settings
) -> None:
    """Projected after every batch, or only now and then; some batches are delivered twice; the process may restart."""
    driver = new_driver(rules)
    for batch in cut(events, sizes):
        driver.append(batch)
        if data.draw(st.integers(0, 3)) == 0:
            driver.append(batch)
            driver.restart()
        if data.draw(st.booleans()):
            driver.project()
    driver.project()
    compare(driver, events)


@some
@seed(2)
@given(corrected(), st.integers(0, 10), MAPPINGS, MAPPINGS)
def test_new_settings_need_no_rewriting(events: list[Envelope], size: int, before: Settings, after: Settings) -> None:
    driver = new_driver(before)
    for batch in cut(events, [size]):
        driver.append(batch)
        driver.project()
        driver.settings = after
    driver.tick()
    compare(driver, events)


@some
@seed(3)
@given(corrected(), st.lists(st.integers(1, 6), max_size=5), MAPPINGS)
def test_a_stream_lost_altogether_is_made_up_for_by_one_tick(
    events: list[Envelope], sizes: list[int], rules: Settings
) -> None:
    driver = new_driver(rules)
    for batch in cut(events, sizes):
        driver.append(batch)
    driver.lose_stream()
    driver.tick()
    compare(driver, events)


def test_every_kind_of_event_survives_the_way_through_the_store(samples: list[Any]) -> None:
    driver = new_driver(Settings())
    driver.append(samples)
    driver.project()
    flywheels = {event["detail"].get("flywheel") for event in samples} - {None}
    for wheel in sorted(flywheels):
        assert driver.report(wheel) == report_of(samples, wheel, driver.settings)


@pytest.fixture
def samples() -> list[Any]:
    from events.samples import SAMPLES

    return list(SAMPLES)
