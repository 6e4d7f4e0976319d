"""Every detail-type: the one list that decoding, facts, stored segments, schemas and documentation are made from."""

from typing import Any, NamedTuple

from events import PUBLISHER
from events.challenge import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    MapSubmitted,
    RitualHeld,
    SurveyAnswered,
)
from events.common import Detail
from events.correction import EventRetracted
from events.delivery import (
    ChangeRecorded,
    DeploymentFinished,
    DeploymentStarted,
    FeatureReleased,
    FeatureWithdrawn,
    WorkStarted,
)
from events.purpose import BoxFormed, GoalSet, IdeaProposed, MetricDefined, MetricMeasured
from events.value import (
    CarbonRecorded,
    IncidentOpened,
    IncidentResolved,
    IncidentReviewed,
    OutcomeRecorded,
    ReviewRecorded,
    TurnStopped,
)


class Kind(NamedTuple):
    """One detail-type: its number in stored segments (0 to 63), its name on the bus, and its model.

    A number is given once and for ever: what was stored under it is read by it.
    """

    number: int
    name: str
    model: type[Detail]


KINDS = (
    Kind(0, "Idea Proposed", IdeaProposed),
    Kind(1, "Goal Set", GoalSet),
    Kind(2, "Metric Defined", MetricDefined),
    Kind(3, "Metric Measured", MetricMeasured),
    Kind(4, "Challenge Opened", ChallengeOpened),
    Kind(5, "Challenge Resolved", ChallengeResolved),
    Kind(6, "Map Submitted", MapSubmitted),
    Kind(7, "Survey Answered", SurveyAnswered),
    Kind(8, "Blocker Opened", BlockerOpened),
    Kind(9, "Blocker Closed", BlockerClosed),
    Kind(10, "Work Started", WorkStarted),
    Kind(11, "Change Recorded", ChangeRecorded),
    Kind(12, "Deployment Started", DeploymentStarted),
    Kind(13, "Deployment Finished", DeploymentFinished),
    Kind(14, "Feature Released", FeatureReleased),
    Kind(15, "Feature Withdrawn", FeatureWithdrawn),
    Kind(16, "Incident Opened", IncidentOpened),
    Kind(17, "Incident Resolved", IncidentResolved),
    Kind(18, "Incident Reviewed", IncidentReviewed),
    Kind(19, "Outcome Recorded", OutcomeRecorded),
    Kind(20, "Turn Stopped", TurnStopped),
    Kind(21, "Review Recorded", ReviewRecorded),
    Kind(22, "Carbon Recorded", CarbonRecorded),
    Kind(23, "Box Formed", BoxFormed),
    Kind(24, "Ritual Held", RitualHeld),
    Kind(25, "Event Retracted", EventRetracted),
)
"""Every kind of event that producers may send: the next one is a row with the next number (docs/events.md)."""

DETAIL_TYPES: dict[str, type[Detail]] = {kind.name: kind.model for kind in KINDS}
"""The events that producers may send, by detail-type."""

PUBLISHED_DETAIL_TYPES = (
    "Turn Started",
    "Phase Entered",
    "Turn Held",
    "Phase Completed",
    "Turn Completed",
    "Turn Stalled",
    "Phase Summary Ready",
    "Digest Ready",
    "Doom Loop Suspected",
)
"""The events that the system itself publishes, with source `flywheel`."""


def rule_pattern() -> dict[str, Any]:
    """The EventBridge pattern of the rule that feeds `record`: whatever anyone but ourselves sends.

    It names no detail-types: a misspelt one must end as a rejection with its reason, not unseen in the archive.
    """
    return {"source": [{"anything-but": [PUBLISHER]}]}
