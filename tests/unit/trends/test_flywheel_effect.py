"""The flywheel effect: whether turns get faster, day of start by day of start (value.md §4)."""

from datetime import timedelta
from math import exp, log
from typing import Any

import pytest

from shared.flywheel.reality.ranks import mann_kendall
from tests.unit.domain.histories import START, History


def history_of(hours: list[float], each: int = 1) -> History:
    """A turn (or several) begun every other day, with so many hours to its release."""
    history = History()
    for place, length in enumerate(hours):
        for twin in range(each):
            start = START + timedelta(days=2 * place, hours=twin)
            idea = f"i{place}-{twin}"
            history.proposed(start.strftime("%Y-%m-%d %H:%M"), idea)
            release = start + timedelta(hours=length + twin)
            history.released(release.strftime("%Y-%m-%d %H:%M"), f"f-{idea}", idea=idea)
    return history


def effect(history: History, as_of: str = "2026-06-01") -> dict[str, Any]:
    found: dict[str, Any] = history.report(as_of, 84)["flywheel_effect"]
    return found


def test_turns_that_get_faster_each_time_accelerate() -> None:
    hours = [100 * 0.9**place for place in range(8)]
    found = effect(history_of(hours))
    assert (found["n"], found["verdict"]) == (8, "accelerating")
    assert found["per_step"] == pytest.approx(-0.1, abs=1e-3)
    assert found["p"] == mann_kendall([log(each) for each in hours]).p


def test_turns_that_get_slower_slow_the_wheel() -> None:
    assert effect(history_of([10.0 * 1.2**place for place in range(8)]))["verdict"] == "slowing"


def test_turns_without_a_drift_are_steady() -> None:
    found = effect(history_of([10, 12, 11, 10, 12, 11, 10, 12]))
    assert found["verdict"] == "steady"
    assert effect(history_of([10.0] * 8)) == {"n": 8, "per_step": 0.0, "p": 1.0, "verdict": "steady"}


def test_below_six_days_nothing_is_told() -> None:
    assert effect(history_of([50, 40, 30, 20, 10])) == {"n": 5, "per_step": None, "p": None, "verdict": None}
    assert effect(History()) == {"n": 0, "per_step": None, "p": None, "verdict": None}


def test_turns_begun_on_one_day_are_one_step_by_their_median() -> None:
    found = effect(history_of([10.0 * place + 10 for place in range(6)], each=3))
    assert found["n"] == 6
    steps = [log(10.0 * place + 11) for place in range(6)]
    slopes = sorted((steps[j] - steps[i]) / (j - i) for j in range(6) for i in range(j))
    assert found["per_step"] == pytest.approx(exp(slopes[7]) - 1, rel=1e-12)


def test_only_the_last_twelve_days_count() -> None:
    assert effect(history_of([float(place + 1) for place in range(20)]), "2026-09-01")["n"] == 12


def test_the_newest_turns_are_left_out_until_a_slow_one_could_be_there() -> None:
    """The median is 48 h: what began less than 96 h ago does not count yet."""
    history = history_of([48.0] * 8)
    last = START + timedelta(days=14)
    before, after = last + timedelta(hours=95, minutes=59), last + timedelta(hours=96)
    assert effect(history, before.strftime("%Y-%m-%d %H:%M"))["n"] == 7
    assert effect(history, after.strftime("%Y-%m-%d %H:%M"))["n"] == 8


def test_a_turn_released_as_it_begins_says_nothing() -> None:
    assert effect(history_of([0.0] * 8))["n"] == 0
