"""Production: a flywheel's events of deployments, those of one deployment together, united once for many folds."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter, is_
from typing import NamedTuple

from shared.flywheel.facts.fact import DeploymentFinished, DeploymentStarted, Fact
from shared.flywheel.facts.stated import ORDER, Events, cut
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.deployments import DeploymentFact, united_of
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Deployment

Name = tuple[str | None, str]
"""The service and the name of a deployment."""
Known = dict[Name, tuple[tuple[DeploymentFact, ...], Deployment | None]]
"""Deployments that were united before, each with the very events that it was made of."""
_TIME = attrgetter("time")
_DEPLOYING = (DeploymentStarted, DeploymentFinished)
_NOTHING = Membership(())


class _Whole(NamedTuple):
    """A deployment that is the same in each fold that sees all of its events, and the first and last of these."""

    first: int
    last: int
    name: Name
    deployment: Deployment


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
        self._events = _by_name(production)
        self._unlike = {name for name, facts in self._events.items() if any(map(_names_a_feature, facts))}
        """What names a feature: which turns that means is up to each fold."""
        whole = [
            _Whole(facts[0].time, facts[-1].time, name, deployment)
            for name, facts in self._events.items()
            if name not in self._unlike and (deployment := _united_once(name, facts, known)) is not None
        ]
        self._whole = sorted(whole, key=_in_order)
        self._deployments = [each.deployment for each in self._whole]
        self._places = {each.name: place for place, each in enumerate(self._whole)}
        self._longest = max((each.last - each.first for each in whole), default=0)

    def between(self, after: int, until: int, gone: Sequence[Fact], followers: Events) -> Cut:
        """Those with after < time ≤ until, without those gone, and with some that state no flywheel."""
        more, elsewhere = _by_environment(followers, self._settings)
        torn = self._unlike | self._across(after) | self._across(until)
        torn |= {(fact.service, fact.deployment) for fact in (*gone, *more) if isinstance(fact, _DEPLOYING)}
        first, last = self._place_after(after), self._place_after(until)
        united = self._deployments[first:last]
        places = (self._places.get(name, -1) for name in torn)
        for place in sorted((each for each in places if first <= each < last), reverse=True):
            del united[place - first]
        without = {fact.key for fact in gone}
        joined = _by_name(more)
        others = (
            sorted([*cut(self._events.get(name, []), after, until, without), *joined.get(name, ())], key=ORDER)
            for name in torn
        )
        elsewhere += cut(self._elsewhere, after, until, without)
        return Cut(united, [events for events in others if events], elsewhere)

    def _place_after(self, time: int) -> int:
        return bisect_right(self._deployments, time, key=_TIME)

    def _across(self, edge: int) -> set[Name]:
        """Those of which some events lie on either side of a moment."""
        near = self._whole[self._place_after(edge - self._longest - 1) : self._place_after(edge + self._longest)]
        return {each.name for each in near if each.first <= edge < each.last}


def _in_order(whole: _Whole) -> tuple[int, str, str]:
    return whole.deployment.order


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


def _by_name(facts: Iterable[DeploymentFact]) -> dict[Name, list[DeploymentFact]]:
    by_name: defaultdict[Name, list[DeploymentFact]] = defaultdict(list)
    for fact in facts:
        by_name[fact.service, fact.deployment].append(fact)
    return by_name


def _united_once(name: Name, facts: list[DeploymentFact], known: Known) -> Deployment | None:
    """The deployment of these events; the same where the very same events were united before."""
    before = known.get(name)
    if before is not None and len(before[0]) == len(facts) and all(map(is_, before[0], facts)):
        return before[1]
    deployment = united_of(facts, _NOTHING)
    known[name] = (tuple(facts), deployment)
    return deployment


def _names_a_feature(fact: DeploymentFact) -> bool:
    return fact.feature is not None or (type(fact) is DeploymentFinished and bool(fact.features))
