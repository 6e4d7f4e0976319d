"""Production: a flywheel's events of deployments, those of one deployment together, united once for many folds."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from heapq import merge
from itertools import chain
from operator import attrgetter, sub

from msgspec import Struct

from shared.flywheel.facts.fact import DeploymentFinished, DeploymentStarted, Fact
from shared.flywheel.facts.packed import Packed
from shared.flywheel.facts.stated import EVER, ORDER, Events, by_time, cut, keys_of, parted, samples_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.deployments import HAPPENED, DeploymentFact, united_of
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Deployment

Name = tuple[str | None, str]
"""The service and the name of a deployment."""
Kinds = Sequence[Sequence[DeploymentFact]]
_TIME = attrgetter("time")
_DEPLOYING = (DeploymentStarted, DeploymentFinished)
_NOTHING = Membership(())


class Cut(Struct, frozen=True):
    """What one fold sees: deployments that were united before, in order; the events of the others, deployment by
    deployment; and the keys of the events that are not of production.
    """

    united: list[Deployment]
    others: list[list[DeploymentFact]]
    elsewhere: frozenset[int]


class Production:
    """The deployments of the events that state one flywheel."""

    def __init__(self, events: Events, settings: Settings) -> None:
        self._settings = settings
        self._facts, self._elsewhere = _by_environment(events, settings)
        self._unlike: dict[Name, list[DeploymentFact]] = {}
        """What names a feature: which turns that means is up to each fold."""
        made: list[Deployment] = []
        spans = _Spans()
        counts, unlike = _counted(self._facts)
        for of_id in _by_id(_one_after_the_other(self._facts), counts):
            for each in (of_id,) if len(of_id) == 1 else _of_each_name(of_id):
                name = _name(each[0])
                if name in unlike:
                    self._unlike[name] = each
                elif (deployment := united_of(each, _NOTHING)) is not None:
                    made.append(deployment)
                if each[0].time < each[-1].time:
                    spans.add(each[0].time, each[-1].time, name)
        self._deployments = by_time(made, HAPPENED)
        self._spans = spans.ordered()

    def between(self, after: int, until: int, gone: Sequence[Fact], followers: Events) -> Cut:
        """Those with after < time ≤ until, without those gone, and with some that state no flywheel."""
        more, elsewhere = _by_environment(followers, self._settings)
        joined = _by_name(chain.from_iterable(more))
        anywhere = {*joined, *(_name(fact) for fact in gone if isinstance(fact, _DEPLOYING))} - self._unlike.keys()
        torn = self._events(anywhere) | self._across(after) | self._across(until)
        first, last = (bisect_right(self._deployments, time, key=_TIME) for time in (after, until))
        united = self._deployments[first:last]
        places = map(self._place, torn.values())
        for place in sorted((each for each in places if first <= each < last), reverse=True):
            del united[place - first]
        without = {fact.key for fact in gone}
        others = []
        for name, known in {**dict.fromkeys(joined, ()), **torn, **self._unlike}.items():
            events = sorted([*cut(known, after, until, without), *joined.get(name, ())], key=ORDER)
            if events:
                others.append(events)
        outside = _keys(cut(facts, after, until) for facts in self._elsewhere) - without
        return Cut(united, others, outside | _keys(elsewhere))

    def _events(self, names: Set[Name], first: int = -EVER, last: int = EVER) -> dict[Name, list[DeploymentFact]]:
        """The events of some names, by time; all of them lie between two moments."""
        ids = {name[1] for name in names}
        within = (cut(facts, first - 1, last) for facts in self._facts if ids)
        events = (fact for facts in within for fact in facts if fact.deployment in ids and _name(fact) in names)
        return _by_name(sorted(events, key=ORDER))

    def _place(self, events: Sequence[DeploymentFact]) -> int:
        """The place of a deployment that is the same in each fold; −1 where there is none."""
        made = united_of(events, _NOTHING) if events else None
        return -1 if made is None else bisect_left(self._deployments, HAPPENED(made), key=HAPPENED)

    def _across(self, edge: int) -> dict[Name, list[DeploymentFact]]:
        """The events of those of which some lie on either side of a moment."""
        names = self._spans.across(edge) - self._unlike.keys()
        return self._events(names, edge - self._spans.longest, edge + self._spans.longest)


class _Spans:
    """From when to when the events of one name lie, of those that have some at several moments."""

    def __init__(self) -> None:
        self._firsts, self._lasts = array("q"), array("q")
        self._services: list[str | None] = []
        self._ids: list[str] = []

    def add(self, first: int, last: int, name: Name) -> None:
        """One more."""
        self._firsts.append(first)
        self._lasts.append(last)
        self._services.append(name[0])
        self._ids.append(name[1])

    def ordered(self) -> "_Spans":
        """The same by their first moments."""
        ordered = _Spans()
        for place in sorted(range(len(self._ids)), key=self._firsts.__getitem__):
            ordered.add(self._firsts[place], self._lasts[place], self._name(place))
        return ordered

    @cached_property
    def longest(self) -> int:
        """From the first to the last moment of one name at most."""
        return max(map(sub, self._lasts, self._firsts), default=0)

    def across(self, edge: int) -> set[Name]:
        """The names that have events on either side of a moment."""
        first, end = (bisect_right(self._firsts, time) for time in (edge - self.longest - 1, edge))
        return {self._name(place) for place in range(first, end) if edge < self._lasts[place]}

    def _name(self, place: int) -> Name:
        return self._services[place], self._ids[place]


def _by_environment(events: Events, settings: Settings) -> tuple[Kinds, Kinds]:
    """Events of production deployments, kind by kind, each by time; and those of others."""
    kinds = [events.by_type.get(type_, ()) for type_ in _DEPLOYING]
    names = {fact.environment for facts in kinds for fact in samples_of(facts)}
    is_production = {name: settings.is_production(name) for name in names}
    if all(is_production.values()):
        return kinds, ()
    parts = [parted(facts, lambda fact: is_production[fact.environment]) for facts in kinds]
    return [part.get(True, ()) for part in parts], [part.get(False, ()) for part in parts]


def _keys(kinds: Iterable[Sequence[Fact]]) -> frozenset[int]:
    return frozenset(chain.from_iterable(map(keys_of, kinds)))


def _counted(kinds: Kinds) -> tuple[dict[str, int], set[Name]]:
    """How many events have each id that several have, of whatever service; and the names of what names a feature."""
    counts: dict[str, int] = {}
    unlike = set()
    for facts in kinds:
        for fact in facts:
            counts[fact.deployment] = counts.get(fact.deployment, 0) + 1
            if _names_a_feature(fact):
                unlike.add(_name(fact))
    return {name: count for name, count in counts.items() if count > 1}, unlike


def _one_after_the_other(kinds: Kinds) -> Iterable[DeploymentFact]:
    """All of them: those that are made anew by time, as what belongs together is seldom far apart."""
    is_packed = any(isinstance(facts, Packed) for facts in kinds)
    return merge(*kinds, key=ORDER) if is_packed else chain.from_iterable(kinds)


def _by_id(facts: Iterable[DeploymentFact], counts: Mapping[str, int]) -> Iterator[list[DeploymentFact]]:
    """The events of each id, of whatever service, by time; as soon as all have come, so that few are held at once."""
    waiting: dict[str, list[DeploymentFact]] = {}
    for fact in facts:
        if fact.deployment not in counts:
            yield [fact]
            continue
        events = waiting.setdefault(fact.deployment, [])
        events.append(fact)
        if len(events) == counts[fact.deployment]:
            yield sorted(waiting.pop(fact.deployment), key=ORDER)


def _of_each_name(events: list[DeploymentFact]) -> Iterable[list[DeploymentFact]]:
    """Events of one id by name: most have one service."""
    return [events] if len({fact.service for fact in events}) == 1 else _by_name(events).values()


def _by_name(facts: Iterable[DeploymentFact]) -> dict[Name, list[DeploymentFact]]:
    by_name: dict[Name, list[DeploymentFact]] = {}
    for fact in facts:
        by_name.setdefault(_name(fact), []).append(fact)
    return by_name


def _names_a_feature(fact: DeploymentFact) -> bool:
    return fact.feature is not None or (type(fact) is DeploymentFinished and bool(fact.features))


def _name(fact: DeploymentFact) -> Name:
    return fact.service, fact.deployment
