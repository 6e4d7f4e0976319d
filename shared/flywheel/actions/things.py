"""The things of a wheel by title and link, as the source that opened, proposed or finished them told last."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from shared.flywheel.actions.action import Thing, ThingKind
from shared.flywheel.actions.links import shown_link
from shared.flywheel.facts.fact import (
    BlockerClosed,
    BlockerOpened,
    ChallengeOpened,
    ChallengeResolved,
    DeploymentFinished,
    DeploymentStarted,
    Fact,
    FeatureReleased,
    IdeaProposed,
    IncidentOpened,
    IncidentResolved,
    IncidentReviewed,
)
from shared.flywheel.facts.stated import having
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.model import Deployment, Incident, Run, Turn
from shared.flywheel.wording import is_legible

F = TypeVar("F", bound=Fact)

_OF_BLOCKER = (BlockerOpened, BlockerClosed)
_OF_CHALLENGE = (ChallengeOpened, ChallengeResolved)
_OF_INCIDENT = (IncidentOpened, IncidentResolved, IncidentReviewed)
_OF_DEPLOYMENT = (DeploymentFinished, DeploymentStarted)
"""The events about a thing, that which opens or finishes it first."""


def blocker(evidence: Evidence, run: Run) -> Thing:
    """A blocker."""
    return _thing(evidence, "blocker", run.name, _among(evidence, _OF_BLOCKER, run.keys))


def challenge(evidence: Evidence, run: Run) -> Thing:
    """A challenge."""
    return _thing(evidence, "challenge", run.name, _among(evidence, _OF_CHALLENGE, run.keys))


def incident(evidence: Evidence, each: Incident) -> Thing:
    """An incident."""
    return _thing(evidence, "incident", each.name, _among(evidence, _OF_INCIDENT, each.keys))


def deployment(evidence: Evidence, each: Deployment) -> Thing:
    """A deployment."""
    thing = _thing(evidence, "deployment", each.name, _among(evidence, _OF_DEPLOYMENT, each.keys))
    return replace(thing, service=each.service)


def turn(evidence: Evidence, each: Turn) -> Thing:
    """A turn, by its idea's proposals; one of a feature by its releases."""
    facts: list[Fact] = [fact for fact in evidence.all(IdeaProposed) if each.key == "idea" and fact.idea == each.turn]
    if each.key == "feature":
        facts = [fact for fact in evidence.all(FeatureReleased) if fact.feature == each.turn]
    thing = _thing(evidence, "turn", each.turn, facts)
    return thing if each.title is None else Thing(kind="turn", id=each.turn, title=each.title, url=thing.url)


def event_kind(kind: str, title: str | None = None) -> Thing:
    """A kind of event that is to be sent."""
    return Thing(kind="event_kind", id=kind, title=title)


def _among(evidence: Evidence, types: Sequence[type[Fact]], keys: Iterable[int]) -> list[Fact]:
    wanted = set(keys)
    return [fact for type_ in types for fact in having(evidence.all(type_), wanted)]


def _thing(evidence: Evidence, kind: ThingKind, id: str, facts: Sequence[Fact]) -> Thing:
    """By the events of the source of the first one: the latest title and link told. A source not kept is the same."""
    source = facts[0].source if facts else None
    of_source = sorted(
        (fact for fact in facts if source is None or fact.source in {source, None}),
        key=lambda fact: (fact.time, fact.key),
    )
    url = shown_link(_latest(of_source, "url"), evidence.wheel.settings.link_hosts)
    return Thing(kind=kind, id=id, title=_latest(of_source, "title"), url=url)


def _latest(facts: Sequence[Fact], field: str) -> str | None:
    texts = (text for fact in reversed(facts) if (text := getattr(fact, field, None)) and is_legible(text))
    return next(texts, None)
