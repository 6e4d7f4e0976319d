"""Production: a flywheel's events of deployments, those of one deployment together, united once for many folds."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import count
from operator import attrgetter, is_
from typing import NamedTuple

from msgspec import Struct

from shared.flywheel.facts.fact import DeploymentFinished, DeploymentStarted, Fact
from shared.flywheel.facts.stated import ORDER, Events, cut
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.deployments import DeploymentFact, united_of
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Deployment

Name = tuple[str | None, str]
"""The service and the name of a deployment."""
_TIME, _ORDER = attrgetter("time"), attrgetter("order")
_DEPLOYING = (DeploymentStarted, DeploymentFinished)
_NOTHING = Membership(())


class United(Struct, frozen=True, gc=False):
    """The very events of one name, by time, and the deployment that they make; None where they make none, or none that
    would be the same in each fold that sees all of them.
    """

    events: tuple[DeploymentFact, ...]
    deployment: Deployment | None

    @property
    def name(self) -> Name:
        """The service and the name of all of them."""
        return self.events[0].service, self.events[0].deployment

    @property
    def first(self) -> int:
        """The time of the first, microseconds."""
        return self.events[0].time

    @property
    def names_a_feature(self) -> bool:
        """Whether any of them does."""
        return any(map(_names_a_feature, self.events))

    @property
    def last(self) -> int:
        """The time of the last, microseconds."""
        return self.events[-1].time


Known = dict[Name, United]
"""Deployments that were united before."""


class Cut(NamedTuple):
    """What one fold sees: deployments that were united before, in order; the events of the others, deployment by
    deployment; and the events that are not of production.
    """

    united: list[Deployment]
    others: list[list[DeploymentFact]]
    elsewhere: list[Fact]


class Production:
    """The deployments of the events that state one flywheel."""

    def __init__(self, events: Events, settings: Settings, known: Known) -> None:
        """`known` is read and added to."""
        self._settings = settings
        production, self._elsewhere = _by_environment(events, settings)
        self._all = {name: _united_once(name, events, known) for name, events in _by_name(production).items()}
        self._unlike = {name for name, each in self._all.items() if each.deployment is None and each.names_a_feature}
        """What names a feature: which turns that means is up to each fold."""
        whole = [(each.deployment, each) for each in self._all.values() if each.deployment is not None]
        whole.sort(key=_in_order)
        self._deployments = [deployment for deployment, _ in whole]
        self._whole = [each for _, each in whole]
        self._longest = max((each.last - each.first for each in self._whole), default=0)

    def between(self, after: int, until: int, gone: Sequence[Fact], followers: Events) -> Cut:
        """Those with after < time ≤ until, without those gone, and with some that state no flywheel."""
        more, elsewhere = _by_environment(followers, self._settings)
        torn = self._unlike | self._across(after) | self._across(until)
        torn |= {(fact.service, fact.deployment) for fact in (*gone, *more) if isinstance(fact, _DEPLOYING)}
        first, last = self._place_after(after), self._place_after(until)
        united = self._deployments[first:last]
        places = map(self._place, torn)
        for place in sorted((each for each in places if first <= each < last), reverse=True):
            del united[place - first]
        without = {fact.key for fact in gone}
        joined = _by_name(more)
        others = []
        for name in torn:
            events = sorted([*cut([*self._events(name)], after, until, without), *joined.get(name, ())], key=ORDER)
            if events:
                others.append(events)
        elsewhere += cut(self._elsewhere, after, until, without)
        return Cut(united, others, elsewhere)

    def _events(self, name: Name) -> Sequence[DeploymentFact]:
        united = self._all.get(name)
        return () if united is None else united.events

    def _place(self, name: Name) -> int:
        """The place of a deployment that is the same in each fold; −1 where there is none."""
        united = self._all.get(name)
        if united is None or united.deployment is None:
            return -1
        place = bisect_left(self._deployments, united.deployment.order, key=_ORDER)
        return next(each for each in count(place) if self._deployments[each] is united.deployment)

    def _place_after(self, time: int) -> int:
        return bisect_right(self._deployments, time, key=_TIME)

    def _across(self, edge: int) -> set[Name]:
        """Those of which some events lie on either side of a moment."""
        near = self._whole[self._place_after(edge - self._longest - 1) : self._place_after(edge + self._longest)]
        return {each.name for each in near if each.first <= edge < each.last}


def _in_order(whole: tuple[Deployment, United]) -> tuple[int, str, str]:
    return whole[0].order


def _by_environment(events: Events, settings: Settings) -> tuple[list[DeploymentFact], list[Fact]]:
    """Events of production deployments, and those of others; each by time."""
    production: list[DeploymentFact] = []
    elsewhere: list[Fact] = []
    known: dict[str, bool] = {}
    for type_ in _DEPLOYING:
        for fact in events.by_type.get(type_, ()):
            environment = fact.environment
            if environment not in known:
                known[environment] = settings.is_production(environment)
            (production if known[environment] else elsewhere).append(fact)
    return sorted(production, key=ORDER), sorted(elsewhere, key=ORDER)


def _by_name(facts: Iterable[DeploymentFact]) -> dict[Name, tuple[DeploymentFact, ...]]:
    """The events of each name, in the order in which they come."""
    first: dict[Name, DeploymentFact] = {}
    several: dict[Name, list[DeploymentFact]] = {}
    for fact in facts:
        name = fact.service, fact.deployment
        if name not in first:
            first[name] = fact
        elif name in several:
            several[name].append(fact)
        else:
            several[name] = [first[name], fact]
    return {name: tuple(several.get(name, (fact,))) for name, fact in first.items()}


def _united_once(name: Name, events: tuple[DeploymentFact, ...], known: Known) -> United:
    """The deployment of these events; the same where the very same events were united before."""
    before = known.get(name)
    if before is None or len(before.events) != len(events) or not all(map(is_, before.events, events)):
        alike = not any(map(_names_a_feature, events))
        before = known[name] = United(events, united_of(events, _NOTHING) if alike else None)
    return before


def _names_a_feature(fact: DeploymentFact) -> bool:
    return fact.feature is not None or (type(fact) is DeploymentFinished and bool(fact.features))
