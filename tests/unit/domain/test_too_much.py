"""Events that name each other many to many: exact where they can be folded, and no figures at all where not."""

import json
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

import events
from events import bounds
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.too_much import TooMuchToFoldError
from tests.unit.cost.counting import memory_of
from tests.unit.domain.histories import History, commit, moment

SAMPLES = Path(__file__).parents[3] / "events" / "samples"
AS_OF = "03-30"


def to_and_fro(commits: int, deployments: int) -> History:
    """The newest commit goes live, then the oldest again, and so on."""
    pushed = [commit(f"{number:x}", "03-01 10:00") for number in range(commits)]
    history = History().changed("03-02 10:00", pushed[-1]["sha"], *pushed, repository="shop")
    for number in range(deployments):
        head = pushed[0 if number % 2 == 0 else -1]["sha"]
        at = f"03-03 {number // 60 % 24:02}:{number % 60:02}"
        history.deployed(at, f"d{number}", repository="shop", head=head)
    return history


@pytest.mark.slow
def test_a_head_that_goes_to_and_fro_holds_its_commits_once() -> None:
    few, many = to_and_fro(2_000, 2).report, to_and_fro(2_000, 100).report

    assert many(AS_OF)["dora"]["lead_time_hours"]["n"] == 2_000
    assert memory_of(lambda: many(AS_OF)) < 3 * memory_of(lambda: few(AS_OF)) + 1_000_000


def test_a_flywheel_that_carries_too_much_has_no_figures_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.flywheel.wheel.deployments.CARRIED", 1_000)
    assert to_and_fro(100, 10).report(AS_OF)

    with pytest.raises(TooMuchToFoldError, match="more than 1000 commits carried by heads of deployments"):
        to_and_fro(100, 40).report(AS_OF)


def test_releases_that_name_a_deployment_of_many_services_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.flywheel.wheel.releases.LINKED", 1_000)

    def named(times: int) -> History:
        history = History()
        for number in range(times):
            history.deployed("03-03 10:00", "same", service=f"s{number}")
            history.released("03-04 10:00", f"f{number}", deployments=["same"])
        return history

    assert named(20).report(AS_OF)
    with pytest.raises(TooMuchToFoldError, match="links of releases"):
        named(40).report(AS_OF)


def extreme(value: Any, chance: Random, key: str = "") -> Any:
    """The same with numbers at their bounds."""
    if isinstance(value, dict):
        return {name: extreme(each, chance, name) for name, each in value.items()}
    if isinstance(value, list):
        return [extreme(each, chance, key) for each in value]
    if isinstance(value, bool) or key == "revision" or not isinstance(value, int | float):
        return value
    most, least = bounds.LARGEST_NUMBER, bounds.SMALLEST_NUMBER
    return chance.choice([most, -most, least, 2**53, -(2**53), 0, value])


@pytest.mark.parametrize("seed", range(15))
def test_numbers_at_their_bounds_give_figures_that_are_numbers(seed: int) -> None:
    chance, facts = Random(seed), []
    for kind in events.DETAIL_TYPES:
        sample = json.loads((SAMPLES / f"{kind.lower().replace(' ', '-')}.json").read_text())["detail"]
        for number in range(6):
            told = {"id": f"{kind}{number}", "time": f"2026-03-{chance.randint(1, 28):02}T10:00:00Z", "flywheel": "web"}
            envelope = {"source": "x", "detail-type": kind, "detail": extreme(sample, chance) | told}
            try:
                facts.append(fact_of(events.decode(envelope)))
            except events.InvalidEventError:
                continue
    assert len(facts) > 30
    found = report(facts, flywheel="web", settings=Settings(), as_of=moment(AS_OF))
    assert json.dumps(msgspec.to_builtins(found), allow_nan=False)
