"""A report with tenets and context, of a flywheel with kin, is the same from the store as from the events."""

import json
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from events import DETAIL_TYPES
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.store.log.family import load_family
from tests.unit.domain.histories import SHAPES, History, random_corrections, random_retractions
from tests.unit.store.driving import Driver, facts_of, only_in_process
from tests.unit.tenets.everything import FAMILY, WHEELS, random_history

AS_OF = datetime(2026, 4, 20, tzinfo=UTC)


@pytest.mark.slow
@only_in_process
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@seed(1)
@given(st.integers(0, 2**32))
def test_histories_of_all_detail_types_read_as_if_never_stored(number: int) -> None:
    chance = Random(number)
    size = chance.randint(1, 60)
    history = random_history(number, size)
    for event in history:
        if chance.random() < 0.2:
            event["detail"].pop("flywheel", None)
    history += [*random_corrections(number + 1, history), *random_retractions(number + 2, size)]
    driver = Driver(FAMILY)
    shuffled = list(history)
    chance.shuffle(shuffled)
    while shuffled:
        batch, shuffled = shuffled[:9], shuffled[9:]
        driver.append(batch)
    for flywheel in WHEELS:
        stored = load_family(driver.store, flywheel, FAMILY)
        found, expected = (
            report(facts, flywheel=flywheel, settings=FAMILY, as_of=AS_OF) for facts in (stored, facts_of(history))
        )
        assert json.dumps(found) == json.dumps(expected), flywheel


def test_random_histories_hold_every_detail_type_of_the_contract() -> None:
    assert {*SHAPES, "Event Retracted"} == set(DETAIL_TYPES)


@only_in_process
def test_what_belongs_to_nobody_is_asked_for_once_for_a_whole_family() -> None:
    """However many children there are: who names what nobody owns is looked up once for each name."""
    children = {f"c{n}": FlywheelSettings(id=f"c{n}", parent="org", services=(f"s{n}",)) for n in range(12)}
    driver = Driver(Settings(flywheels={"org": FlywheelSettings(id="org"), **children}))
    told = History(flywheel=None)
    for number in range(12):
        told.deployed("03-01", f"d{number}", id=f"d{number}", service=f"s{number}")
    for number in range(30):
        told.deployed("03-02", f"x{number}", id=f"x{number}", service="nobodys", idea=f"idea-{number}")
    driver.append(told.events)
    driver.restart()
    asked: list[str] = []
    driver.memory.before = lambda operation, place, _: asked.append(place) if operation == "query" else None

    facts = load_family(driver.store, "org", driver.settings)

    assert len(facts) == 42
    names_asked = [place for place in asked if place.startswith("N#idea#")]
    assert len(names_asked) == len(set(names_asked)) == 30
