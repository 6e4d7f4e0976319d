"""Where the facts of an event go, and what it names: pure, by the settings of the moment of writing.

A place is where to look, never an answer: whose an event is, the fold decides from all events and the settings of then.
"""

from typing import NamedTuple

from shared.flywheel.facts.fact import (
    BlockerOpened,
    ChallengeOpened,
    ChangeRecorded,
    DeploymentFinished,
    DeploymentStarted,
    EventRetracted,
    Fact,
    IncidentOpened,
)
from shared.flywheel.settings.values import Settings
from shared.store.table import names
from shared.store.table.keys import flywheel_partition, repository_partition

TOLD_BY = ("idea", "feature", "incident", "blocker", "challenge")
"""What an event without flywheel, service or repository of an owner can be told by (domain: "Flywheel of an event")."""


class Named(NamedTuple):
    """A thing that events name, for example an idea."""

    what: str
    name: str


class Placed(NamedTuple):
    """A service or repository whose facts the settings of their time put into a partition."""

    what: str
    name: str
    partition: str


def known_flywheel(fact: Fact, settings: Settings) -> str | None:
    """The flywheel that the event itself tells: its field, the owner of its service, the owner of its repository."""
    if fact.flywheel is not None:
        return fact.flywheel
    owner = settings.owner_of_service(fact.service) if fact.service is not None else None
    if owner is None and fact.repository is not None:
        owner = settings.owner_of_repository(fact.repository)
    return owner


def partitions_of(fact: Fact, settings: Settings) -> tuple[str, ...]:
    """The partitions that hold the fact.

    Retractions are shared, as they may concern any flywheel. Recorded changes lie under their repository, and only
    there where no flywheel is known and they name nothing that could tell it.
    """
    if isinstance(fact, EventRetracted):
        return (names.SHARED_PARTITION,)
    flywheel = known_flywheel(fact, settings)
    home = names.SHARED_PARTITION if flywheel is None else flywheel_partition(flywheel)
    if not isinstance(fact, ChangeRecorded) or fact.repository is None:
        return (home,)
    repository = repository_partition(fact.repository)
    return (repository,) if flywheel is None and not named(fact) else (home, repository)


def named(fact: Fact) -> list[Named]:
    """What the event names that may tell its flywheel, or that of others."""
    found = ((what, getattr(fact, what, None)) for what in TOLD_BY)
    return [Named(what, name) for what, name in found if isinstance(name, str)]


def hinted(fact: Fact) -> list[Named]:
    """What the event's own flywheel becomes known for: ideas, features, what it opens, repositories it deploys from.

    Of incidents, blockers and challenges only openings tell the flywheel of others.
    """
    opens = isinstance(fact, IncidentOpened | BlockerOpened | ChallengeOpened)
    found = [thing for thing in named(fact) if opens or thing.what in ("idea", "feature")]
    if (repository := repository_to_look_up(fact)) is not None:
        found.append(Named("repository", repository))
    return found


def repository_to_look_up(fact: Fact) -> str | None:
    """The repository whose recorded changes a deployment needs: it has a head and lists no commits."""
    if not isinstance(fact, DeploymentStarted | DeploymentFinished) or fact.head is None:
        return None
    return None if isinstance(fact, DeploymentFinished) and fact.shas else fact.repository


def placed(fact: Fact, settings: Settings) -> list[Placed]:
    """What somebody must know who later maps a service or repository to another flywheel."""
    if isinstance(fact, EventRetracted) or fact.flywheel is not None:
        return []
    home = partitions_of(fact, settings)[0]
    if home == names.SHARED_PARTITION:
        return []
    told_by = [("service", fact.service), ("repository", fact.repository)]
    return [Placed(what, name, home) for what, name in told_by if name is not None]
