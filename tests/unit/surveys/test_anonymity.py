"""From everything that is published, no answer of fewer than five can be worked out."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.flywheel.moments import DAY
from shared.flywheel.report.report import report
from shared.flywheel.tenets.anonymity import Cell, released
from tests.unit.domain.histories import History
from tests.unit.surveys.conftest import FAMILY, START, Answer, facts_of, published

pytestmark = pytest.mark.slow

FLYWHEELS = ("shop", "web", "app", "api")


def answers(flywheel: str, day: int, *values: int) -> list[Answer]:
    return [Answer(flywheel, day, value) for value in values]


def statuses(sheets: Sequence[Answer], day: float) -> dict[str, str]:
    facts = facts_of(sheets)
    return {flywheel: published(facts, flywheel, day)["status"] for flywheel in FLYWHEELS}


def test_five_answers_are_published_and_four_are_not() -> None:
    five = facts_of(answers("app", 3, 1, 2, 3, 4, 5))
    assert published(five, "app", 10) == {
        "name": "developer_experience",
        "value": 3.0,
        "unit": "1-7",
        "n": 5,
        "status": "trend_only",
        "threshold": None,
    }
    four = published(facts_of(answers("app", 3, 1, 2, 3, 4)), "app", 10)
    assert (four["status"], four["value"], four["n"]) == ("suppressed", None, None)


def test_without_a_sheet_a_survey_is_not_wired() -> None:
    assert statuses(answers("app", 3, 4, 4, 4, 4, 4), 10) == {
        "shop": "trend_only",
        "web": "not_wired",
        "app": "trend_only",
        "api": "not_wired",
    }


def test_a_sibling_is_suppressed_where_parent_less_sibling_would_give_the_rest_away() -> None:
    sheets = answers("web", 3, *[6] * 10) + answers("app", 3, 1, 2, 3)
    assert statuses(sheets, 10) == {
        "shop": "trend_only",
        "web": "suppressed",
        "app": "suppressed",
        "api": "not_wired",
    }
    assert published(facts_of(sheets), "shop", 10)["n"] == 13


def test_siblings_of_five_and_more_are_all_published() -> None:
    sheets = answers("web", 3, *[6] * 10) + answers("app", 3, *[2] * 5)
    facts = facts_of(sheets)
    assert [published(facts, each, 10)["value"] for each in ("shop", "web", "app")] == [70 / 15, 6.0, 2.0]


def test_a_sixth_answer_waits_until_it_is_not_alone() -> None:
    sheets = answers("app", 3, 1, 2, 3, 4, 5) + answers("app", 4, 7)
    later = answers("app", 6, 7, 7, 7, 7)
    assert [published(facts_of(sheets), "app", day)["value"] for day in (4, 5, 6)] == [3.0, 3.0, 3.0]
    assert published(facts_of([*sheets, *later]), "app", 7)["value"] == (15 + 35) / 10


def test_a_day_counts_once_it_is_over() -> None:
    facts = facts_of(answers("app", 3, 1, 2, 3, 4, 5))
    assert [published(facts, "app", day)["status"] for day in (3, 3.9, 4)] == ["suppressed"] * 2 + ["trend_only"]


def test_answers_leave_the_window_no_fewer_than_five_at_a_time() -> None:
    facts = facts_of(answers("app", 0, 1, 1) + answers("app", 1, 1, 1, 1) + answers("app", 3, *[7] * 6))
    shown = [(day, published(facts, "app", day)["n"]) for day in (2, 4, 27, 28, 29, 30, 31)]
    assert shown == [(2, 5), (4, 11), (27, 11), (28, 6), (29, 6), (30, 6), (31, None)]


def test_another_window_on_the_command_line_changes_no_survey() -> None:
    facts = facts_of(answers("app", 0, *[1] * 5) + answers("app", 20, *[7] * 6))
    signals = [
        report(facts, flywheel="app", settings=FAMILY, as_of=START + timedelta(days=25), window_days=days)["tenets"][7]
        for days in (28.0, 10.0)
    ]
    assert [each["signals"][3]["n"] for each in signals] == [11, 11]


def test_what_is_forgotten_moves_no_bounds_of_what_is_left() -> None:
    """One answer a day for years: day by day, what is told apart are groups of five and more."""
    told = []
    for today in range(720, 760):
        remembered = {Cell("app", day): 1 for day in range(today - 727, today)}
        told.append(released(remembered, (("app", None),), 28 * DAY, today * DAY)["app"])
    together: dict[tuple[bool, ...], int] = {}
    for cell in set().union(*told):
        pattern = tuple(cell in cells for cells in told)
        together[pattern] = together.get(pattern, 0) + 1
    assert min(together.values()) >= 5


SHEETS = st.lists(
    st.builds(Answer, st.sampled_from(FLYWHEELS), st.integers(0, 12).map(lambda day: day * 3), st.just(4)), max_size=60
)
MEMBERS = (("shop", None), ("app", "shop"), ("web", "shop"), ("api", "web"))


@settings(max_examples=60, deadline=None)
@given(SHEETS)
def test_no_answer_of_fewer_than_five_can_be_worked_out(sheets: list[Answer]) -> None:
    """Every publication, of everyone on every day, is a sum over sheets: what they span holds no small sum."""
    sizes: dict[Cell, int] = {}
    for sheet in sheets:
        cell = Cell(sheet.flywheel, sheet.day)
        sizes[cell] = sizes.get(cell, 0) + 1
    everything = set()
    for day in range(70):
        everything |= set(released(sizes, MEMBERS, 14 * DAY, day * DAY).values())
    cells = sorted(sizes)
    rows = [[Fraction(cell in sums) for cell in cells] for sums in everything]
    for worked_out in reduced(rows):
        told = sum(sizes[cell] for cell, part in zip(cells, worked_out, strict=True) if part)
        assert told >= 5
    together: dict[tuple[bool, ...], int] = {}
    for cell in cells:
        pattern = tuple(cell in sums for sums in everything)
        if any(pattern):
            together[pattern] = together.get(pattern, 0) + sizes[cell]
    assert all(answers >= 5 for answers in together.values())


def reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Reduced row echelon form: the shortest sums that subtracting publications from each other leaves."""
    done: list[list[Fraction]] = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [part / pivot[column] for part in pivot]

        def without(row: list[Fraction], by: list[Fraction] = pivot, at: int = column) -> list[Fraction]:
            return [part - row[at] * other for part, other in zip(row, by, strict=True)]

        rows = [without(row) for row in rows]
        done = [*map(without, done), pivot]
    return done


@pytest.mark.parametrize("owner", FLYWHEELS)
def test_a_lone_answer_changes_nothing_that_is_published(owner: str) -> None:
    """Whoever reads every report before and after it learns nothing of it."""
    sheets = answers("web", 2, *[3] * 7) + answers("app", 2, *[5] * 6) + answers("api", 3, *[2] * 8)
    before = facts_of(sheets)
    for value in (1, 7):
        after = facts_of([*sheets, Answer(owner, 5, value)])
        for flywheel in FLYWHEELS:
            shown = [published(facts, flywheel, 8)["value"] for facts in (before, after)]
            assert shown[0] == shown[1] or shown[1] is None


def test_sheets_that_cannot_be_read_are_named_and_not_counted() -> None:
    history = History()
    for place in range(6):
        sheet = [1, 7, 1, 7, 1, 7, 7] if place else [1, 2, 3]
        history.add("Survey Answered", "03-05", survey="psychological_safety", answers=sheet)
    found = history.report("03-30")
    safety = {each["name"]: each for each in found["tenets"][3]["signals"]}
    assert (safety["psychological_safety"]["value"], safety["psychological_safety"]["n"]) == (7.0, 5)
    assert safety["psychological_safety"]["status"] == "healthy"
    assert safety["psychological_safety_index"]["value"] == 100.0
    assert found["context"]["unread_sheets"]["psychological_safety"] == 1
