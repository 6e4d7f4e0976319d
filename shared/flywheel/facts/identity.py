"""Which events exist: one per identity, within the memory, not retracted (domain: "Identity", "Event Retracted")."""

from collections.abc import Iterable

from msgspec import Struct

from shared.flywheel.facts.fact import EventRetracted, Fact
from shared.flywheel.moments import MEMORY


class Versions(Struct, frozen=True):
    """The highest version of every event, each other version once, and every further copy of any version."""

    survivors: dict[int, Fact]
    superseded: list[Fact]
    duplicates: list[Fact]


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
    superseded: list[Fact] = []
    duplicates: list[Fact] = []
    for key, versions in repeated.items():
        known: dict[tuple[int, int, int], Fact] = {}
        for version in versions:
            if version.rank in known:
                duplicates.append(version)
            else:
                known[version.rank] = version
        survivors[key] = known.pop(max(known))
        superseded += known.values()
    return Versions(survivors, superseded, duplicates)


def remembered(facts: Iterable[Fact], as_of: int) -> list[Fact]:
    """The facts with as_of − memory < time ≤ as_of."""
    oldest = as_of - MEMORY
    return [fact for fact in facts if oldest < fact.time <= as_of]


def standing(versions: Versions, as_of: int) -> Standing:
    """The events with as_of − memory < time ≤ as_of, without those that a standing retraction takes back."""
    existing = remembered(versions.survivors.values(), as_of)
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
