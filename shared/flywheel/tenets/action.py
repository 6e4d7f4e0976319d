"""Signals of the next best action: code as a liability, and developer experience (domain §5, tenets 7 and 8)."""

from shared.flywheel.distribution import median, percentile
from shared.flywheel.facts.fact import DeploymentFinished
from shared.flywheel.tenets.purpose import released_features
from shared.flywheel.tenets.signals import NOT_WIRED, Evidence, Reading, ratio
from shared.flywheel.wheel.window import effective_in, per_days

DAYS_OF_WEEK = 7


def net_lines_per_feature(evidence: Evidence) -> Reading:
    """Net lines of code of effective deployments in the window / features first released in it; n: those features.

    Fewer is not better by itself: a trend, no verdict. Source: `Deployment Finished` with `net_lines`.
    """
    lines = {fact.key: fact.net_lines for fact in evidence.all(DeploymentFinished) if fact.net_lines is not None}
    if not lines:
        return NOT_WIRED
    effective = effective_in(evidence.wheel, evidence.window)
    added = sum(lines.get(key, 0) for _, deployment in effective for key in deployment.keys)
    features = len(released_features(evidence))
    return Reading(ratio(added, features), features)


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

    Of several events of one deployment the latest counts. Source: `Deployment Finished` with `manual_steps`.
    """
    steps = {fact.key: fact for fact in evidence.all(DeploymentFinished) if fact.manual_steps is not None}
    if not steps:
        return NOT_WIRED
    counts: list[float] = []
    for _, deployment in effective_in(evidence.wheel, evidence.window):
        counted = [steps[key] for key in deployment.keys if key in steps]
        if counted:
            latest = max(counted, key=lambda fact: (fact.time, fact.key))
            counts.append(float(latest.manual_steps or 0))
    return Reading(median(counts), len(counts))
