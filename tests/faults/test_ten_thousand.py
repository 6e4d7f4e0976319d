"""The log at size: shuffled, a fifth twice, late, revised, taken back; the numbers are those of the events alone."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.store.kept.counting import counts
from shared.store.table import names
from tests.unit.domain.histories import FLYWHEEL, SOURCE, random_corrections, random_history, random_retractions
from tests.unit.store.driving import NOW, Driver, Envelope, report_of, turns_of
from tests.unit.store.memory import MemoryConnection

pytestmark = pytest.mark.takes(35)

WHEELS = (FLYWHEEL, "search")
WORLD = 50
"""Events that share their few names; each world has names of its own, and its own weeks of two years."""
NAMED = ("idea", "feature", "deployment", "incident", "challenge", "blocker", "remediates", "sha", "head", "metric")
LISTED = ("ideas", "features", "deployments")


def world(seed: int, number: int, size: int) -> list[Envelope]:
    """Events, corrections and retractions; some tell no flywheel."""
    chance = Random(seed * 1_000 + number)
    history = random_history(chance.randrange(2**32), size)
    for event in history:
        if chance.random() < 0.2:
            event["detail"].pop("flywheel", None)
    corrections = random_corrections(chance.randrange(2**32), history, most=max(5, size // 10))
    retractions = random_retractions(chance.randrange(2**32), len(history), most=max(4, size // 20))
    moved = timedelta(days=-7 * (number % 90))
    return [_renamed(event, f"~{number}", moved) for event in (*history, *corrections, *retractions)]


def _renamed(event: Envelope, suffix: str, moved: timedelta) -> Envelope:
    detail = _suffixed(event["detail"], suffix, moved)
    for name in ("id", "retracts"):
        if name in detail:
            detail[name] += suffix
    return {**event, "source": SOURCE, "detail": detail}


def _suffixed(detail: dict[str, Any], suffix: str, moved: timedelta) -> dict[str, Any]:
    changed = dict(detail)
    for name, value in detail.items():
        if name == "time":
            changed[name] = (datetime.fromisoformat(value) + moved).isoformat()
        elif name in NAMED:
            changed[name] = value + suffix
        elif name in LISTED:
            changed[name] = [each + suffix for each in value]
        elif name == "cause":
            changed[name] = _suffixed({k: v for k, v in value.items() if k != "commit"}, suffix, moved) | {
                k: v + suffix for k, v in value.items() if k == "commit"
            }
        elif name == "commits":
            changed[name] = [_suffixed(c, suffix, moved) if isinstance(c, dict) else c + suffix for c in value]
    return changed


def told(seed: int, size: int) -> tuple[list[Envelope], list[Envelope]]:
    """At least `size` different events, and the order in which they arrive: shuffled, a fifth of them twice."""
    chance = Random(seed)
    sent = [event for number in range(-(-size // WORLD)) for event in world(seed, number, WORLD)]
    arriving = [*sent, *chance.sample(sent, len(sent) // 5)]
    chance.shuffle(arriving)
    return sent, arriving


def batches(chance: Random, events: Sequence[Envelope], largest: int) -> Iterator[Sequence[Envelope]]:
    at = 0
    while at < len(events):
        size = chance.randint(1, largest)
        yield events[at : at + size]
        at += size


def settings_of(seed: int) -> Settings:
    owned = FlywheelSettings(id=FLYWHEEL, services=("web",), repositories=("shop",))
    return Settings(flywheels={FLYWHEEL: owned} if seed % 2 else {})


def driven(seed: int, size: int, *, largest: int, advances: float) -> tuple[Driver, list[Envelope]]:
    """The events arrive over four days in batches, some advanced after, with ticks that seal what is old."""
    chance, (sent, arriving) = Random(seed), told(seed, size)
    driver, at = Driver(settings_of(seed), MemoryConnection()), NOW
    outcomes: list[str] = []
    parts = list(batches(chance, arriving, largest))
    for number, batch in enumerate(parts):
        at = NOW + timedelta(days=4) * number / len(parts)
        outcomes += driver.append(batch, at)
        if chance.random() < advances:
            driver.project(at)
    driver.project(at)
    driver.tick(at + timedelta(days=3))
    assert not driver.failures
    assert len(outcomes) == len(arriving)
    counted = counts(driver.store, at)
    assert outcomes.count("accepted") == counted.accepted == len({json.dumps(each, sort_keys=True) for each in sent})
    assert counted.counted == len({each["detail"]["id"] for each in sent})
    return driver, sent


def compare(driver: Driver, sent: list[Envelope]) -> None:
    as_of = NOW + timedelta(days=10)
    for wheel in WHEELS:
        assert json.dumps(driver.report(wheel, as_of)) == json.dumps(report_of(sent, wheel, driver.settings, as_of))
        assert driver.turns(wheel) == turns_of(sent, wheel, driver.settings, as_of)


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of some size: several are tested elsewhere, and the double looks through all rows for each."""
    monkeypatch.setattr("tests.unit.store.memory.PAGE", 1000)


@pytest.mark.parametrize("seed", range(20))
def test_500_events_in_any_order_20_seeds(seed: int) -> None:
    driver, sent = driven(seed, 500, largest=60, advances=0.3)
    compare(driver, sent)


def test_10000_events_in_any_order() -> None:
    """In batches as `record` gets them, some advanced at once; all sealed at the end."""
    driver, sent = driven(1, 10_000, largest=100, advances=0.03)
    assert len(sent) >= 10_000
    assert driver.items(names.SEALED)
    compare(driver, sent)
