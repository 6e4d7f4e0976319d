"""Production: a flywheel's events of deployments, those of one deployment together, united once for many folds."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence, Set
from itertools import chain
from operator import attrgetter, itemgetter
from typing import NamedTuple

from shared.flywheel.facts.fact import DeploymentFinished, DeploymentStarted, Fact
from shared.flywheel.facts.stated import EVER, ORDER, Events, by_time, cut
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.deployments import HAPPENED, DeploymentFact, united_of
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Deployment

Name = tuple[str | None, str]
"""The service and the name of a deployment."""
Kinds = Sequence[Sequence[DeploymentFact]]
_TIME, _FIRST = attrgetter("time"), itemgetter(0)
_DEPLOYING = (DeploymentStarted, DeploymentFinished)
_NOTHING = Membership(())


class Cut(NamedTuple):
    """What one fold sees: deployments that were united before, in order; the events of the others, deployment by
    deployment; and the events that are not of production.
    """

    united: list[Deployment]
    others: list[list[DeploymentFact]]
    elsewhere: list[Fact]


class Production:
    """The deployments of the events that state one flywheel."""

    def __init__(self, events: Events, settings: Settings) -> None:
        self._settings = settings
        self._facts, self._elsewhere = _by_environment(events, settings)
        unlike = {_name(fact) for facts in self._facts for fact in facts if _names_a_feature(fact)}
        by_id = _by_id(chain.from_iterable(self._facts))
        alone = [events for events in by_id.values() if len(events) == 1]
        several = [each for events in by_id.values() if len(events) > 1 for each in _of_each_name(events)]
        alike = [*alone, *several]
        self._unlike = {name: each for each in alike if (name := _name(each[0])) in unlike} if unlike else {}
        """What names a feature: which turns that means is up to each fold."""
        if unlike:
            alike = [each for each in alike if _name(each[0]) not in unlike]
        made = [united_of(each, _NOTHING) for each in alike]
        self._deployments = by_time((each for each in made if each is not None), HAPPENED)
        self._spans = sorted([(each[0].time, each[-1].time, _name(each[0])) for each in several], key=_FIRST)
        """From when to when the events of one name lie, of those that have several."""
        self._longest = max((last - first for first, last, _ in self._spans), default=0)

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
        elsewhere += cut(self._elsewhere, after, until, without)
        return Cut(united, others, elsewhere)

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
        first, end = (bisect_right(self._spans, time, key=_FIRST) for time in (edge - self._longest - 1, edge))
        names = {name for _, last, name in self._spans[first:end] if edge < last} - self._unlike.keys()
        return self._events(names, edge - self._longest, edge + self._longest)


def _by_environment(events: Events, settings: Settings) -> tuple[Kinds, list[Fact]]:
    """Events of production deployments, kind by kind; and those of others. Each by time."""
    kinds = [events.by_type.get(type_, ()) for type_ in _DEPLOYING]
    names = {fact.environment for facts in kinds for fact in facts}
    is_production = {name: settings.is_production(name) for name in names}
    if all(is_production.values()):
        return kinds, []
    inside = [[fact for fact in facts if is_production[fact.environment]] for facts in kinds]
    elsewhere = (fact for facts in kinds for fact in facts if not is_production[fact.environment])
    return inside, sorted(elsewhere, key=ORDER)


def _by_id(facts: Iterable[DeploymentFact]) -> dict[str, list[DeploymentFact]]:
    """The events of each id, of whatever service, by time."""
    by_id: dict[str, list[DeploymentFact]] = {}
    for fact in facts:
        if fact.deployment in by_id:
            by_id[fact.deployment].append(fact)
        else:
            by_id[fact.deployment] = [fact]
    for events in by_id.values():
        if len(events) > 1:
            events.sort(key=ORDER)
    return by_id


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
