"""Signals that are read from surveys (domain §5, tenets 1, 4 and 8). Source: `Survey Answered`.

Over the window of the settings, whatever window is asked for; below five answers, and where fewer could be worked out
from what else is published, `suppressed` (see `surveys_anonymity`). n: the persons counted.
"""

from collections.abc import Callable

from shared.flywheel.tenets.answers import SurveyResult, is_sent
from shared.flywheel.tenets.signals import NOT_WIRED, SUPPRESSED, Evidence, Read, Reading

NAMES = frozenset(
    {
        "alignment",
        "developer_experience",
        "psychological_safety",
        "psychological_safety_index",
        "psychological_safety_responses",
        "westrum",
    }
)
"""The names of the signals below."""


def _of(survey: str, what: str, read: Callable[[SurveyResult], float]) -> Read:
    def signal(evidence: Evidence) -> Reading:
        if not is_sent(evidence.wheel, survey):
            return NOT_WIRED
        result = evidence.survey(survey)
        return SUPPRESSED if result is None else Reading(read(result), result.n)

    signal.__doc__ = f"{what}, of the survey `{survey}`; n: persons. Source: `Survey Answered`; window: the settings'."
    return signal


def mean_of(survey: str) -> Read:
    """The mean of the persons' means, 1 to 7; of psychological safety with items 1, 3 and 5 reversed."""
    return _of(survey, "The mean of the persons' means, 1 to 7", lambda result: result.mean)


def index_of(survey: str) -> Read:
    """(mean − 1) / 6 × 100."""
    return _of(survey, "(mean - 1) / 6 x 100", lambda result: result.index)


def responses_of(survey: str) -> Read:
    """How many persons count; a count."""
    return _of(survey, "How many persons count", lambda result: float(result.n))
