"""Production: a flywheel's events of deployments, those of one deployment together, united once for many folds."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from shared.flywheel.facts.fact import DeploymentFinished, DeploymentStarted, Fact
from shared.flywheel.facts.stated import ORDER, Events, cut
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.deployments import HAPPENED, DeploymentFact, united_of
from shared.flywheel.wheel.membership import Membership
from shared.flywheel.wheel.model import Deployment

Name = tuple[str | None, str]
"""The service and the name of a deployment."""
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
        production, self._elsewhere = _by_environment(events, settings)
        self._by_id = _by_id(production)
        self._unlike = {_name(fact) for fact in production if fact.feature is not None}
        self._unlike |= {_name(fact) for fact in production if type(fact) is DeploymentFinished and fact.features}
        """What names a feature: which turns that means is up to each fold."""
        alone = [events for events in self._by_id.values() if len(events) == 1]
        several = [each for events in self._by_id.values() if len(events) > 1 for each in _by_name(events).values()]
        alike = [*alone, *several]
        if self._unlike:
            alike = [each for each in alike if _name(each[0]) not in self._unlike]
        made = [united_of(each, _NOTHING) for each in alike]
        self._deployments = sorted((each for each in made if each is not None), key=HAPPENED)
        self._spans = sorted([(each[0].time, each[-1].time, _name(each[0])) for each in several], key=_FIRST)
        """From when to when the events of one name lie, of those that have several."""
        self._longest = max((last - first for first, last, _ in self._spans), default=0)

    def between(self, after: int, until: int, gone: Sequence[Fact], followers: Events) -> Cut:
        """Those with after < time ≤ until, without those gone, and with some that state no flywheel."""
        more, elsewhere = _by_environment(followers, self._settings)
        torn = self._across(after) | self._across(until)
        torn |= {_name(fact) for fact in (*gone, *more) if isinstance(fact, _DEPLOYING)}
        first, last = (bisect_right(self._deployments, time, key=_TIME) for time in (after, until))
        united = self._deployments[first:last]
        places = map(self._place, torn - self._unlike)
        for place in sorted((each for each in places if first <= each < last), reverse=True):
            del united[place - first]
        without = {fact.key for fact in gone}
        joined = _by_name(more)
        others = []
        for name in torn | self._unlike:
            events = sorted([*cut(self._events(name), after, until, without), *joined.get(name, ())], key=ORDER)
            if events:
                others.append(events)
        elsewhere += cut(self._elsewhere, after, until, without)
        return Cut(united, others, elsewhere)

    def _events(self, name: Name) -> list[DeploymentFact]:
        return [fact for fact in self._by_id.get(name[1], ()) if fact.service == name[0]]

    def _place(self, name: Name) -> int:
        """The place of a deployment that is the same in each fold; −1 where there is none."""
        events = self._events(name)
        made = united_of(events, _NOTHING) if events else None
        return -1 if made is None else bisect_left(self._deployments, HAPPENED(made), key=HAPPENED)

    def _across(self, edge: int) -> set[Name]:
        """Those of which some events lie on either side of a moment."""
        first, end = (bisect_right(self._spans, time, key=_FIRST) for time in (edge - self._longest - 1, edge))
        return {name for _, last, name in self._spans[first:end] if edge < last}


def _by_environment(events: Events, settings: Settings) -> tuple[list[DeploymentFact], list[Fact]]:
    """Events of production deployments; and those of others, by time."""
    facts = [fact for type_ in _DEPLOYING for fact in events.by_type.get(type_, ())]
    is_production = {name: settings.is_production(name) for name in {fact.environment for fact in facts}}
    if all(is_production.values()):
        return facts, []
    elsewhere = [fact for fact in facts if not is_production[fact.environment]]
    return [fact for fact in facts if is_production[fact.environment]], sorted(elsewhere, key=ORDER)


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


def _by_name(facts: Iterable[DeploymentFact]) -> dict[Name, list[DeploymentFact]]:
    by_name: dict[Name, list[DeploymentFact]] = {}
    for fact in facts:
        by_name.setdefault(_name(fact), []).append(fact)
    return by_name


def _name(fact: DeploymentFact) -> Name:
    return fact.service, fact.deployment
