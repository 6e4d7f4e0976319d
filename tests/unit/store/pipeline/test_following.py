"""Closings follow their opening, whichever flywheels they name and whichever comes first: in the store as in files."""

import json
from itertools import permutations

import pytest

from events.bounds import OverBoundError
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.store.segments import hints
from shared.store.segments.hints import contested, strays
from shared.store.segments.things import Named
from shared.store.table import names
from tests.unit.domain.histories import History
from tests.unit.store.driving import Driver, Envelope, report_of

OWNERS = Settings(
    flywheels={
        "shop": FlywheelSettings(id="shop", services=("web",)),
        "ops": FlywheelSettings(id="ops", services=("triage",)),
    }
)
WHEELS = ("shop", "ops", "unassigned")


def moved() -> list[Envelope]:
    """Opened on a service of ops, resolved and reviewed as one of shop's, which has an incident of its own besides."""
    told = History(flywheel=None).incident("03-03 10:00", "i1", service="triage")
    told.add("Incident Resolved", "03-03 11:00", incident="i1", service="web")
    told.add("Incident Reviewed", "03-04", incident="i1", flywheel="shop", cause={"external": True})
    return told.incident("03-05", "i2", "03-06", service="web").events


def agree(driver: Driver, sent: list[Envelope]) -> None:
    for wheel in WHEELS:
        assert json.dumps(driver.report(wheel)) == json.dumps(report_of(sent, wheel, driver.settings)), wheel


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whichever_comes_first_the_closing_is_where_the_opening_is(order: tuple[int, ...]) -> None:
    sent = moved()
    driver = Driver(OWNERS)
    for place in order:
        driver.append([sent[place]])
        driver.project()
        driver.restart()
    driver.append(sent[3:])
    driver.project()
    agree(driver, sent)
    assert driver.report("ops")["receipt"]["counted"] == 3


def test_who_holds_the_opening_is_woken_by_a_closing_elsewhere_and_the_reverse() -> None:
    sent = moved()
    driver = Driver(OWNERS)
    driver.append(sent[:1])
    driver.project()
    driver.append(sent[1:2])
    assert sorted(driver.project()) == ["ops", "shop"]
    again = sent[0] | {"detail": sent[0]["detail"] | {"revision": 2, "severity": "high"}}
    driver.append([again])
    assert sorted(driver.project()) == ["ops", "shop"]


def test_an_opening_taken_back_gives_its_closing_to_who_opened_it_too() -> None:
    """Both opened it; the closing was shop's, until its opening was retracted: then it follows that of ops."""
    told = History(flywheel=None).incident("03-03 09:00", "i1", flywheel="ops")
    told.incident("03-03 10:00", "i1", "03-03 11:00", flywheel="shop")
    told.events[2]["detail"]["flywheel"] = "shop"
    driver = Driver(OWNERS)
    driver.append(told.events)
    driver.project()
    agree(driver, told.events)
    told.retracted("03-04", told.events[1]["detail"]["id"], flywheel="shop")
    driver.append(told.events[3:])
    driver.project()
    agree(driver, told.events)
    assert driver.report("ops")["receipt"]["counted"] == 2


def test_a_service_that_gets_an_owner_later_brings_closings_that_told_another_flywheel() -> None:
    """Without an opening a closing belongs to the owner of its service, once there is one; nobody else reads there."""
    told = History(flywheel=None).add("Incident Reviewed", "03-04", incident="i1", flywheel="shop", service="new")
    driver = Driver(OWNERS)
    driver.append(told.events)
    driver.project()
    agree(driver, told.events)
    owned = FlywheelSettings(id="ops", services=("triage", "new"))
    driver.settings = Settings(flywheels={**OWNERS.flywheels, "ops": owned})
    driver.tick()
    agree(driver, told.events)
    assert driver.report("ops")["receipt"]["counted"] == 1


def test_a_closing_at_home_leaves_no_mark_for_others_to_read_by() -> None:
    told = History(flywheel="shop").incident("03-03", "i1", "03-04").incident("03-05", "i1", flywheel="ops")
    driver = Driver(OWNERS)
    driver.append(told.events)
    driver.project()
    mark = contested(strays(Named("incident", "i1"))).at
    assert driver.table.get_many([mark]) == {}
    assert {row["sk"]["S"] for row in driver.items(names.NAME) if row["pk"]["S"] == "N#incident#i1"} == {"ops", "shop"}


def test_closings_of_one_name_in_many_flywheels_are_refused_before_they_wake_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hints, "FLYWHEELS_OF_A_NAME", 3)
    driver = Driver()
    told = History()
    for number in range(5):
        told.add("Blocker Closed", "03-03", blocker="legal", flywheel=f"f{number}")
    for event in told.events[:4]:
        driver.append([event])
    with pytest.raises(OverBoundError):
        driver.append([told.events[4]])
