"""Signals of clarity of purpose: the north star and time to value (domain §5, tenets 1 and 2)."""

from functools import partial

from shared.flywheel.distribution import distribution
from shared.flywheel.facts.fact import FeatureReleased, IdeaProposed, MetricMeasured
from shared.flywheel.figures.turns import times_to_value
from shared.flywheel.moments import DAY, HOUR
from shared.flywheel.tenets.signals import NOT_WIRED, Evidence, Read, Reading, share_of
from shared.flywheel.wheel.metrics import Metric
from shared.flywheel.wheel.model import Turn

OF_THE_SCOPE = frozenset(
    {"north_star_age", "north_star_freshness", "inputs_measured", "inputs_declared", "features_with_input"}
)
"""Signals that are read from the metrics of those above the flywheel too."""


def north_star(evidence: Evidence) -> Metric | None:
    """The north star of the flywheel's scope, its own or that of the nearest flywheel above it."""
    return evidence.metrics.north_star(evidence.wheel.flywheel)


def north_star_age(evidence: Evidence) -> Reading:
    """Days from the latest measurement of the scope's north star (its first definition, while there is none) to as_of.

    Wired once any metric of the scope was measured: who sends no measurements is not late with one.
    Source: `Metric Defined`, `Metric Measured`; whatever the window. n: its measurements in the window.
    """
    star = north_star(evidence)
    if star is None or not _is_measured(evidence):
        return NOT_WIRED
    times = [fact.time for fact in evidence.metrics.series(star)]
    measured = sum(evidence.window.holds(time) for time in times)
    return Reading((evidence.now - max(times, default=star.first.time)) / DAY, measured)


def north_star_freshness(evidence: Evidence) -> Reading:
    """The north star's age / its cadence, a multiple. Wired where its definition in force tells a cadence.

    Source: `Metric Defined` with `cadence_days`, `Metric Measured`.
    """
    star, age = north_star(evidence), north_star_age(evidence)
    if star is None or not star.definition.cadence_days or age.value is None:
        return NOT_WIRED
    return Reading(age.value / star.definition.cadence_days, age.n)


def inputs(evidence: Evidence) -> list[Metric]:
    """The inputs of the flywheel's scope."""
    return evidence.metrics.of_role(evidence.wheel.flywheel, "input")


def inputs_declared(evidence: Evidence) -> Reading:
    """Metrics of the scope whose definition in force is an input's; a count. Source: `Metric Defined`."""
    declared = len(inputs(evidence))
    if not declared:
        return NOT_WIRED
    return Reading(float(declared), declared)


def inputs_measured(evidence: Evidence) -> Reading:
    """Inputs of the scope measured in the window / declared; a share. Wired once any metric of it was measured.

    Source: `Metric Defined`, `Metric Measured`.
    """
    declared = inputs(evidence)
    if not declared or not _is_measured(evidence):
        return NOT_WIRED
    return share_of(sum(is_measured(metric, evidence) for metric in declared), len(declared))


def is_measured(metric: Metric, evidence: Evidence) -> bool:
    """Whether a metric was measured in the window."""
    return any(evidence.window.holds(fact.time) for fact in evidence.metrics.series(metric))


def _is_measured(evidence: Evidence) -> bool:
    """Whether anything was ever measured that the flywheel could see."""
    star = north_star(evidence)
    known = [*inputs(evidence), *([] if star is None else [star])]
    return bool(evidence.all(MetricMeasured)) or any(evidence.metrics.series(metric) for metric in known)


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
    """Features first released in the window whose idea names an input of the scope / all of them; a share.

    An idea names the input that its `Idea Proposed` states latest; or a `Metric Defined` in force with the role `input`
    names the idea or the feature. Wired once an input metric was declared or named, and anything was released.
    """
    declared = inputs(evidence)
    is_named = any(fact.input_metric is not None for fact in evidence.all(IdeaProposed))
    if not (is_named or declared) or not any(turn.released_at for turn in evidence.wheel.turns):
        return NOT_WIRED
    released = released_features(evidence)
    return share_of(len(released & linked_features(evidence)), len(released))


def linked_features(evidence: Evidence) -> set[str]:
    """Features released in the window that are to move an input of the scope."""
    naming = [metric.definition for metric in inputs(evidence)]
    stated = {fact.idea: fact.input_metric for fact in evidence.all(IdeaProposed) if fact.input_metric is not None}
    known = {metric.name for metric in inputs(evidence)}
    ideas = {idea for idea, metric in stated.items() if metric in known} | {fact.idea for fact in naming}
    features = {fact.feature for fact in naming}
    return {
        feature
        for feature in released_features(evidence)
        if feature in features
        or any(name in ideas for sort, name in evidence.membership.turns(None, feature) if sort == "idea")
    }


def _time_to_value(basis: str, part: str, evidence: Evidence) -> Reading:
    """Hours from the idea (or the first commit, a lower bound) to the first release, of turns released in the window.

    The median or 85th percentile; the two bases never mix. Source: `Idea Proposed` or a deployment's commits, and
    `Feature Released`.
    """
    if not any(turn.basis == basis for turn in evidence.wheel.turns):
        return NOT_WIRED
    times = distribution(times_to_value(evidence.wheel, evidence.window, basis))
    return Reading(times[part], times["n"])


def time_to_value(basis: str, part: str) -> Read:
    """One percentile of the time to value by one basis."""
    return partial(_time_to_value, basis, part)


def old_open_ideas(evidence: Evidence) -> Reading:
    """Open ideas, not yet released, older than twice the median time to value from the idea; a count, n: all open.

    Nothing to count while that median is unknown. Source: `Idea Proposed`, `Feature Released`.
    """
    if not evidence.all(IdeaProposed):
        return NOT_WIRED
    waiting, old = waiting_ideas(evidence), old_ideas(evidence)
    return Reading(None if old is None else float(len(old)), len(waiting))


def waiting_ideas(evidence: Evidence) -> list[tuple[Turn, int]]:
    """The open turns of ideas that are not released yet, and when each idea was proposed."""
    proposed: dict[str | None, int] = {}
    for fact in evidence.all(IdeaProposed):
        proposed.setdefault(fact.idea, fact.time)
    return [
        (turn, proposed[turn.turn])
        for turn in evidence.wheel.turns
        if turn.key == "idea" and turn.turn in proposed and turn.state == "open" and turn.released_at is None
    ]


def old_ideas(evidence: Evidence) -> set[str] | None:
    """Those that wait for more than twice the usual time to value; None while that is unknown."""
    middle = distribution(times_to_value(evidence.wheel, evidence.window, "idea"))["p50"]
    if middle is None:
        return None
    oldest = evidence.now - 2 * middle * HOUR
    return {turn.turn for turn, proposed in waiting_ideas(evidence) if proposed < oldest}
