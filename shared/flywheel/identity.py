"""Which events exist: one per identity, within the memory, not retracted (domain: "Identity", "Event Retracted")."""

from collections.abc import Iterable

from msgspec import Struct

from shared.flywheel.facts import EventRetracted, Fact
from shared.flywheel.moments import MEMORY


class Versions(Struct, frozen=True):
    """The highest version of every event; how often a key came again unchanged, and how many other versions it had."""

    survivors: dict[int, Fact]
    duplicates: dict[int, int]
    superseded: dict[int, int]


class Standing(Struct, frozen=True):
    """The events that exist at one as_of, and those of them that were taken back. Retractions are in neither."""

    facts: list[Fact]
    retracted: list[Fact]


def united(facts: Iterable[Fact]) -> Versions:
    """The union by key: of several facts with one key the highest rank counts, whatever as_of."""
    survivors: dict[int, Fact] = {}
    repeated: dict[int, list[Fact]] = {}
    for fact in facts:
        key = fact.key
        if key in survivors:
            repeated.setdefault(key, [survivors[key]]).append(fact)
        else:
            survivors[key] = fact
    duplicates, superseded = {}, {}
    for key, versions in repeated.items():
        ranks = {version.rank for version in versions}
        survivors[key] = max(versions, key=lambda version: version.rank)
        if len(versions) > len(ranks):
            duplicates[key] = len(versions) - len(ranks)
        if len(ranks) > 1:
            superseded[key] = len(ranks) - 1
    return Versions(survivors, duplicates, superseded)


def standing(versions: Versions, as_of: int) -> Standing:
    """The events with as_of − memory < time ≤ as_of, without those that a standing retraction takes back."""
    oldest = as_of - MEMORY
    existing = [fact for fact in versions.survivors.values() if oldest < fact.time <= as_of]
    retractions = [fact for fact in existing if type(fact) is EventRetracted]
    if not retractions:
        return Standing(existing, [])
    gone = _targets(retractions)
    events = [fact for fact in existing if type(fact) is not EventRetracted]
    return Standing(
        facts=[fact for fact in events if fact.key not in gone],
        retracted=[fact for fact in events if fact.key in gone],
    )


def _targets(retractions: list[EventRetracted]) -> set[int]:
    """The keys that standing retractions name: a retraction falls to a strictly later one that stands."""
    latest: dict[int, int] = {}
    for retraction in sorted(retractions, key=lambda each: each.time, reverse=True):
        if latest.get(retraction.key, retraction.time) <= retraction.time:
            latest.setdefault(retraction.target, retraction.time)
    return set(latest)
