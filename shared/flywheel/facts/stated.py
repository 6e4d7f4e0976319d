"""Events by the flywheel that they state, and by type: sorted out once, then cut to the moments of many folds."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, islice
from operator import attrgetter, lt
from typing import Any, TypeVar

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.openings import CLOSES
from shared.flywheel.facts.packed import Packed
from shared.flywheel.settings.values import Settings

F = TypeVar("F", bound=Fact)
T = TypeVar("T")
Groups = Mapping[type[Fact], Sequence[Any]]
ORDER = attrgetter("time", "key")
_TIME = attrgetter("time")
EVER = 1 << 62
"""Microseconds, more than any time has."""


class Owners:
    """Owners of services and repositories, each looked up once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._services: dict[str, str | None] = {}
        self._repositories: dict[str, str | None] = {}

    def direct(self, fact: Fact) -> str | None:
        """The flywheel an event names, else the owner of its service, else of its repository; None where none is."""
        return fact.flywheel or self.service(fact) or self.repository(fact)

    def service(self, fact: Fact) -> str | None:
        """The owner of an event's service."""
        return None if fact.service is None else self._service(fact.service)

    def repository(self, fact: Fact) -> str | None:
        """The owner of an event's repository."""
        return None if fact.repository is None else self._repository(fact.repository)

    def _service(self, service: str) -> str | None:
        if service not in self._services:
            self._services[service] = self._settings.owner_of_service(service)
        return self._services[service]

    def _repository(self, repository: str) -> str | None:
        if repository not in self._repositories:
            self._repositories[repository] = self._settings.owner_of_repository(repository)
        return self._repositories[repository]


class Chained(Collection[Fact]):
    """Facts of several lists, one list after the other, in no list of their own."""

    def __init__(self, lists: Collection[Sequence[Fact]]) -> None:
        self._lists = lists

    def __iter__(self) -> Iterator[Fact]:
        return chain.from_iterable(self._lists)

    def __len__(self) -> int:
        return sum(map(len, self._lists))

    def __contains__(self, fact: object) -> bool:
        return any(fact in facts for facts in self._lists)

    @property
    def keys(self) -> Iterator[int]:
        """The keys of all of them, one after the other."""
        for facts in self._lists:
            yield from keys_of(facts)

    def having(self, keys: Set[int]) -> Iterator[Fact]:
        """Those with these keys."""
        return chain.from_iterable(having(facts, keys) for facts in self._lists)


class Events:
    """Events by type, each list by time and key; `joining`: those that name an idea together with a feature."""

    def __init__(self, by_type: Groups, joining: Sequence[Fact]) -> None:
        self.by_type = by_type
        self.joining = joining

    @property
    def all(self) -> "Chained":
        """Every one of them, type by type."""
        return Chained(self.by_type.values())

    @property
    def naming(self) -> Chained:
        """All those that may name an idea or a feature."""
        return Chained([facts for facts in self.by_type.values() if not isinstance(facts, Packed) or facts.names_turns])

    @property
    def first(self) -> int | None:
        """The time of the earliest, microseconds."""
        return min((facts[0].time for facts in self.by_type.values() if facts), default=None)

    def holds(self, fact: Fact) -> bool:
        """Whether this very fact is one of them."""
        facts = self.by_type.get(type(fact), [])
        place = bisect_left(facts, ORDER(fact), key=ORDER)
        return place < len(facts) and facts[place] is fact

    def between(self, after: int, until: int, without: Collection[int] = ()) -> "Events":
        """Those with after < time ≤ until, but for these keys."""
        by_type = {type_: cut(facts, after, until, without) for type_, facts in self.by_type.items()}
        return Events(by_type, cut(self.joining, after, until, without))

    def and_of(self, more: "Events") -> "Events":
        """These and some more."""
        if not more.by_type:
            return self
        by_type = {type_: _merged(self.by_type.get(type_, []), facts) for type_, facts in more.by_type.items()}
        return Events({**self.by_type, **by_type}, _merged(self.joining, more.joining))


def events_of(facts: Iterable[Fact]) -> Events:
    """Events that come by time and key."""
    by_type: defaultdict[type[Fact], list[Any]] = defaultdict(list)
    joining = []
    for fact in facts:
        by_type[type(fact)].append(fact)
        if fact.idea is not None and fact.feature is not None:
            joining.append(fact)
    return Events(by_type, joining)


NONE = events_of(())


class Stated:
    """The events that state each flywheel, closings left out; `others`: closings, and events that state none."""

    def __init__(self, by_flywheel: Mapping[str, Events], others: Sequence[Fact]) -> None:
        self.by_flywheel = by_flywheel
        self.others = others

    def of(self, flywheel: str) -> Events:
        """Those of one flywheel."""
        return self.by_flywheel.get(flywheel, NONE)

    def between(self, after: int, until: int, without: Collection[int] = ()) -> "Stated":
        """Those with after < time ≤ until, but for these keys."""
        by_flywheel = {flywheel: each.between(after, until, without) for flywheel, each in self.by_flywheel.items()}
        return Stated(by_flywheel, cut(self.others, after, until, without))

    def without(self, keys: Collection[int]) -> "Stated":
        """Those but for these keys."""
        return self.between(-EVER, EVER, keys) if keys else self

    def and_of(self, more: "Stated") -> "Stated":
        """These and some more."""
        by_flywheel = {flywheel: self.of(flywheel).and_of(each) for flywheel, each in more.by_flywheel.items()}
        return Stated({**self.by_flywheel, **by_flywheel}, _merged(self.others, more.others))

    def of_type(self, type_: type[F]) -> Iterable[F]:
        """Every event of a type."""
        yield from (fact for each in self.by_flywheel.values() for fact in each.by_type.get(type_, ()))
        yield from (fact for fact in self.others if type(fact) is type_)


def sorted_out(facts: Iterable[Fact], owners: Owners, packed: Iterable[Packed[Any]] = ()) -> Stated:
    """Each event to the flywheel that it states; those that are packed are no closings, and stay packed."""
    by_type: defaultdict[type[Fact], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_type[type(fact)].append(fact)
    stated: defaultdict[str, dict[type[Fact], list[Fact]]] = defaultdict(dict)
    others: list[Fact] = []
    for type_, of_type in by_type.items():
        for flywheel, own in _by_flywheel(of_type, owners) if type_ not in CLOSES else ((None, of_type),):
            if flywheel is None:
                others += own
            else:
                stated[flywheel][type_] = by_time(own, ORDER)
    by_flywheel = {flywheel: _events(own) for flywheel, own in stated.items()}
    known = Stated(dict(sorted(by_flywheel.items(), key=_first_of_all)), sorted(others, key=ORDER))
    for each in packed:
        known = known.and_of(_of_packed(each, owners))
    return known


def _by_flywheel(facts: list[Fact], owners: Owners) -> Iterable[tuple[str | None, list[Fact]]]:
    """Facts by the flywheel that they state."""
    stated = [fact.flywheel or owners.direct(fact) for fact in facts]
    if len(set(stated)) == 1:
        return [(stated[0], facts)]
    parts: defaultdict[str | None, list[Fact]] = defaultdict(list)
    for flywheel, fact in zip(stated, facts, strict=True):
        parts[flywheel].append(fact)
    return parts.items()


def _events(by_type: Mapping[type[Fact], list[Fact]]) -> Events:
    """Events of one flywheel, each list by time and key: the type of the earliest first."""
    joining = (
        fact for facts in by_type.values() for fact in facts if fact.idea is not None and fact.feature is not None
    )
    return Events(dict(sorted(by_type.items(), key=_first_of_type)), sorted(joining, key=ORDER))


def _first_of_type(entry: tuple[type[Fact], Sequence[Fact]]) -> tuple[int, int]:
    order: tuple[int, int] = ORDER(entry[1][0])
    return order


def _first_of_all(entry: tuple[str, Events]) -> tuple[int, int]:
    return min(map(_first_of_type, entry[1].by_type.items()))


def _of_packed(facts: Packed[Any], owners: Owners) -> Stated:
    parts = facts.parted(owners.direct)
    stated = {part: Events({type(own[0]): own}, _joining(own)) for part, own in parts.items() if part is not None}
    return Stated(stated, [*parts.get(None, ())])


def _joining(facts: Packed[Any]) -> list[Fact]:
    return [fact for fact in facts if fact.idea is not None and fact.feature is not None] if facts.joins else []


def cut(facts: Sequence[F], after: int, until: int, gone: Collection[int] = ()) -> Sequence[F]:
    """The facts, which come by time, with after < time ≤ until, but for these keys."""
    if isinstance(facts, Packed):
        return facts.between(after, until, gone)
    if not facts or (facts[0].time > after and facts[-1].time <= until):
        within = facts
    else:
        within = facts[bisect_right(facts, after, key=_TIME) : bisect_right(facts, until, key=_TIME)]
    return without(within, gone)


def without(facts: Sequence[F], keys: Collection[int]) -> Sequence[F]:
    """The facts but for these keys."""
    if isinstance(facts, Packed):
        return facts.without(keys)
    return [fact for fact in facts if fact.key not in keys] if keys else facts


def having(facts: Sequence[F], keys: Set[int]) -> Iterable[F]:
    """Those with these keys."""
    return facts.having(keys) if isinstance(facts, Packed) else (fact for fact in facts if fact.key in keys)


def samples_of(facts: Sequence[F]) -> Collection[F]:
    """Of each sender, flywheel, service, repository and environment together at least one."""
    return facts.samples if isinstance(facts, Packed) else facts


def times_of(facts: Sequence[Fact]) -> Sequence[int]:
    """The time of each."""
    return facts.times if isinstance(facts, Packed) else [fact.time for fact in facts]


def keys_of(facts: Sequence[Fact]) -> Iterable[int]:
    """The key of each."""
    return facts.keys if isinstance(facts, Packed) else [fact.key for fact in facts]


def parted(facts: Sequence[F], part_of: Callable[[F], T]) -> Mapping[T, Sequence[F]]:
    """By the part that each is of; flywheel, service, repository and environment decide that."""
    if isinstance(facts, Packed):
        return facts.parted(part_of)
    parts: dict[T, list[F]] = {}
    for fact in facts:
        parts.setdefault(part_of(fact), []).append(fact)
    return parts


def by_time(values: Iterable[T], order: Callable[[T], Any]) -> list[T]:
    """Values in an order of which their times are the first part; most come by time, and no two at one."""
    ordered = sorted(values, key=_TIME)
    times = [*map(_TIME, ordered)]
    return ordered if all(map(lt, times, islice(times, 1, None))) else sorted(ordered, key=order)


def _merged(facts: Sequence[F], more: Sequence[F]) -> Sequence[F]:
    """Both, by time: often what comes to others is newer than they."""
    if not facts or not more:
        return more or facts
    if isinstance(facts, Packed):
        return facts.and_of(more)
    if isinstance(more, Packed):
        return more.and_of(facts)
    both = [*facts, *more]
    return both if ORDER(facts[-1]) <= ORDER(more[0]) else sorted(both, key=ORDER)
