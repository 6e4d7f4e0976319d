"""How sheets are scored, by hand."""

import pytest

from shared.flywheel.tenets.answers import SurveyResult, score


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([1, 7, 1, 7, 1, 7, 7], 7.0),
        ([7, 1, 7, 1, 7, 1, 1], 1.0),
        ([4, 4, 4, 4, 4, 4, 4], 4.0),
        ([1, 2, 3, 4, 5, 6, 7], (7 + 2 + 5 + 4 + 3 + 6 + 7) / 7),
        ([None, 7, None, 7, 1, 7, 7], 7.0),
        ([None, 7, None, 7, None, 7, 7], None),
        ([1, 7, 1, 7, 1, 7], None),
        ([], None),
    ],
)
def test_edmondsons_items_1_3_and_5_are_reversed_and_five_of_seven_are_enough(
    answers: list[int | None], expected: float | None
) -> None:
    assert score("psychological_safety", answers) == expected


@pytest.mark.parametrize(
    ("survey", "answers", "expected"),
    [
        ("westrum", [7, 7, 7, 7, 7, 1], 6.0),
        ("westrum", [7, None, None, None, None, None], 7.0),
        ("westrum", [7] * 7, None),
        ("developer_experience", [3], 3.0),
        ("developer_experience", [None, None], None),
        ("alignment", [1, 2, None, 6], 3.0),
    ],
)
def test_the_other_surveys_reverse_nothing(survey: str, answers: list[int | None], expected: float | None) -> None:
    assert score(survey, answers) == expected


def test_the_index_runs_from_0_to_100() -> None:
    assert [SurveyResult(5, mean).index for mean in (1.0, 4.0, 7.0)] == [0.0, 50.0, 100.0]
