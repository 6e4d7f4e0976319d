"""Problem prevention, from Well-Architected reviews and incident reviews (domain §5, tenet 10)."""

from operator import attrgetter

from shared.flywheel.facts.fact import IncidentOpened, IncidentReviewed, ReviewRecorded
from shared.flywheel.figures.dora import rework, tells_failures
from shared.flywheel.moments import DAY
from shared.flywheel.tenets.signals import NOT_WIRED, Evidence, Reading, ratio, share_of
from shared.flywheel.wheel.window import effective_in, failed_in, opened_in


def change_fail_rate(evidence: Evidence) -> Reading:
    """DORA's change fail rate in the window; a share, n: effective deployments.

    Wired once anything was sent that can tell of a failure: an incident, or a deployment that was rolled back or mends
    another; or where the settings say that incidents are. Without that a rate of 0 would be the wiring's.
    Source: `Deployment Finished`, `Incident Opened`.
    """
    if not evidence.wheel.deployments or not tells_failures(evidence.wheel):
        return NOT_WIRED
    wheel, window = evidence.wheel, evidence.window
    return share_of(len(failed_in(wheel, window)), len(effective_in(wheel, window)))


def rework_rate(evidence: Evidence) -> Reading:
    """DORA's deployment rework rate in the window; a share, n: effective deployments. Source: `Deployment Finished`."""
    if not evidence.wheel.deployments:
        return NOT_WIRED
    rate = rework(evidence.wheel, evidence.window)
    return Reading(rate["value"], rate["n"])


def high_risk_density(evidence: Evidence) -> Reading:
    """high / (high + medium + none) of the newest review, whatever the window; a share, n: questions answered.

    Source: `Review Recorded`; unanswered questions count nowhere.
    """
    known = evidence.all(ReviewRecorded)
    if not known:
        return NOT_WIRED
    newest = known[-1]
    return share_of(newest.high, newest.high + newest.medium + newest.none)


def review_age(evidence: Evidence) -> Reading:
    """Days from the newest review to as_of. Source: `Review Recorded`; n: reviews in the memory."""
    known = evidence.all(ReviewRecorded)
    return Reading((evidence.now - known[-1].time) / DAY, len(known)) if known else NOT_WIRED


def prevention_ratio(evidence: Evidence) -> Reading:
    """(high risks closed + actions done) / (those + incidents opened) in the window; a share, n: its denominator.

    Closed high risks: by how many a review in the window has fewer than the one before it of the same workload.
    Actions done: those of reviews in the window, and of incidents what the latest review in it states of each.
    Wired once both sides are sent: an incident; and a workload's second review or a review with `actions_done`.
    Source: `Review Recorded`, `Incident Reviewed`, `Incident Opened`.
    """
    if not evidence.all(IncidentOpened) or not _prevention_is_told(evidence):
        return NOT_WIRED
    prevented = sum(count for _, count in (*risks_closed(evidence), *actions_done(evidence)))
    whole = prevented + len(opened_in(evidence.wheel, evidence.window))
    return Reading(ratio(prevented, whole), whole)


def _prevention_is_told(evidence: Evidence) -> bool:
    reviews = evidence.all(ReviewRecorded)
    actions = [fact.actions_done for fact in reviews]
    actions += [fact.actions_done for fact in evidence.all(IncidentReviewed)]
    return len({fact.workload for fact in reviews}) < len(reviews) or any(done is not None for done in actions)


def risks_closed(evidence: Evidence) -> list[tuple[ReviewRecorded, int]]:
    """Each review in the window with how many high risks fewer it has than the one before it of its workload."""
    before: dict[str, int] = {}
    closed = []
    for fact in evidence.all(ReviewRecorded):
        if evidence.window.holds(fact.time):
            closed.append((fact, max(0, before.get(fact.workload, fact.high) - fact.high)))
        before[fact.workload] = fact.high
    return closed


def actions_done(evidence: Evidence) -> list[tuple[ReviewRecorded | IncidentReviewed, int]]:
    """Each review in the window that states actions done, with how many; of one incident's reviews the latest.

    Incidents are runs: one of the same name that opened later has its own.
    """
    stated = {fact.key: fact for fact in evidence.inside(IncidentReviewed) if fact.actions_done is not None}
    counted: list[ReviewRecorded | IncidentReviewed] = [*evidence.inside(ReviewRecorded)]
    for incident in evidence.wheel.incidents:
        reviews = [stated[key] for key in incident.keys if key in stated]
        counted += sorted(reviews, key=attrgetter("time", "key"))[-1:]
    return [(fact, fact.actions_done) for fact in counted if fact.actions_done is not None]
