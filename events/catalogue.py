"""Every detail-type by its name on the bus: the one list that decoding, schemas and rules are made from."""

from typing import Any

from events.challenge import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    MapSubmitted,
    RitualHeld,
    SurveyAnswered,
)
from events.common import PUBLISHER, Detail
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

DETAIL_TYPES: dict[str, type[Detail]] = {
    "Idea Proposed": IdeaProposed,
    "Goal Set": GoalSet,
    "Metric Defined": MetricDefined,
    "Metric Measured": MetricMeasured,
    "Challenge Opened": ChallengeOpened,
    "Challenge Resolved": ChallengeResolved,
    "Map Submitted": MapSubmitted,
    "Survey Answered": SurveyAnswered,
    "Blocker Opened": BlockerOpened,
    "Blocker Closed": BlockerClosed,
    "Work Started": WorkStarted,
    "Change Recorded": ChangeRecorded,
    "Deployment Started": DeploymentStarted,
    "Deployment Finished": DeploymentFinished,
    "Feature Released": FeatureReleased,
    "Feature Withdrawn": FeatureWithdrawn,
    "Incident Opened": IncidentOpened,
    "Incident Resolved": IncidentResolved,
    "Incident Reviewed": IncidentReviewed,
    "Outcome Recorded": OutcomeRecorded,
    "Turn Stopped": TurnStopped,
    "Review Recorded": ReviewRecorded,
    "Carbon Recorded": CarbonRecorded,
    "Box Formed": BoxFormed,
    "Ritual Held": RitualHeld,
    "Event Retracted": EventRetracted,
}
"""What producers may send."""

PUBLISHED_DETAIL_TYPES = (
    "Turn Started",
    "Phase Entered",
    "Phase Completed",
    "Turn Completed",
    "Turn Stalled",
    "Phase Summary Ready",
    "Digest Ready",
    "Doom Loop Suspected",
)
"""What the system itself publishes, with source `flywheel`."""


def rule_pattern() -> dict[str, Any]:
    """The EventBridge pattern of the rule that feeds `record`: whatever anyone but ourselves sends.

    It names no detail-types: a misspelt one must end as a rejection with its reason, not unseen in the archive.
    """
    return {"source": [{"anything-but": [PUBLISHER]}]}
