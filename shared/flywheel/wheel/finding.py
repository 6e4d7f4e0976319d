"""The deployments of a flywheel, and ways to find them, made once for the folds of several moments."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import compress
from operator import is_not, itemgetter
from typing import Any, NamedTuple

from shared.flywheel.wheel.leads import Leads, leads_of
from shared.flywheel.wheel.model import ROLLOUT, Deployment, TurnKey

TurnLink = tuple[int, int, bool]
"""From when on a deployment, by its place, is linked to a turn, and whether by inference only."""
_PLACE = itemgetter(1)


class Deployments:
    """The deployments of a flywheel by time, and ways to find them; each is known by its place in `all`."""

    def __init__(self, deployments: Iterable[Deployment], known: "Index | None" = None) -> None:
        """`known`: that of some that these may be the first of, as those of an earlier moment are."""
        self.all = tuple(deployments)
        self._end = len(self.all)
        self.index = known if known is not None and known.begins_as(self.all) else Index(self.all)

    def named(self, name: str, service: str | None) -> Sequence[int]:
        """Every deployment of that name, but only that of the naming event's service where one matches."""
        if service is not None and (place := self.index.by_identity.get((service, name), self._end)) < self._end:
            return (place,)
        return self._cut(self.index.by_name.get(name, ()))

    @property
    def rolled_back(self) -> Sequence[int]:
        """Those that were."""
        return self._cut(self.index.rolled_back)

    @property
    def remediating(self) -> Sequence[int]:
        """Those that remediate another one."""
        return self._cut(self.index.remediating)

    def links(self) -> Iterator[tuple[TurnKey, Sequence[TurnLink]]]:
        """The turns that some of them name, each with the links of these."""
        for turn, links in self.index.links.items():
            own = links if links[-1][1] < self._end else links[: bisect_left(links, self._end, key=_PLACE)]
            if own:
                yield turn, own

    def carriers(self, wanted: set[int]) -> dict[int, list[int]]:
        """The deployments that carry each of the wanted commits, by time."""
        places: dict[int, list[int]] = {}
        if wanted:
            for place, deployment in enumerate(self.all):
                for sha in deployment.shas:
                    if sha in wanted:
                        places.setdefault(sha, []).append(place)
        return places

    def leads(self, places: range) -> Leads:
        """The lead times of the deployments at some places: no later deployment changes them."""
        return self.index.leads.of(places)

    def blamed(self, service: str, opened: int, reach: int) -> int | None:
        """The latest effective deployment of a service that had begun when an incident opened, at most `reach` ago."""
        places, times = self.index.effective.get(service, _NOWHERE)
        before = bisect_right(times, opened)
        for place in reversed(self._cut(places[before : bisect_right(times, opened + ROLLOUT)])):
            started = self.all[place].started
            if started is not None and started <= opened and self.all[place].begun <= opened:
                return place
        last = min(before, bisect_left(places, self._end)) - 1
        return places[last] if last >= 0 and times[last] + reach >= opened else None

    def planned_between(self, service: str, after: int, until: int) -> Sequence[int]:
        """The `planned` deployments of a service in (after, until], whatever their outcome."""
        places, times = self.index.planned.get(service, _NOWHERE)
        return self._cut(places[bisect_right(times, after) : bisect_right(times, until)])

    def _cut(self, places: Sequence[int]) -> Sequence[int]:
        """Those of some places, in order, that are here."""
        return places if not places or places[-1] < self._end else places[: bisect_left(places, self._end)]


class Places(NamedTuple):
    """Places of deployments, in order, and their times."""

    places: Sequence[int]
    times: Sequence[int]


_NOWHERE = Places((), ())


class Index:
    """Places of deployments by what they are found by."""

    def __init__(self, deployments: Sequence[Deployment]) -> None:
        self.all = deployments

    def begins_as(self, deployments: Sequence[Deployment]) -> bool:
        """Whether its first ones are found as these are, and carry the same; one event more may change none of that."""
        pairs = zip(self.all, deployments, strict=False)
        others = compress(pairs, map(is_not, self.all, deployments))
        return len(deployments) <= len(self.all) and all(_found_by(one) == _found_by(other) for one, other in others)

    @cached_property
    def by_identity(self) -> Mapping[tuple[str, str], int]:
        """The place of the deployment of a service and a name."""
        return {(deployment.service, deployment.name): place for place, deployment in enumerate(self.all)}

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[int]]:
        """Those of a name."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, deployment in enumerate(self.all):
            places[deployment.name].append(place)
        return places

    @cached_property
    def effective(self) -> Mapping[str, Places]:
        """By service, those that took effect."""
        return self._by_service(place for place, each in enumerate(self.all) if each.outcome != "failed")

    @cached_property
    def planned(self) -> Mapping[str, Places]:
        """By service, those that are `planned`."""
        return self._by_service(place for place, each in enumerate(self.all) if each.nature == "planned")

    @cached_property
    def rolled_back(self) -> Sequence[int]:
        """Those that were."""
        return [place for place, each in enumerate(self.all) if each.outcome == "rolled_back"]

    @cached_property
    def remediating(self) -> Sequence[int]:
        """Those that remediate others."""
        return [place for place, each in enumerate(self.all) if each.remediates]

    @cached_property
    def leads(self) -> Leads:
        """The lead times of all of them."""
        return leads_of(self.all)

    @cached_property
    def links(self) -> Mapping[TurnKey, Sequence[TurnLink]]:
        """By turn, the links of those that name it."""
        by_turn: defaultdict[TurnKey, list[TurnLink]] = defaultdict(list)
        for place, each in enumerate(self.all):
            if each.names:
                link = (each.time, place, False)
                for turn in dict(each.names):
                    by_turn[turn].append(link)
        return by_turn

    def _by_service(self, places: Iterable[int]) -> Mapping[str, Places]:
        by_service: defaultdict[str, array[int]] = defaultdict(partial(array, "q"))
        for place in places:
            by_service[self.all[place].service].append(place)
        return {service: Places(own, [self.all[place].time for place in own]) for service, own in by_service.items()}


def _found_by(deployment: Deployment) -> tuple[Any, ...]:
    """All of a deployment that an index depends on."""
    named = (deployment.service, deployment.name, deployment.time, deployment.outcome, deployment.nature)
    carried = (tuple(deployment.shas), tuple(deployment.commit_times))
    return (*named, *carried, bool(deployment.remediates), deployment.names)
