"""Metrics of a family: which definitions are in force, whose they are, and what was measured of each (value §2)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from shared.flywheel.facts.fact import MetricDefined, MetricMeasured
from shared.flywheel.wheel.model import Family

_GATHERED = "_metrics"


class Metric(Struct, frozen=True):
    """A metric of the flywheel `of` by its definition in force, its latest. `first`: its first definition."""

    of: str
    definition: MetricDefined
    first: MetricDefined

    @property
    def name(self) -> str:
        """The name that events use."""
        return self.definition.metric


class Metrics:
    """The metrics of every flywheel of a family. A *scope* is a flywheel, then its parent, and so on."""

    def __init__(self, family: Family) -> None:
        self._scopes = {member: family.scope_of(member) for member, _ in family.members}
        self._confined = family.confined
        self._in_force = {member: _in_force(family, member) for member in self._scopes}
        self._series: defaultdict[tuple[str, str], list[MetricMeasured]] = defaultdict(list)
        self.undefined: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """By flywheel, how often what no flywheel of its scope defines was measured, by metric."""
        for member, facts in family.measured.items():
            self._place(member, facts)
        for series in self._series.values():
            series.sort(key=lambda fact: (fact.time, fact.key))

    def scope_of(self, flywheel: str) -> tuple[str, ...]:
        """The flywheel and those above it, nearest first."""
        return self._scopes.get(flywheel, (flywheel,))

    def of(self, flywheel: str) -> list[Metric]:
        """The metrics that a flywheel itself defines, by name."""
        known = self._in_force.get(flywheel, {})
        return [known[name] for name in sorted(known)]

    def nearest(self, flywheel: str, name: str) -> Metric | None:
        """The metric of that name, of any role, in the nearest flywheel of the scope that defines it."""
        candidates = (
            self._in_force[each][name] for each in self.scope_of(flywheel) if name in self._in_force.get(each, {})
        )
        return next(candidates, None)

    def north_star(self, flywheel: str) -> Metric | None:
        """The latest definition in force of that role, in the nearest flywheel of the scope that has one."""
        for each in self.scope_of(flywheel):
            stars = [star for star in self._in_force.get(each, {}).values() if star.definition.role == "north_star"]
            if stars:
                return max(stars, key=lambda star: (star.definition.time, star.definition.key))
        return None

    def of_role(self, flywheel: str, role: str) -> list[Metric]:
        """The metrics of the scope with a role, by nearness, then name; a nearer one hides others of its name."""
        seen: set[str] = set()
        metrics = []
        for each in self.scope_of(flywheel):
            known = self._in_force.get(each, {})
            metrics += [
                known[name] for name in sorted(known) if name not in seen and known[name].definition.role == role
            ]
            seen.update(known)
        return metrics

    def input(self, flywheel: str, name: str) -> Metric | None:
        """The input of the scope that has this name, if there is one."""
        metric = self.nearest(flywheel, name)
        return metric if metric is not None and metric.definition.role == "input" else None

    def series(self, metric: Metric) -> Sequence[MetricMeasured]:
        """The measurements of a metric, by time."""
        return self._series.get((metric.of, metric.name), ())

    def _place(self, member: str, measured: Sequence[MetricMeasured]) -> None:
        counts = Counter([fact.metric for fact in measured])
        meant = {name: self.nearest(member, name) for name in counts}
        unknown = {name: count for name, count in counts.items() if meant[name] is None}
        if unknown:
            self.undefined[member].update(unknown)
        for fact in measured if len(unknown) < len(counts) else ():
            metric = meant[fact.metric]
            if metric is not None and metric.of in self._confined.get(fact.key, (metric.of,)):
                self._series[metric.of, metric.name].append(fact)


def metrics_of(family: Family) -> Metrics:
    """The metrics of a family, gathered once for all its members."""
    made: Metrics | None = family.__dict__.get(_GATHERED)
    if made is None:
        made = family.__dict__[_GATHERED] = Metrics(family)
    return made


def _in_force(family: Family, member: str) -> Mapping[str, Metric]:
    """The latest definition of each metric that a member defines; its events are by time."""
    latest: dict[str, Metric] = {}
    for fact in family.purposes.get(member, ()):
        if isinstance(fact, MetricDefined):
            earlier = latest.get(fact.metric)
            latest[fact.metric] = Metric(member, fact, fact if earlier is None else earlier.first)
    return latest
