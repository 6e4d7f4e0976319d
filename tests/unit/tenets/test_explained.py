"""Every signal can be explained by its formula and the events behind it; answer sheets stay uncounted."""

import pytest

from shared.flywheel.explain.explanation import Explanation
from shared.flywheel.explain.figure import explain
from shared.flywheel.settings.values import Settings
from shared.flywheel.tenets.tenets import TENETS
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, moment

SIGNALS = [signal.name for tenet in TENETS for signal in tenet.signals]


def told(history: History, figure: str) -> Explanation:
    return explain(
        facts_of(history.events), figure, flywheel=FLYWHEEL, settings=Settings(), as_of=moment("03-30"), window_days=28
    )


def test_a_signal_is_explained_by_rows_that_add_up_to_it() -> None:
    history = History().add("Review Recorded", "02-01", workload="w", risks={"cost": {"high": 1, "none": 3}})
    history.add("Review Recorded", "03-10", workload="w", risks={"cost": {"high": 2, "none": 2}}).proposed("03-11", "x")
    found = told(history, "high_risk_density")
    assert (found.figure, found.value, found.operation) == ("tenets.high_risk_density", 0.5, "ratio")
    assert [(row.what, row.at, row.value, row.of) for row in found.rows] == [
        ("risks high", "2026-03-10T00:00:00Z", 2.0, 2.0),
        ("risks medium", "2026-03-10T00:00:00Z", 0.0, 0.0),
        ("risks none", "2026-03-10T00:00:00Z", 0.0, 2.0),
    ]
    assert found.rule.startswith("high / (high + medium + none) of the newest review")


def test_a_signal_that_is_not_wired_lists_what_was_sent_of_its_sources() -> None:
    history = History().add("Metric Defined", "02-01", metric="m", role="north_star")
    history.add("Metric Defined", "03-10", metric="other", role="input")
    found = told(history, "north_star_freshness")
    assert (found.value, found.operation) == (None, "reading")
    assert [(row.what, row.why) for row in found.rows] == [
        ("Metric Defined", "before the window"),
        ("Metric Defined", "in the window"),
    ]


@pytest.mark.parametrize("signal", SIGNALS)
def test_every_signal_tells_its_rule_and_value(signal: str) -> None:
    found = told(History(), f"tenets.{signal}")
    assert (found.figure, found.value, found.rows) == (f"tenets.{signal}", None, ())
    assert len(found.rule) > 30


@pytest.mark.parametrize("signal", ["psychological_safety", "westrum", "alignment", "developer_experience"])
def test_no_answer_sheet_is_listed(signal: str) -> None:
    history = History().add("Survey Answered", "03-05", survey=signal, answers=[1, 2, 3, 4, 5, 6, 7])
    assert told(history, signal).rows == ()


def test_components_with_inertia_are_rows_of_their_share() -> None:
    text = "component A [1, 0.5] inertia\ncomponent B [1, 0.5]\ncomponent C [1, 0.5]\ncomponent D [1, 0.5]"
    history = History().add("Map Submitted", "03-01", map="organisation", text="component Old [1, 1] inertia")
    found = told(history.add("Map Submitted", "03-05", map="organisation", text=text), "map_inertia_share")
    assert (found.value, found.operation) == (0.25, "ratio")
    assert [(row.what, row.value) for row in found.rows] == [
        ("component A", 1.0),
        ("component B", 0.0),
        ("component C", 0.0),
        ("component D", 0.0),
    ]


def test_of_a_figure_and_a_signal_with_one_name_the_figure_is_explained() -> None:
    assert told(History(), "change_fail_rate").figure == "dora.change_fail_rate"
    assert told(History(), "blocked_share").figure == "drag.blocked_share"
