"""Everything under `context` is explained, and the rows of each number add up to it, whatever the history."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from shared.flywheel.explain.context import tellers
from shared.flywheel.explain.figure import _at as at_path
from shared.flywheel.explain.figure import explain_wheel
from shared.flywheel.figures.account import value_of
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.window import window_of
from tests.unit.domain.histories import FLYWHEEL, MOMENTS, History, facts_of
from tests.unit.tenets.everything import FAMILY, HISTORIES

STAGED = Settings(
    flywheels={
        name: replace(each, stage={"pilot": date(2026, 3, 8), "scale": date(2026, 3, 25)} if name == FLYWHEEL else {})
        for name, each in FAMILY.flywheels.items()
    }
)
MOMENT = datetime(2026, 3, 30, tzinfo=UTC)
WORDS = {"list", "word", "reading", "test", "largest", "largest_median"}
NUMBER_OF = {"rituals": "ratio", "silent": "hours"}
"""Of a list's entry the number that its rows add up to."""


def number_at(report: Any, path: str) -> Any:
    found = at_path(report, path)
    part = NUMBER_OF.get(path.split(".")[1])
    if isinstance(found, dict) and part is not None:
        return found["held"] if part == "ratio" and found["expected"] is None else found[part]
    return found


def same(left: Any, right: Any) -> bool:
    """Of a change fail rate that nothing could tell of count and n stay (domain: "Change fail rate")."""
    if isinstance(left, dict) and right.get("n") and right.get("value", 0) is None:
        return bool((left["count"], left["n"]) == (right["count"], right["n"]))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    return bool(left == (right if right is None or isinstance(right, list) else pytest.approx(right, rel=1e-9)))


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(HISTORIES, MOMENTS)
def test_the_rows_of_every_number_under_context_add_up_to_it(history: list[Any], as_of: Any) -> None:
    facts = facts_of(history)
    for flywheel in STAGED.flywheels:
        wheel = fold(facts, flywheel, STAGED, as_of)
        report, window = report_of(wheel, 28), window_of(wheel, 28)
        for path, teller in tellers(wheel, window).items():
            account = teller(wheel, window)
            if account.operation not in WORDS:
                assert same(value_of(account), number_at(report, path)), path


def leaves(value: Any, path: str) -> list[str]:
    if isinstance(value, dict) and value and "interval" not in value and "p85" not in value:
        return [leaf for name, part in value.items() for leaf in leaves(part, f"{path}.{name}")]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        names = [next((each[name] for name in ("ritual", "kind", "flywheel") if name in each), None) for each in value]
        return [f"{path}.{name}" if name is not None else path for name in names]
    return [path]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(HISTORIES, MOMENTS)
def test_nothing_under_context_is_left_unexplained(history: list[Any], as_of: Any) -> None:
    for flywheel in STAGED.flywheels:
        wheel = fold(facts_of(history), flywheel, STAGED, as_of)
        known = tellers(wheel, window_of(wheel, 28))
        for leaf in leaves(report_of(wheel, 28)["context"], "context"):
            ways = [leaf.rsplit(".", cut)[0] for cut in range(leaf.count("."))]
            assert any(way in known for way in ways), leaf


def test_a_part_of_context_is_explained_by_its_path() -> None:
    history = History().proposed("03-01", "A").released("03-05", "f", idea="A").proposed("03-10", "B", follows="A")
    wheel = fold(facts_of(history.events), FLYWHEEL, STAGED, MOMENT)
    found = explain_wheel(wheel, "re_entry.share", 28)
    assert (found.figure, found.value["value"]) == ("context.re_entry.share", 1.0)
    assert [(row.what, row.value, row.why) for row in found.rows] == [("idea A", 1.0, "an idea follows")]
    assert explain_wheel(wheel, "context.cost", 28).operation == "reading"
