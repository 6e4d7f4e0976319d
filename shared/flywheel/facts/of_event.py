"""The fact of an event: what the figures need of its contract, by kind."""

from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from operator import attrgetter
from struct import Struct as Layout
from sys import intern
from typing import Any, Literal

from msgspec.structs import replace

import events
from shared.flywheel.facts.derived import derived_facts
from shared.flywheel.facts.fact import (
    LATELY,
    OWN,
    BlockerClosed,
    BlockerOpened,
    BoxFormed,
    CarbonRecorded,
    ChallengeOpened,
    ChallengeResolved,
    ChangeRecorded,
    DeploymentFinished,
    DeploymentStarted,
    EventRetracted,
    Fact,
    FeatureReleased,
    FeatureWithdrawn,
    GoalSet,
    IdeaProposed,
    IncidentOpened,
    IncidentResolved,
    IncidentReviewed,
    MapSubmitted,
    MetricDefined,
    MetricMeasured,
    OutcomeRecorded,
    ReviewRecorded,
    RitualHeld,
    SurveyAnswered,
    TurnStopped,
    WorkStarted,
    key_of,
    sha_of,
)
from shared.flywheel.facts.links import link_of
from shared.flywheel.moments import micros, micros_or_none

SHOWN = 200
"""Characters of a title, note or reason that are shown."""

_KIND_BITS = 6
"""Enough for the numbers of 64 kinds."""

_HALF_BITS, _HALF = 32, 0xFFFFFFFF
_HALVES = Layout(">II").unpack_from
"""The first 64 bits of a hash, as two numbers."""


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


@lru_cache(LATELY)
def _hashes(column: tuple[int, ...]) -> Sequence[int]:
    return array("Q", column) if column else ()


@lru_cache(LATELY)
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


@lru_cache(LATELY)
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

_OWN = {type_.number: type_ for type_ in OWN}


def _known(kind: events.Kind) -> tuple[type[Fact], int, Callable[[str, Any], tuple[Any, ...]], bool]:
    """How a kind's fact is made, one of its own or that which its contract's plain fields give; and whether the
    contract has a repository.
    """
    has_repository = "repository" in kind.model.__struct_fields__
    if (own := _OWN.get(kind.number)) is not None:
        return own, kind.number, _EXTRAS[own], has_repository
    type_, values = derived_facts()[kind.number]
    return type_, kind.number, lambda _, detail: values(detail), has_repository


_FACTS = {kind.name: _known(kind) for kind in events.KINDS}

FACT_TYPES: tuple[type[Fact], ...] = tuple(type_ for type_, *_ in _FACTS.values())
"""Every kind of fact."""
