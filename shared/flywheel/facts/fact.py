"""Facts: what the figures need of an event and no more, one small immutable value per event.

Names stay text; shas become the first 64 bits of their SHA-256, times whole microseconds since the epoch; those of
commits lie in arrays, eight bytes each, and in `()` where there are none. A fact does
not hold its `id`: the hash of `source` and `id` is its `key`, which is all that identity and retraction ask for. Only a
`Change Recorded` keeps it, because the order of pushes at one instant is told by it (domain: "Deployments").
"""

from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from operator import attrgetter
from struct import Struct as Layout
from sys import intern
from typing import Any, ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace

import events
from shared.flywheel.facts.derived import derived_fact
from shared.flywheel.facts.links import link_of
from shared.flywheel.moments import micros, micros_or_none


class Fact(Struct, frozen=True, gc=False):
    """The fields of every fact. `time` is in microseconds since the epoch; `key` stands for (`source`, `detail.id`).

    `source`, `account` (the AWS account that EventBridge names) and `url` are None where they were not stated, and
    where the fact was stored before they were kept: `source` tells which, as every event has one.
    `content`: 32 bits of what was received; `content_tail`: 32 more, None where it is not known or nothing asks for it.
    """

    kind: ClassVar[str] = ""
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
    title: str | None
    goal: str | None
    input_metric: str | None
    follows: str | None


class GoalSet(Fact, frozen=True, gc=False):
    """A goal; its statement stays in the log."""

    kind: ClassVar[str] = "Goal Set"
    goal: str
    parent: str | None
    value_oriented: bool | None


class MetricDefined(Fact, frozen=True, gc=False):
    """The definition of a metric from here on."""

    kind: ClassVar[str] = "Metric Defined"
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
    metric: str
    value: float


class ChallengeOpened(Fact, frozen=True, gc=False):
    """A challenge begins."""

    kind: ClassVar[str] = "Challenge Opened"
    challenge: str
    form: str | None
    challenger: str | None
    title: str | None


class ChallengeResolved(Fact, frozen=True, gc=False):
    """A challenge ends with a decision: `proceed`, `change` or `stop`."""

    kind: ClassVar[str] = "Challenge Resolved"
    challenge: str
    decision: str


class MapSubmitted(Fact, frozen=True, gc=False):
    """A map of one sort; its text stays in the log, and `contents` is what `map_contents.kept` keeps of it.

    None: recorded before anything was kept of maps, so that only its time is known.
    """

    kind: ClassVar[str] = "Map Submitted"
    map: str
    contents: str | None = None


class SurveyAnswered(Fact, frozen=True, gc=False):
    """One anonymous answer sheet."""

    kind: ClassVar[str] = "Survey Answered"
    is_final: ClassVar[bool] = True
    survey: str
    answers: tuple[int | None, ...]


class BlockerOpened(Fact, frozen=True, gc=False):
    """A turn is blocked."""

    kind: ClassVar[str] = "Blocker Opened"
    blocker: str
    category: str | None
    title: str | None


class BlockerClosed(Fact, frozen=True, gc=False):
    """The blocker is gone."""

    kind: ClassVar[str] = "Blocker Closed"
    blocker: str
    category: str | None


class WorkStarted(Fact, frozen=True, gc=False):
    """Work on a turn began."""

    kind: ClassVar[str] = "Work Started"


class ChangeRecorded(Fact, frozen=True, gc=False):
    """A push to a branch, oldest commit first; the four commit columns run in step (the last two may be empty)."""

    kind: ClassVar[str] = "Change Recorded"
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
    deployment: str
    environment: str
    head: int | None


class DeploymentFinished(Fact, frozen=True, gc=False):
    """A deployment ended; the commit columns run in step (`commit_ideas` is empty where no commit names an idea)."""

    kind: ClassVar[str] = "Deployment Finished"
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
    deployments: tuple[str, ...]
    shas: Sequence[int]
    audience: float | None


class FeatureWithdrawn(Fact, frozen=True, gc=False):
    """A feature was taken back."""

    kind: ClassVar[str] = "Feature Withdrawn"


class IncidentOpened(Fact, frozen=True, gc=False):
    """An incident begins. At most one of the three causes is stated."""

    kind: ClassVar[str] = "Incident Opened"
    incident: str
    severity: str | None
    cause_deployment: str | None
    cause_commit: int | None
    external: bool
    title: str | None


class IncidentResolved(Fact, frozen=True, gc=False):
    """An incident ends. At most one of the three causes is stated."""

    kind: ClassVar[str] = "Incident Resolved"
    incident: str
    severity: str | None
    cause_deployment: str | None
    cause_commit: int | None
    external: bool


class IncidentReviewed(Fact, frozen=True, gc=False):
    """An incident was reviewed. At most one of the three causes is stated."""

    kind: ClassVar[str] = "Incident Reviewed"
    incident: str
    actions: int | None
    actions_done: int | None
    cause_deployment: str | None
    cause_commit: int | None
    external: bool


class OutcomeRecorded(Fact, frozen=True, gc=False):
    """The outcome of a turn; `note` as `briefly` cuts it."""

    kind: ClassVar[str] = "Outcome Recorded"
    result: str
    note: str | None


class TurnStopped(Fact, frozen=True, gc=False):
    """An idea is taken no further; `reason` as `briefly` cuts it."""

    kind: ClassVar[str] = "Turn Stopped"
    reason: str | None


class ReviewRecorded(Fact, frozen=True, gc=False):
    """Risk counts of a Well-Architected review, over all its pillars."""

    kind: ClassVar[str] = "Review Recorded"
    workload: str
    high: int
    medium: int
    none: int
    actions_done: int | None


class CarbonRecorded(Fact, frozen=True, gc=False):
    """Emissions of one period, grams of CO2 equivalent."""

    kind: ClassVar[str] = "Carbon Recorded"
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
    roles: tuple[str, ...]


class RitualHeld(Fact, frozen=True, gc=False):
    """A ritual took place."""

    kind: ClassVar[str] = "Ritual Held"
    ritual: str


class EventRetracted(Fact, frozen=True, gc=False):
    """The event with the key `target` was taken back."""

    kind: ClassVar[str] = "Event Retracted"
    target: int


SHOWN = 200
"""Characters of a title, note or reason that are shown."""

_KIND_BITS = 6
"""Enough for the numbers of 64 kinds."""

_HALF_BITS, _HALF = 32, 0xFFFFFFFF
_LATELY = 4096
"""So many values that were met last are held once in memory for all who meet them again."""

_WHOLE = Layout(">Q").unpack_from
_HALVES = Layout(">II").unpack_from
"""The first 64 bits of a hash, as one number and as two."""

IncidentFact = IncidentOpened | IncidentResolved | IncidentReviewed


def key_of(source: str, id: str) -> int:
    """The identity of an event as 64 bits: the first of SHA-256 over source, a zero byte and `detail.id`."""
    return _bits(f"{source}\0{id}".encode())


@lru_cache(_LATELY)
def sha_of(sha: str) -> int:
    """A commit as 64 bits: the first of SHA-256 over its sha as sent; a push and what deploys it tell the same ones."""
    return _bits(sha.encode())


def fact_of(event: events.Event) -> Fact:
    """The fact of a valid event."""
    return _fact_of(event, *_content_of(event))


def light_fact_of(event: events.Event) -> tuple[Fact, int]:
    """The fact without what tells versions of one event apart, and that aside: for `with_content`, where there are."""
    content, tail = _content_of(event)
    return _fact_of(event, 0, None), content << _HALF_BITS | tail


def with_content(fact: Fact, content: int) -> Fact:
    """A light fact, made whole."""
    return replace(fact, content=content >> _HALF_BITS, content_tail=content & _HALF)


def _fact_of(event: events.Event, content: int, tail: int | None) -> Fact:
    detail: Any = event.detail
    type_, _, extras, has_repository = _FACTS[event.detail_type]
    return type_(
        micros(detail.time),
        key_of(event.source, detail.id),
        detail.revision,
        content,
        _once(detail.flywheel),
        _once(detail.service),
        _once(detail.repository) if has_repository else None,
        _once(detail.idea),
        _once(detail.feature),
        intern(event.source),
        event.account,
        link_of(detail.url),
        tail,
        *extras(event.source, detail),
        *(("direction" in event.raw,) if type_ is MetricDefined else ()),
    )


def _content_of(event: events.Event) -> tuple[int, int]:
    """26 bits of the SHA-256 of a detail's canonical form, which rank it, 6 of its kind's number; the next 32 bits.

    So one detail sent under two detail-types is two versions of one event, whichever arrives first.
    """
    first, second = _HALVES(sha256(event.canonical).digest())
    return first >> _KIND_BITS << _KIND_BITS | _FACTS[event.detail_type][1], second


def _once(name: str | None) -> str | None:
    """A name that many events have, held in memory once for all of them."""
    return name if name is None else intern(name)


def briefly(text: str | None) -> str | None:
    """An outside text as far as it is ever shown, and one character more, which tells that it was cut."""
    return text if text is None else text[: SHOWN + 1]


def _bits(text: bytes) -> int:
    return int(_WHOLE(sha256(text).digest())[0])


def _fields(first: str, *others: str) -> Callable[[str, Any], tuple[Any, ...]]:
    get = attrgetter(first, *others)
    return (lambda _, detail: get(detail)) if others else (lambda _, detail: (get(detail),))


def _nothing(_: str, __: Any) -> tuple[Any, ...]:
    return ()


def _names(detail: Any, column: Literal["ideas", "services"]) -> tuple[tuple[str, ...], ...]:
    """The names in each commit of a detail, or nothing at all where none of them names any."""
    named = tuple(tuple(getattr(commit, column) or ()) for commit in detail.commits or ())
    return named if any(named) else ()


def _cause(detail: Any) -> tuple[str | None, int | None, bool]:
    cause = detail.cause
    if cause is None:
        return (None, None, False)
    return (cause.deployment, None if cause.commit is None else sha_of(cause.commit), cause.external is True)


def _shas(commits: Sequence[Any]) -> Sequence[int]:
    return _hashes(tuple([sha_of(commit.sha) for commit in commits]))


def _times(commits: Sequence[Any]) -> Sequence[int]:
    return _instants(tuple([micros(commit.time) for commit in commits]))


@lru_cache(_LATELY)
def _hashes(column: tuple[int, ...]) -> Sequence[int]:
    return array("Q", column) if column else ()


@lru_cache(_LATELY)
def _instants(column: tuple[int, ...]) -> Sequence[int]:
    return array("q", column) if column else ()


def _change(_: str, detail: Any) -> tuple[Any, ...]:
    return (
        detail.id,
        _once(detail.branch),
        sha_of(detail.head),
        _shas(detail.commits),
        _times(detail.commits),
        _names(detail, "ideas"),
        _names(detail, "services"),
    )


@lru_cache(_LATELY)
def _lately(name: str) -> str:
    """A name that the next few events may have, and no other: not kept for good."""
    return name


def _started(_: str, detail: Any) -> tuple[Any, ...]:
    return (
        _lately(detail.deployment),
        intern(detail.environment),
        None if detail.head is None else sha_of(detail.head),
    )


def _finished(source: str, detail: Any) -> tuple[Any, ...]:
    return (
        *_started(source, detail),
        detail.outcome,
        detail.kind,
        _shas(detail.commits or ()),
        _times(detail.commits or ()),
        _names(detail, "ideas"),
        tuple(detail.ideas or ()),
        tuple(detail.features or ()),
        detail.remediates,
        micros_or_none(detail.started_at),
        detail.manual_steps,
        detail.net_lines,
    )


def _released(_: str, detail: Any) -> tuple[Any, ...]:
    return (
        tuple(detail.deployments or ()),
        _hashes(tuple([sha_of(sha) for sha in detail.commits or ()])),
        detail.audience,
    )


def _incident(_: str, detail: Any) -> tuple[Any, ...]:
    return (detail.incident, detail.severity, *_cause(detail))


def _review(_: str, detail: Any) -> tuple[Any, ...]:
    risks = detail.risks.values()
    counts = (sum(risk.high for risk in risks), sum(risk.medium for risk in risks), sum(risk.none for risk in risks))
    return (detail.workload, *counts, detail.actions_done)


def _carbon(_: str, detail: Any) -> tuple[Any, ...]:
    operational = detail.operational_gco2e
    if operational is None:
        operational = detail.energy_kwh * detail.intensity_gco2e_per_kwh
    return (
        micros(detail.period_start),
        micros(detail.period_end),
        detail.unit,
        detail.units,
        operational,
        detail.embodied_gco2e,
        detail.model_version,
    )


def _map(_: str, detail: Any) -> tuple[Any, ...]:
    from shared.flywheel.maps.contents import kept  # noqa: PLC0415  the reader of maps, for the few events that are one

    return (detail.map, kept(detail.text))


_EXTRAS: dict[type[Fact], Callable[[str, Any], tuple[Any, ...]]] = {
    IdeaProposed: _fields("title", "goal", "input_metric", "follows"),
    GoalSet: _fields("goal", "parent", "value_oriented"),
    MetricDefined: _fields("metric", "role", "unit", "target", "direction", "cadence_days"),
    MetricMeasured: lambda _, detail: (intern(detail.metric), detail.value),
    ChallengeOpened: lambda _, d: (d.challenge, d.kind, d.challenger, briefly(d.title)),
    ChallengeResolved: _fields("challenge", "decision"),
    MapSubmitted: _map,
    SurveyAnswered: lambda _, detail: (detail.survey, tuple(detail.answers)),
    BlockerOpened: lambda _, d: (d.blocker, d.category, briefly(d.title)),
    BlockerClosed: _fields("blocker", "category"),
    WorkStarted: _nothing,
    ChangeRecorded: _change,
    DeploymentStarted: _started,
    DeploymentFinished: _finished,
    FeatureReleased: _released,
    FeatureWithdrawn: _nothing,
    IncidentOpened: lambda source, d: (*_incident(source, d), briefly(d.title)),
    IncidentResolved: _incident,
    IncidentReviewed: lambda _, detail: (detail.incident, detail.actions, detail.actions_done, *_cause(detail)),
    OutcomeRecorded: lambda _, d: (d.result, briefly(d.note)),
    TurnStopped: lambda _, d: (briefly(d.reason),),
    ReviewRecorded: _review,
    CarbonRecorded: _carbon,
    BoxFormed: lambda _, detail: (tuple(detail.roles),),
    RitualHeld: _fields("ritual"),
    EventRetracted: lambda source, detail: (key_of(source, detail.retracts),),
}

_OF_THEIR_OWN = {type_.kind: (type_, extras) for type_, extras in _EXTRAS.items()}


def _known(kind: events.Kind) -> tuple[type[Fact], int, Callable[[str, Any], tuple[Any, ...]], bool]:
    """How a kind's fact is made, one of its own or that which its contract's plain fields give; and whether the
    contract has a repository.
    """
    has_repository = "repository" in kind.model.__struct_fields__
    if kind.name in _OF_THEIR_OWN:
        type_, extras = _OF_THEIR_OWN[kind.name]
        return type_, kind.number, extras, has_repository
    type_, values = derived_fact(kind.name, kind.model, Fact)
    return type_, kind.number, lambda _, detail: values(detail), has_repository


_FACTS = {kind.name: _known(kind) for kind in events.KINDS}

NUMBERS: dict[type[Fact], int] = {type_: number for type_, number, *_ in _FACTS.values()}
"""Every kind of fact, with the number under which a packed segment holds it."""

FACT_TYPES: tuple[type[Fact], ...] = tuple(NUMBERS)
