"""The cases behind a verdict, tested by hand, give its p; metrics, bets and the flywheel effect show theirs."""

from typing import Any

import pytest

from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.explain.figure import explain
from shared.flywheel.reality.exact import binomial, fisher
from shared.flywheel.reality.ranks import mann_whitney
from shared.flywheel.settings.values import Settings
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, moment
from tests.unit.trends.test_trends import AS_OF, EARLIER, NOW, WEEKS, at, begun, deploy, turns


@pytest.fixture(scope="module")
def eventful() -> History:
    history = deploy(deploy(begun(), EARLIER, 2), NOW, 5, kind="hotfix")
    turns(turns(history, EARLIER, 80), range(WEEKS - 12, WEEKS - 1), 40)
    history.add("Metric Defined", at(0), metric="orders.a.week", role="input", target=100)
    for week in range(WEEKS - 30, WEEKS):
        history.add("Metric Measured", at(week, 3), metric="orders.a.week", value=50 + week % 7)
    history.proposed(at(WEEKS - 5, 1), f"i{WEEKS - 5}", input_metric="orders.a.week")
    return history


def told(history: History, figure: str) -> Explanation:
    facts = facts_of(history.events)
    return explain(facts, figure, flywheel=FLYWHEEL, settings=Settings(), as_of=moment(AS_OF), window_days=84)


def values(found: Explanation, group: str) -> list[float]:
    return [row.value for row in found.rows if row.group == group and row.value is not None]


def test_the_cases_of_a_count_give_its_p(eventful: History) -> None:
    found = told(eventful, "trends.dora.deployments")
    now, before = len(values(found, "now")), len(values(found, "before"))
    assert (found.operation, now, before) == ("test", 60, 24)
    assert found.value == {"previous": 24.0, "p": binomial(now, 84, before, 84), "trend": "better"}
    assert found.rule.startswith("the exact binomial test, two-sided: 60 in 84 days now beside 24 in 84 days before")


def test_the_cases_of_a_share_give_its_p(eventful: History) -> None:
    found = told(eventful, "trends.dora.rework_rate")
    now, before = values(found, "now"), values(found, "before")
    assert found.value["p"] == fisher(int(sum(now)), len(now), int(sum(before)), len(before))
    assert found.value["trend"] == "worse"


def test_the_cases_of_times_give_their_p(eventful: History) -> None:
    found = told(eventful, "trends.turns.time_to_value_hours.idea")
    assert found.value["p"] == mann_whitney(values(found, "now"), values(found, "before")).p


def test_momentum_is_explained_by_the_deliveries_that_are_tested_for_it(eventful: History) -> None:
    found = told(eventful, "trends.momentum")
    assert len(values(found, "now")) == 12
    assert found.value["p"] == told(eventful, "trends.turns.rate_per_28d").value["p"]


def test_too_little_to_tell_says_how_little(eventful: History) -> None:
    found = told(eventful, "trends.dora.recovery_minutes")
    assert found.value["p"] is None
    assert found.rule.endswith("too little to tell (0 times now, 0 times before)")


def test_a_figure_is_meant_before_its_verdict(eventful: History) -> None:
    assert told(eventful, "turns.rate_per_28d").figure == "turns.rate_per_28d"
    assert told(eventful, "rate_per_28d").figure == "turns.rate_per_28d"
    assert told(eventful, "trends.turns.rate_per_28d.p").figure == "trends.turns.rate_per_28d"


@pytest.mark.parametrize("figure", ["value.inputs.orders.a.week", "value.inputs.orders.a.week.change", "orders.a.week"])
def test_a_metric_is_explained_by_its_measurements(eventful: History, figure: str) -> None:
    found = told(eventful, figure)
    assert found.figure == "value.inputs.orders.a.week"
    assert sum(row.value or 0 for row in found.rows if row.counted) == found.value["change"]
    assert [row.why for row in found.rows if row.counted] == [
        "a month before: previous, subtracted",
        "the newest: value",
    ]


def test_a_bet_is_explained_by_what_was_measured_around_its_release(eventful: History) -> None:
    found = told(eventful, f"value.bets.i{WEEKS - 5}")
    rows = [row.value for row in found.rows if row.counted]
    assert rows == [-found.value["before"], found.value["after"]]


def test_the_flywheel_effect_shows_the_turns_by_the_day_of_their_start(eventful: History) -> None:
    found: Any = told(eventful, "flywheel_effect")
    assert len({row.group for row in found.rows if row.counted}) == found.value["n"] == 12
    assert {row.value for row in found.rows if row.counted} <= {80.0, 40.0}
