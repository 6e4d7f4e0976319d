"""The places of an event's facts, and the names in it: pure, by the settings of the moment of writing.

A place is where to look, never an answer: whose an event is, the fold decides from all events and the settings of then.
"""

from functools import cache

from shared.flywheel.facts.fact import ChangeRecorded, DeploymentFinished, DeploymentStarted, EventRetracted, Fact
from shared.flywheel.facts.openings import CLOSES, OPENS
from shared.flywheel.settings.values import Settings
from shared.store.segments.things import BESIDE, Named, Placed
from shared.store.table import names
from shared.store.table.keys import flywheel_partition, repository_partition

TOLD_BY = ("idea", "feature", "incident", "blocker", "challenge")
"""Fields that place an event without flywheel, service or repository of an owner (domain: "Flywheel of an event")."""


def known_flywheel(fact: Fact, settings: Settings) -> str | None:
    """The flywheel that the event itself tells: its field, the owner of its service, the owner of its repository."""
    if fact.flywheel is not None:
        return fact.flywheel
    owner = settings.owner_of_service(fact.service) if fact.service is not None else None
    if owner is None and fact.repository is not None:
        owner = settings.owner_of_repository(fact.repository)
    return owner


def told_by(fact: Fact, settings: Settings) -> tuple[str, ...]:
    """The flywheels that the event itself may belong to: the one that it tells; of a closing all that it tells.

    A closing follows its opening, and without one may belong to the owner of its service though it names another.
    """
    if closed(fact) is None:
        known = known_flywheel(fact, settings)
        return () if known is None else (known,)
    service = None if fact.service is None else settings.owner_of_service(fact.service)
    repository = None if fact.repository is None else settings.owner_of_repository(fact.repository)
    stated = (fact.flywheel, service, repository)
    return tuple(dict.fromkeys(flywheel for flywheel in stated if flywheel is not None))


def partitions_of(fact: Fact, settings: Settings) -> tuple[str, ...]:
    """The partitions that hold the fact.

    Retractions are shared, as they may concern any flywheel. Recorded changes lie under their repository, and only
    there where no flywheel is known and they name nothing that could tell it.
    """
    if isinstance(fact, EventRetracted):
        return (names.SHARED_PARTITION,)
    stated = told_by(fact, settings)
    homes = tuple(flywheel_partition(flywheel) for flywheel in stated) or (names.SHARED_PARTITION,)
    if not isinstance(fact, ChangeRecorded) or fact.repository is None:
        return homes
    repository = repository_partition(fact.repository)
    return (repository,) if not stated and not named(fact) else (*homes, repository)


def named(fact: Fact) -> list[Named]:
    """The names in the event that may tell its flywheel, or that of others."""
    values = ((what, getattr(fact, what)) for what in _naming(type(fact)))
    return [Named(what, name) for what, name in values if isinstance(name, str)]


@cache
def _naming(type_: type[Fact]) -> tuple[str, ...]:
    """The fields of a kind that name something."""
    return tuple(what for what in TOLD_BY if what in type_.__struct_fields__)


def opened(fact: Fact) -> Named | None:
    """The incident, blocker or challenge that an event opens."""
    what = OPENS.get(type(fact))
    return None if what is None else Named(what, getattr(fact, what))


def closed(fact: Fact) -> Named | None:
    """The incident, blocker or challenge that an event closes or reviews: it follows the opening of that."""
    what = CLOSES.get(type(fact))
    return None if what is None else Named(what, getattr(fact, what))


def hinted(fact: Fact) -> list[Named]:
    """The names that the event's own flywheel becomes known for: ideas, features, openings, repositories deployed from.

    Of incidents, blockers and challenges only openings tell the flywheel of others.
    """
    opens = opened(fact) is not None
    things = [thing for thing in named(fact) if opens or thing.what in ("idea", "feature")]
    if (repository := repository_to_look_up(fact)) is not None:
        things.append(Named("repository", repository))
    return things


def repository_to_look_up(fact: Fact) -> str | None:
    """The repository whose recorded changes a deployment needs: it has a head and lists no commits."""
    if not isinstance(fact, DeploymentStarted | DeploymentFinished) or fact.head is None:
        return None
    return None if isinstance(fact, DeploymentFinished) and fact.shas else fact.repository


def placed(fact: Fact, settings: Settings) -> list[Placed]:
    """The places that somebody must know who later maps a service or repository to another flywheel."""
    if isinstance(fact, EventRetracted) or (fact.flywheel is not None and closed(fact) is None):
        return []
    beside = BESIDE if fact.flywheel is not None else ""
    places = partitions_of(fact, settings)
    homes = [place for place in (places if closed(fact) else places[:1]) if place != names.SHARED_PARTITION]
    naming = [("service", fact.service), ("repository", fact.repository)]
    return [Placed(f"{beside}{what}", name, home) for what, name in naming if name is not None for home in homes]
