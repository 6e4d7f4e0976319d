"""The events that exist: one per identity, within the memory, not retracted (domain: "Identity", "Event Retracted").

Some kinds are *final*: answer sheets, from which one person's answers could be worked out if a sheet changed or went
after its block was published. A final event stands before any event of another kind with its identity, no retraction
takes it back, and where one identity has two different ones, neither counts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain
from typing import TypeVar

from msgspec import Struct

from shared.flywheel.facts.fact import EventRetracted, Fact
from shared.flywheel.facts.packed import Packed
from shared.flywheel.moments import MEMORY

F = TypeVar("F", bound=Fact)


class Versions(Struct, frozen=True):
    """The highest version of every event, each other version once, and every further copy of any version.

    `conflicting`: the keys under which there are different final events, so that none of them counts; `retractions`:
    those that take another one back, whatever became of them. `alone`: more of the highest, each the only version of
    its event.
    """

    survivors: dict[int, Fact]
    superseded: list[Fact]
    duplicates: list[Fact]
    conflicting: frozenset[int] = frozenset()
    retractions: Sequence[EventRetracted] = ()
    alone: Sequence[Sequence[Fact]] = ()

    @property
    def all(self) -> list[Fact]:
        """Every version of every event."""
        return [*self.highest, *self.superseded]

    @property
    def highest(self) -> Iterator[Fact]:
        """The highest version of every event."""
        return chain(self.survivors.values(), *self.alone)

    def highest_of(self, keys: Set[int]) -> Iterator[Fact]:
        """The highest version of each of these events that is known."""
        yield from (fact for key in keys if (fact := self.survivors.get(key)) is not None)
        for facts in self.alone if keys else ():
            yield from facts.having(keys) if isinstance(facts, Packed) else (fact for fact in facts if fact.key in keys)

    def of(self, keys: Collection[int]) -> list[Fact]:
        """Every version of the events with these keys."""
        known = (self.survivors.get(key) for key in keys)
        return [*(fact for fact in known if fact is not None), *(fact for fact in self.superseded if fact.key in keys)]

    def and_of(self, facts: Sequence[Fact]) -> "Versions":
        """Those of all facts that these were made of, and of more."""
        keys = {fact.key for fact in facts}
        copies = [fact for fact in self.duplicates if fact.key in keys]
        more = united([*self.of(keys), *copies, *facts])
        return Versions(
            {**self.survivors, **more.survivors},
            [*(fact for fact in self.superseded if fact.key not in keys), *more.superseded],
            [*(fact for fact in self.duplicates if fact.key not in keys), *more.duplicates],
            self.conflicting - keys | more.conflicting,
            [*(fact for fact in self.retractions if fact.key not in keys), *more.retractions],
        )

    def is_conflicting(self, fact: Fact) -> bool:
        """Whether a fact is one of several different final events of one identity."""
        return fact.is_final and fact.key in self.conflicting


class TakenBack(Struct, frozen=True, dict=True):
    """The events that do not exist at one as_of: those that were retracted, and final ones that contradict each other.

    Retractions are in none of these.
    """

    retracted: list[Fact]
    conflicting: list[Fact]

    def until(self, at: int) -> "TakenBack":
        """Those of them that happened up to a moment."""
        of_then = ([fact for fact in facts if fact.time <= at] for facts in (self.retracted, self.conflicting))
        return TakenBack(*of_then)

    @cached_property
    def keys(self) -> frozenset[int]:
        """The keys of all of them."""
        return frozenset(fact.key for facts in (self.retracted, self.conflicting) for fact in facts)


def united(facts: Iterable[Fact], alone: Sequence[Sequence[Fact]] = ()) -> Versions:
    """The union by key: of several facts with one key the highest rank counts, whatever as_of.

    `alone`: more facts, which are known to have a key each that no other has; retractions are in lists.
    """
    facts = facts if isinstance(facts, list) else list(facts)
    survivors = {fact.key: fact for fact in facts}
    more = _retractions(chain.from_iterable(each for each in alone if not isinstance(each, Packed)))
    if len(survivors) == len(facts):
        return Versions(survivors, [], [], retractions=[*_retractions(survivors.values()), *more], alone=alone)
    survivors = {}
    repeated: dict[int, list[Fact]] = {}
    for fact in facts:
        key = fact.key
        if key in survivors:
            repeated.setdefault(key, [survivors[key]]).append(fact)
        else:
            survivors[key] = fact
    superseded: list[Fact] = []
    duplicates: list[Fact] = []
    conflicting: set[int] = set()
    for key, copies in repeated.items():
        survivors[key], *others = sorted(copies, key=precedence, reverse=True)
        last = survivors[key]
        for other in others:
            if says_the_same(last, other):
                duplicates.append(other)
            else:
                superseded.append(other)
                last = other
                if other.is_final:
                    conflicting.add(key)
    retractions = [*_retractions(survivors.values()), *more]
    return Versions(survivors, superseded, duplicates, frozenset(conflicting), retractions, alone)


def _retractions(facts: Iterable[Fact]) -> list[EventRetracted]:
    return [fact for fact in facts if type(fact) is EventRetracted]


Copy = tuple[int, tuple[int, int, int], int | None, str | None]


def copy_of(fact: Fact) -> Copy:
    """The identity of one version of one event among all others, and one sent from another account too."""
    return fact.key, fact.rank, fact.content_tail, fact.account


Place = int | Copy
"""Of a copy among others: the key of its event, or, where another version or another's copy is there, itself."""


def place_of(fact: Fact, known: Mapping[Place, Fact]) -> Place:
    """Where a copy belongs among those that are known: most events have one version, and their keys tell them apart."""
    first = known.get(fact.key)
    if first is None:
        return fact.key
    copy = copy_of(fact)
    return fact.key if copy == copy_of(first) else copy


def precedence(fact: Fact) -> tuple[bool, tuple[int, int, int], int, str, bool]:
    """The order of several facts of one key: the highest counts.

    Final ones first, then by rank, then by the hash's further bits. Of equal ones that two accounts sent, one counts
    whatever came first.
    """
    tail = -1 if fact.content_tail is None else fact.content_tail
    return fact.is_final, fact.rank, tail, fact.account or "", fact.source is not None


def says_the_same(one: Fact, other: Fact) -> bool:
    """Whether two facts of one key are the same version of it; further bits count where both are known."""
    return one.rank == other.rank and _is_equal_or_unknown(one.content_tail, other.content_tail)


def is_copy(one: Fact, other: Fact) -> bool:
    """Whether two facts of one key say the same and, as far as that is known, were sent from one account."""
    return says_the_same(one, other) and _is_equal_or_unknown(one.account, other.account)


def _is_equal_or_unknown(one: object, other: object) -> bool:
    return one is None or other is None or one == other


def each_once(facts: Iterable[Fact]) -> list[Fact]:
    """Every copy of every version once, the one that knows most of itself; in no order."""
    facts = facts if isinstance(facts, list) else list(facts)
    if len({fact.key for fact in facts}) == len(facts):
        return facts
    known: dict[Copy, Fact] = {}
    for fact in facts:
        copy = copy_of(fact)
        if copy not in known or known[copy].source is None:
            known[copy] = fact
    by_rank: dict[tuple[int, tuple[int, int, int]], list[Fact]] = {}
    for fact in known.values():
        by_rank.setdefault((fact.key, fact.rank), []).append(fact)
    return [fact for same in by_rank.values() for fact in (same if len(same) == 1 else _told_apart(same))]


def _told_apart(same: Sequence[Fact]) -> list[Fact]:
    """Of facts of one key and rank those that are no lesser copy of another."""
    kept: list[Fact] = []
    for fact in sorted(same, key=precedence, reverse=True):
        if not any(is_copy(other, fact) for other in kept):
            kept.append(fact)
    return kept


def remembered(facts: Iterable[F], as_of: int) -> list[F]:
    """The facts with as_of − memory < time ≤ as_of."""
    oldest = as_of - MEMORY
    return [fact for fact in facts if oldest < fact.time <= as_of]


def taken_back(versions: Versions, as_of: int) -> TakenBack:
    """The events with as_of − memory < time ≤ as_of that do not exist then."""
    conflicting: list[Fact] = []
    if versions.conflicting:
        different = remembered((*versions.survivors.values(), *versions.superseded), as_of)
        conflicting = [fact for fact in different if versions.is_conflicting(fact)]
    retracted = remembered(versions.highest_of(_targets(remembered(versions.retractions, as_of))), as_of)
    return TakenBack(
        [fact for fact in retracted if not fact.is_final and type(fact) is not EventRetracted], conflicting
    )


def standing(versions: Versions, as_of: int) -> list[Fact]:
    """The events with as_of − memory < time ≤ as_of that exist then; retractions are in no figure, so not here."""
    gone = taken_back(versions, as_of).keys
    existing = remembered(versions.highest, as_of)
    return [fact for fact in existing if fact.key not in gone and type(fact) is not EventRetracted]


def _targets(retractions: list[EventRetracted]) -> set[int]:
    """The keys that standing retractions name: a retraction falls to a strictly later one that stands."""
    latest: dict[int, int] = {}
    for retraction in sorted(retractions, key=lambda each: each.time, reverse=True):
        if latest.get(retraction.key, retraction.time) <= retraction.time:
            latest.setdefault(retraction.target, retraction.time)
    return set(latest)
