"""What writing costs, in DynamoDB's write units: 1 per KB begun, of each item and of each index entry that changes."""

import sys
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from shared.store.table import names
from tests.unit.domain.histories import History, commit, moment
from tests.unit.store.driving import Driver, Envelope, only_in_process

pytestmark = only_in_process


class Meter:
    """Counts what a driver's writes cost, by kind of item."""

    def __init__(self, driver: Driver) -> None:
        self.units: Counter[str] = Counter()
        self._rows = driver.memory.rows
        driver.memory.before = self._meter

    def _meter(self, operation: str, place: str, item: Any) -> None:
        if operation != "put":
            return
        self.units[item[names.KIND]["S"]] += -(-size(item) // 1024)
        known = self._rows.get((item[names.PK]["S"], item[names.SK]["S"]), {})
        before, after = known.get(names.DUE_AT), item.get(names.DUE_AT)
        if before != after:
            self.units["index"] += (before is not None) + (after is not None)

    @property
    def total(self) -> int:
        return sum(self.units.values())


def size(item: dict[str, Any]) -> int:
    """Bytes as DynamoDB counts them (Developer Guide, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: dict[str, Any]) -> int:
    ((sort, content),) = value.items()
    match sort:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return len(str(abs(Decimal(content))).replace(".", "").strip("0")) // 2 + 2
        case "L":
            return 3 + sum(1 + value_size(each) for each in content)
        case _:
            return 1


def burst(number: int, size: int) -> list[Envelope]:
    """A busy hour: deployments of three commits, some releases, ideas, incidents, all of one flywheel."""
    told = History(flywheel="web")
    for n in range(size):
        at, name = f"03-{number + 1:02d} 10:{n % 60:02d}", f"{number}-{n}"
        if n % 10 == 0:
            told.proposed(at, f"idea-{number}-{n // 10}", id=name, title="Something people asked for")
        elif n % 10 == 1:
            told.worked(at, idea=f"idea-{number}-{n // 10}", id=name)
        elif n % 25 == 9:
            told.incident(at, f"incident-{name}", id=name, service="web", cause={"deployment": f"{number}-{n - 1}"})
        else:
            commits = [
                commit(f"{number * 1000 + n * 3 + c:040x}", f"03-{number + 1:02d} 09:{n % 60:02d}") for c in range(3)
            ]
            told.deployed(
                at, name, *commits, id=name, idea=f"idea-{number}-{n // 10}", url=f"https://ci.example/{name}"
            )
    return told.events


def test_a_burst_on_one_flywheel_costs_little_more_than_its_events(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything but summaries and messages: those are counted end to end, where they are made."""
    driver = Driver()
    driver.append(burst(0, 50))
    driver.project(moment("03-01 12:00"))
    meter, events = Meter(driver), burst(1, 50)
    driver.append(events)
    driver.project(moment("03-02 12:00"))

    with capsys.disabled():
        sys.stdout.write(
            f"\nwrite units per event, burst of {len(events)}: {meter.total / len(events):.2f} {dict(meter.units)}"
        )
    assert meter.total / len(events) <= 1.8


SINGLES = {
    "a measurement": History(flywheel="web").add("Metric Measured", "03-03", metric="m", value=1, id="s"),
    "a deployment of a known idea": History(flywheel="web").deployed("03-03", "d9", idea="idea-0-0", id="s"),
    "a proposal, which begins a turn": History(flywheel="web").proposed("03-03", "another", id="s"),
    "a deployment nobody linked": History(flywheel="web").deployed("03-03", "d9", id="s"),
    "an incident": History(flywheel="web").incident("03-03", "i9", id="s"),
}


@pytest.mark.parametrize("what", SINGLES)
def test_a_single_event_without_a_transition_costs_few_units(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    driver = Driver()
    driver.append(burst(0, 50))
    driver.project(moment("03-01 12:00"))
    before = len(driver.transitions("web"))
    meter = Meter(driver)
    driver.append(SINGLES[what].events[:1])
    driver.project(moment("03-03 12:00"))

    with capsys.disabled():
        sys.stdout.write(f"\nwrite units of {what}: {meter.total} {dict(meter.units)}")
    assert len(driver.transitions("web")) == before
    assert meter.total <= (5 if "begins" in what else 4)


def test_a_batch_that_is_delivered_again_costs_nothing() -> None:
    driver = Driver()
    driver.append(burst(0, 10))
    driver.project(moment("03-01 12:00"))
    meter = Meter(driver)
    driver.append(burst(0, 10), again=True)
    driver.project(moment("03-01 13:00"))

    assert meter.total == 0
