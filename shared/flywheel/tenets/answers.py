"""How answer sheets are scored (domain: "Surveys"). No sheet carries a respondent."""

from collections.abc import Sequence

from msgspec import Struct

from shared.flywheel.distribution import total
from shared.flywheel.moments import DAY, micros, span
from shared.flywheel.tenets.anonymity import LEAST, Cell, released
from shared.flywheel.wheel.model import Sheet, Wheel

REVERSED = frozenset({0, 2, 4})
"""Items 1, 3 and 5 of Edmondson's seven are worded against safety (Edmondson 1999)."""

HIGHEST = 7
ITEMS: dict[str, int | None] = {
    "psychological_safety": 7,
    "westrum": 6,
    "developer_experience": None,
    "alignment": None,
}
"""How many items a sheet of each survey has; None: whatever the flywheel asks."""

LEAST_ANSWERED = {"psychological_safety": 5}
"""How many items must be answered for a sheet to count; one in the surveys that are not here."""


class SurveyResult(Struct, frozen=True):
    """A published survey: how many sheets count, and the mean of their means on the scale of 1 to 7."""

    n: int
    mean: float

    @property
    def index(self) -> float:
        """The mean as 0 to 100."""
        return (self.mean - 1) / (HIGHEST - 1) * 100


def score(survey: str, answers: Sequence[int | None]) -> float | None:
    """One person's mean over the items answered, reversed where they are worded against; None: not to be read.

    A sheet cannot be read when it has another number of items than its survey, or too few of them answered.
    """
    items = ITEMS[survey]
    if items is not None and len(answers) != items:
        return None
    against = REVERSED if survey == "psychological_safety" else frozenset[int]()
    given = [
        float(HIGHEST + 1 - answer if place in against else answer)
        for place, answer in enumerate(answers)
        if answer is not None
    ]
    return total(given) / len(given) if len(given) >= LEAST_ANSWERED.get(survey, 1) else None


def result(wheel: Wheel, survey: str) -> SurveyResult | None:
    """The publishable result of a survey at as_of, over the flywheel and everything below it; None: suppressed.

    The window is always that of the settings: a second window, asked for beside it, would tell the answers between.
    """
    scores: dict[Cell, dict[int, float]] = {}
    spoiled: set[Cell] = set()
    for sheet in _sheets(wheel, survey):
        value, cell = score(survey, sheet.answers), Cell(sheet.flywheel, sheet.time // DAY)
        if value is not None:
            scores.setdefault(cell, {})[sheet.key] = value
            spoiled.update({cell} if sheet.conflicting else ())
    published = released(
        {cell: len(values) for cell, values in scores.items()},
        wheel.family.members,
        span(wheel.family.survey_days, DAY),
        micros(wheel.as_of),
        spoiled,
    )
    counted = [value for cell in published.get(wheel.flywheel, ()) for value in scores[cell].values()]
    return SurveyResult(len(counted), total(counted) / len(counted)) if len(counted) >= LEAST else None


def is_sent(wheel: Wheel, survey: str) -> bool:
    """Whether the flywheel, or one below it, ever answered a survey."""
    below = _below(wheel)
    return any(sheet.flywheel in below and not sheet.conflicting for sheet in _sheets(wheel, survey))


def unread(wheel: Wheel, survey: str) -> int:
    """How many sheets of the flywheel and those below it could not be read."""
    below = _below(wheel)
    standing = [sheet for sheet in _sheets(wheel, survey) if sheet.flywheel in below and not sheet.conflicting]
    return sum(score(survey, sheet.answers) is None for sheet in standing)


def _sheets(wheel: Wheel, survey: str) -> list[Sheet]:
    return [sheet for sheet in wheel.family.sheets if sheet.survey == survey]


def _below(wheel: Wheel) -> set[str]:
    """The flywheel and all of its descendants."""
    below = {wheel.flywheel}
    for member, parent in wheel.family.members:
        if parent in below:
            below.add(member)
    return below
