"""What is said of a change: an arrow only where it is real, and which way is better as the catalogue says."""

from typing import Any

import pytest

from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.catalogue.change import NO_CHANGE, change_of


def report(figure: str, trend: str | None, news: bool = False, value: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = {"trends": {figure: {"previous": 5.0, "p": 0.01, "trend": trend}}, "context": {"news": []}}
    found["context"]["news"] = [figure] if news else []
    part, name, *rest = figure.split(".")
    found[part] = {name: {rest[0]: value} if rest else value}
    return found


@pytest.mark.parametrize(
    ("figure", "trend", "arrow"),
    [
        ("dora.deployments", "better", "↑"),
        ("dora.deployments", "worse", "↓"),
        ("dora.change_fail_rate", "better", "↓"),
        ("dora.change_fail_rate", "worse", "↑"),
        ("dora.change_fail_rate", "same", ""),
    ],
)
def test_an_arrow_points_the_way_that_was_tested(figure: str, trend: str, arrow: str) -> None:
    found = change_of(CATALOGUE[figure], report(figure, trend))
    assert (found.arrow, found.verdict, found.is_real) == (arrow, trend, trend != "same")


def test_of_a_figure_of_which_neither_way_is_better_the_value_points() -> None:
    figure = "turns.phase_hours.1"
    longer, shorter = (report(figure, "changed", value={"p50": value}) for value in (7.0, 3.0))
    assert [change_of(CATALOGUE[figure], each).arrow for each in (longer, shorter)] == ["↑", "↓"]
    assert change_of(CATALOGUE[figure], longer).verdict == "changed"


def test_too_little_to_tell_is_no_change() -> None:
    assert change_of(CATALOGUE["dora.deployments"], report("dora.deployments", None)) == NO_CHANGE


def test_a_figure_without_a_test_is_never_better_or_worse() -> None:
    for path, kind in CATALOGUE.items():
        if not kind.trend:
            assert change_of(kind, report("dora.deployments", "better")) == NO_CHANGE, path


def test_a_figure_takes_the_verdict_of_the_one_that_is_tested_for_it() -> None:
    found = change_of(CATALOGUE["dora.per_week"], report("dora.deployments", "worse", news=True))
    assert (found.arrow, found.verdict, found.is_news) == ("↓", "worse", True)
