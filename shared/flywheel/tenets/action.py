"""Signals of the next best action: code as a liability, and developer experience (domain §5, tenets 7 and 8)."""

from operator import attrgetter

from shared.flywheel.distribution import median, percentile
from shared.flywheel.facts.fact import DeploymentFinished
from shared.flywheel.tenets.purpose import released_features
from shared.flywheel.tenets.signals import NOT_WIRED, Evidence, Reading, ratio
from shared.flywheel.wheel.model import Deployment
from shared.flywheel.wheel.window import effective_in, per_days

DAYS_OF_WEEK = 7


def net_lines_per_feature(evidence: Evidence) -> Reading:
    """Net lines of code of effective deployments in the window / features first released in it; n: those features.

    Nothing to count where no such deployment states its lines. Fewer is not better by itself: a trend, no verdict.
    Source: `Deployment Finished` with `net_lines`.
    """
    if all(fact.net_lines is None for fact in evidence.all(DeploymentFinished)):
        return NOT_WIRED
    added = [lines for _, lines in net_lines(evidence)]
    features = len(released_features(evidence))
    return Reading(ratio(sum(added), features) if added else None, features)


def net_lines(evidence: Evidence) -> list[tuple[Deployment, int]]:
    """The effective deployments in the window that state their net lines, and how many."""
    return _stated(evidence, "net_lines")


def manual_steps_of(evidence: Evidence) -> list[tuple[Deployment, int]]:
    """The effective deployments in the window that state their manual steps, and how many."""
    return _stated(evidence, "manual_steps")


def _stated(evidence: Evidence, name: str) -> list[tuple[Deployment, int]]:
    """What effective deployments in the window state under one name; of several events of one the latest counts."""
    facts = {fact.key: fact for fact in evidence.all(DeploymentFinished) if getattr(fact, name) is not None}
    stated = []
    for _, deployment in effective_in(evidence.wheel, evidence.window):
        own = [facts[key] for key in deployment.keys if key in facts]
        if own:
            stated.append((deployment, int(getattr(max(own, key=attrgetter("time", "key")), name))))
    return stated


def lead_time(evidence: Evidence) -> Reading:
    """DORA's change lead time, median, hours; n: commits. Source: commits of `Deployment Finished`."""
    if not any(time is not None for each in evidence.wheel.deployments for time in each.commit_times):
        return NOT_WIRED
    return Reading(percentile(evidence.leads.hours, 0.5), len(evidence.leads.hours))


def deployments_per_week(evidence: Evidence) -> Reading:
    """Effective production deployments per week of the exposure; n: those deployments. Source: `Deployment Finished`.

    The exposure is the window, of a younger flywheel its age, but at least 28 days.
    """
    if not evidence.wheel.deployments:
        return NOT_WIRED
    effective = len(effective_in(evidence.wheel, evidence.window))
    return Reading(per_days(effective, DAYS_OF_WEEK, evidence.wheel, evidence.window), effective)


def manual_steps(evidence: Evidence) -> Reading:
    """Median of the manual steps of effective deployments in the window that tell them; n: those deployments.

    Source: `Deployment Finished` with `manual_steps`.
    """
    if all(fact.manual_steps is None for fact in evidence.all(DeploymentFinished)):
        return NOT_WIRED
    counts = [float(steps) for _, steps in manual_steps_of(evidence)]
    return Reading(median(counts), len(counts))
