"""Signals of clarity of purpose: the north star and time to value (domain §5, tenets 1 and 2)."""

from functools import partial

from shared.flywheel.distribution import distribution
from shared.flywheel.facts.fact import FeatureReleased, IdeaProposed, MetricDefined, MetricMeasured
from shared.flywheel.figures.turns import times_to_value
from shared.flywheel.moments import DAY, HOUR
from shared.flywheel.tenets.signals import NOT_WIRED, Evidence, Read, Reading, share_of


def _in_force(evidence: Evidence) -> dict[str, MetricDefined]:
    """Each metric's latest definition."""
    return {fact.metric: fact for fact in evidence.all(MetricDefined)}


def _north_star(evidence: Evidence) -> MetricDefined | None:
    """The flywheel's latest definition of a north star that no later one of its metric takes back."""
    stars = [fact for fact in _in_force(evidence).values() if fact.role == "north_star"]
    return max(stars, key=lambda fact: (fact.time, fact.key), default=None)


def north_star_age(evidence: Evidence) -> Reading:
    """Days from the north star's latest measurement (its definition, while there is none) to as_of.

    Wired once any metric was measured: who sends no measurements is not late with one. Source: `Metric Defined`,
    `Metric Measured`; whatever the window. n: its measurements in the window.
    """
    star, measurements = _north_star(evidence), evidence.all(MetricMeasured)
    if star is None or not measurements:
        return NOT_WIRED
    times = [fact.time for fact in measurements if fact.metric == star.metric]
    measured = sum(evidence.window.holds(time) for time in times)
    return Reading((evidence.now - max(times, default=star.time)) / DAY, measured)


def north_star_freshness(evidence: Evidence) -> Reading:
    """The north star's age / its cadence, a multiple. Wired where its definition in force tells a cadence.

    Source: `Metric Defined` with `cadence_days`, `Metric Measured`.
    """
    star, age = _north_star(evidence), north_star_age(evidence)
    if star is None or not star.cadence_days or age.value is None:
        return NOT_WIRED
    return Reading(age.value / star.cadence_days, age.n)


def _inputs(evidence: Evidence) -> set[str]:
    return {fact.metric for fact in _in_force(evidence).values() if fact.role == "input"}


def inputs_declared(evidence: Evidence) -> Reading:
    """Metrics whose definition in force is an input's; a count. Source: `Metric Defined`."""
    declared = len(_inputs(evidence))
    if not declared:
        return NOT_WIRED
    return Reading(float(declared), declared)


def inputs_measured(evidence: Evidence) -> Reading:
    """Input metrics measured in the window / declared; a share. Wired once any metric was measured.

    Source: `Metric Defined`, `Metric Measured`.
    """
    declared = _inputs(evidence)
    if not declared or not evidence.all(MetricMeasured):
        return NOT_WIRED
    return share_of(len(declared & {fact.metric for fact in evidence.inside(MetricMeasured)}), len(declared))


def released_features(evidence: Evidence) -> set[str]:
    """Features first released in the window, by `Feature Released` with an audience or, so set, by deployment."""
    first: dict[str, int] = {}
    for fact in evidence.all(FeatureReleased):
        if fact.feature is not None and fact.audience != 0:
            first[fact.feature] = min(first.get(fact.feature, fact.time), fact.time)
    if evidence.wheel.settings.release == "on_deployment":
        for deployment in evidence.wheel.deployments:
            for _, feature in deployment.names if deployment.outcome == "succeeded" else ():
                if feature is not None:
                    first[feature] = min(first.get(feature, deployment.time), deployment.time)
    return {feature for feature, time in first.items() if evidence.window.holds(time)}


def features_with_input(evidence: Evidence) -> Reading:
    """Features first released in the window whose idea names an input metric / all of them; a share.

    An idea names one in `Idea Proposed`, or a `Metric Defined` with the role `input` names the idea or the feature.
    Wired once an input metric was declared or named, and anything was released.
    """
    proposed = [fact for fact in evidence.all(IdeaProposed) if fact.input_metric is not None]
    inputs = [fact for fact in evidence.all(MetricDefined) if fact.role == "input"]
    if not (proposed or inputs) or not any(turn.released_at for turn in evidence.wheel.turns):
        return NOT_WIRED
    ideas = {fact.idea for fact in (*proposed, *inputs)}
    features = {fact.feature for fact in (*proposed, *inputs)}
    released = released_features(evidence)
    linked = {
        feature
        for feature in released
        if feature in features
        or any(name in ideas for sort, name in evidence.membership.turns(None, feature) if sort == "idea")
    }
    return share_of(len(linked), len(released))


def _time_to_value(basis: str, part: str, evidence: Evidence) -> Reading:
    """Hours from the idea (or the first commit, a lower bound) to the first release, of turns released in the window.

    The median or 85th percentile; the two bases never mix. Source: `Idea Proposed` or a deployment's commits, and
    `Feature Released`.
    """
    if not any(turn.basis == basis for turn in evidence.wheel.turns):
        return NOT_WIRED
    found = distribution(times_to_value(evidence.wheel, evidence.window, basis))
    return Reading(found[part], found["n"])


def time_to_value(basis: str, part: str) -> Read:
    """One percentile of the time to value by one basis."""
    return partial(_time_to_value, basis, part)


def old_open_ideas(evidence: Evidence) -> Reading:
    """Open ideas, not yet released, older than twice the median time to value from the idea; a count, n: all open.

    Nothing to count while that median is unknown. Source: `Idea Proposed`, `Feature Released`.
    """
    if not evidence.all(IdeaProposed):
        return NOT_WIRED
    proposed: dict[str, int] = {}
    for fact in evidence.all(IdeaProposed):
        if fact.idea is not None:
            proposed.setdefault(fact.idea, fact.time)
    waiting = [
        turn.turn
        for turn in evidence.wheel.turns
        if turn.key == "idea" and turn.turn in proposed and turn.state == "open" and turn.released_at is None
    ]
    middle = distribution(times_to_value(evidence.wheel, evidence.window, "idea"))["p50"]
    if middle is None:
        return Reading(None, len(waiting))
    oldest = evidence.now - 2 * middle * HOUR
    return Reading(float(sum(proposed[idea] < oldest for idea in waiting)), len(waiting))
