"""Facts: what the figures need of an event and no more, one small immutable value per event.

Names stay text; shas become the first 64 bits of their SHA-256, times whole microseconds since the epoch; those of
commits lie in arrays, eight bytes each, and in `()` where there are none. A fact does
not hold its `id`: the hash of `source` and `id` is its `key`, which is all that identity and retraction ask for. Only a
`Change Recorded` keeps it, because the order of pushes at one instant is told by it (domain: "Deployments").
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from struct import Struct as Layout
from typing import ClassVar

from msgspec import Struct


class Fact(Struct, frozen=True, gc=False):
    """The fields of every fact. `time` is in microseconds since the epoch; `key` stands for (`source`, `detail.id`).

    `source`, `account` (the AWS account that EventBridge names) and `url` are None where they were not stated, and
    where the fact was stored before they were kept: `source` tells which, as every event has one.
    `content`: 32 bits of what was received; `content_tail`: 32 more, None where it is not known or nothing asks for it.
    """

    kind: ClassVar[str] = ""
    number: ClassVar[int] = -1
    """Of its kind, under which a packed segment holds it: that of `events.KINDS`."""
    is_derived: ClassVar[bool] = False
    """Whether its fields are those of its contract, as `facts.derived` takes them."""
    is_final: ClassVar[bool] = False
    """Whether nothing corrects or takes back an event of this kind (its contract says so)."""
    time: int
    key: int
    revision: int
    content: int
    flywheel: str | None
    service: str | None
    repository: str | None
    idea: str | None
    feature: str | None
    source: str | None
    account: str | None
    url: str | None
    content_tail: int | None

    def __hash__(self) -> int:
        """Of what tells one fact from another; the arrays in some of them have no hash."""
        return hash((self.key, self.rank))

    @property
    def rank(self) -> tuple[int, int, int]:
        """Of the facts with one key the one with the highest rank counts (domain: "Identity")."""
        return (self.revision, self.time, self.content)


class IdeaProposed(Fact, frozen=True, gc=False):
    """An idea enters the wheel."""

    kind: ClassVar[str] = "Idea Proposed"
    number: ClassVar[int] = 0
    title: str | None
    goal: str | None
    input_metric: str | None
    follows: str | None


class GoalSet(Fact, frozen=True, gc=False):
    """A goal; its statement stays in the log."""

    kind: ClassVar[str] = "Goal Set"
    number: ClassVar[int] = 1
    goal: str
    parent: str | None
    value_oriented: bool | None


class MetricDefined(Fact, frozen=True, gc=False):
    """The definition of a metric from here on."""

    kind: ClassVar[str] = "Metric Defined"
    number: ClassVar[int] = 2
    metric: str
    role: str
    unit: str | None
    target: float | None
    direction: str
    cadence_days: float | None
    is_direction_stated: bool | None = None
    """False where the contract's default stands for what the sender left out; None of facts that were stored before."""


class MetricMeasured(Fact, frozen=True, gc=False):
    """One value of a metric."""

    kind: ClassVar[str] = "Metric Measured"
    number: ClassVar[int] = 3
    metric: str
    value: float


class ChallengeOpened(Fact, frozen=True, gc=False):
    """A challenge begins."""

    kind: ClassVar[str] = "Challenge Opened"
    number: ClassVar[int] = 4
    challenge: str
    form: str | None
    challenger: str | None
    title: str | None


class ChallengeResolved(Fact, frozen=True, gc=False):
    """A challenge ends with a decision: `proceed`, `change` or `stop`."""

    kind: ClassVar[str] = "Challenge Resolved"
    number: ClassVar[int] = 5
    challenge: str
    decision: str


class MapSubmitted(Fact, frozen=True, gc=False):
    """A map of one sort; its text stays in the log, and `contents` is what `map_contents.kept` keeps of it.

    None: recorded before anything was kept of maps, so that only its time is known.
    """

    kind: ClassVar[str] = "Map Submitted"
    number: ClassVar[int] = 6
    map: str
    contents: str | None = None


class SurveyAnswered(Fact, frozen=True, gc=False):
    """One anonymous answer sheet."""

    kind: ClassVar[str] = "Survey Answered"
    number: ClassVar[int] = 7
    is_final: ClassVar[bool] = True
    survey: str
    answers: tuple[int | None, ...]


class BlockerOpened(Fact, frozen=True, gc=False):
    """A turn is blocked."""

    kind: ClassVar[str] = "Blocker Opened"
    number: ClassVar[int] = 8
    blocker: str
    category: str | None
    title: str | None


class BlockerClosed(Fact, frozen=True, gc=False):
    """The blocker is gone."""

    kind: ClassVar[str] = "Blocker Closed"
    number: ClassVar[int] = 9
    blocker: str
    category: str | None


class WorkStarted(Fact, frozen=True, gc=False):
    """Work on a turn began."""

    kind: ClassVar[str] = "Work Started"
    number: ClassVar[int] = 10


class ChangeRecorded(Fact, frozen=True, gc=False):
    """A push to a branch, oldest commit first; the four commit columns run in step (the last two may be empty)."""

    kind: ClassVar[str] = "Change Recorded"
    number: ClassVar[int] = 11
    id: str
    branch: str | None
    head: int
    shas: Sequence[int]
    commit_times: Sequence[int]
    commit_ideas: tuple[tuple[str, ...], ...]
    commit_services: tuple[tuple[str, ...], ...]


class DeploymentStarted(Fact, frozen=True, gc=False):
    """Adds to the deployment of the same name."""

    kind: ClassVar[str] = "Deployment Started"
    number: ClassVar[int] = 12
    deployment: str
    environment: str
    head: int | None


class DeploymentFinished(Fact, frozen=True, gc=False):
    """A deployment ended; the commit columns run in step (`commit_ideas` is empty where no commit names an idea)."""

    kind: ClassVar[str] = "Deployment Finished"
    number: ClassVar[int] = 13
    deployment: str
    environment: str
    head: int | None
    outcome: str
    nature: str
    shas: Sequence[int]
    commit_times: Sequence[int]
    commit_ideas: tuple[tuple[str, ...], ...]
    ideas: tuple[str, ...]
    features: tuple[str, ...]
    remediates: str | None
    started_at: int | None
    manual_steps: int | None
    net_lines: int | None


class FeatureReleased(Fact, frozen=True, gc=False):
    """A release; an `audience` of 0 releases nothing."""

    kind: ClassVar[str] = "Feature Released"
    number: ClassVar[int] = 14
    deployments: tuple[str, ...]
    shas: Sequence[int]
    audience: float | None


class FeatureWithdrawn(Fact, frozen=True, gc=False):
    """A feature was taken back."""

    kind: ClassVar[str] = "Feature Withdrawn"
    number: ClassVar[int] = 15


class IncidentOpened(Fact, frozen=True, gc=False):
    """An incident begins. At most one of the three causes is stated."""

    kind: ClassVar[str] = "Incident Opened"
    number: ClassVar[int] = 16
    incident: str
    severity: str | None
    cause_deployment: str | None
    cause_commit: int | None
    external: bool
    title: str | None


class IncidentResolved(Fact, frozen=True, gc=False):
    """An incident ends. At most one of the three causes is stated."""

    kind: ClassVar[str] = "Incident Resolved"
    number: ClassVar[int] = 17
    incident: str
    severity: str | None
    cause_deployment: str | None
    cause_commit: int | None
    external: bool


class IncidentReviewed(Fact, frozen=True, gc=False):
    """An incident was reviewed. At most one of the three causes is stated."""

    kind: ClassVar[str] = "Incident Reviewed"
    number: ClassVar[int] = 18
    incident: str
    actions: int | None
    actions_done: int | None
    cause_deployment: str | None
    cause_commit: int | None
    external: bool


class OutcomeRecorded(Fact, frozen=True, gc=False):
    """The outcome of a turn; `note` as `briefly` cuts it."""

    kind: ClassVar[str] = "Outcome Recorded"
    number: ClassVar[int] = 19
    result: str
    note: str | None


class TurnStopped(Fact, frozen=True, gc=False):
    """An idea is taken no further; `reason` as `briefly` cuts it."""

    kind: ClassVar[str] = "Turn Stopped"
    number: ClassVar[int] = 20
    reason: str | None


class ReviewRecorded(Fact, frozen=True, gc=False):
    """Risk counts of a Well-Architected review, over all its pillars."""

    kind: ClassVar[str] = "Review Recorded"
    number: ClassVar[int] = 21
    workload: str
    high: int
    medium: int
    none: int
    actions_done: int | None


class CarbonRecorded(Fact, frozen=True, gc=False):
    """Emissions of one period, grams of CO2 equivalent."""

    kind: ClassVar[str] = "Carbon Recorded"
    number: ClassVar[int] = 22
    period_start: int
    period_end: int
    unit: str
    units: float
    operational_gco2e: float
    embodied_gco2e: float | None
    model_version: str | None


class BoxFormed(Fact, frozen=True, gc=False):
    """The roles that take an idea on."""

    kind: ClassVar[str] = "Box Formed"
    number: ClassVar[int] = 23
    roles: tuple[str, ...]


class RitualHeld(Fact, frozen=True, gc=False):
    """A ritual took place."""

    kind: ClassVar[str] = "Ritual Held"
    number: ClassVar[int] = 24
    ritual: str


class EventRetracted(Fact, frozen=True, gc=False):
    """The event with the key `target` was taken back."""

    kind: ClassVar[str] = "Event Retracted"
    number: ClassVar[int] = 25
    target: int


OWN: tuple[type[Fact], ...] = tuple(Fact.__subclasses__())
"""The kinds of facts above; any other is made of its contract (`facts.derived`)."""

IncidentFact = IncidentOpened | IncidentResolved | IncidentReviewed

LATELY = 4096
"""So many values that were met last are held once in memory for all who meet them again."""

_WHOLE = Layout(">Q").unpack_from
"""The first 64 bits of a hash."""


def key_of(source: str, id: str) -> int:
    """The identity of an event as 64 bits: the first of SHA-256 over source, a zero byte and `detail.id`."""
    return _bits(f"{source}\0{id}".encode())


@lru_cache(LATELY)
def sha_of(sha: str) -> int:
    """A commit as 64 bits: the first of SHA-256 over its sha as sent; a push and what deploys it tell the same ones."""
    return _bits(sha.encode())


def _bits(text: bytes) -> int:
    return int(_WHOLE(sha256(text).digest())[0])
