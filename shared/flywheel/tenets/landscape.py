"""Signals of challenge and landscape: the system as the asset, and what blocks it (domain §5, tenets 5 and 6)."""

from collections.abc import Mapping

from msgspec.structs import replace

from shared.flywheel.distribution import median
from shared.flywheel.facts.fact import BlockerOpened, ChallengeOpened, IncidentReviewed
from shared.flywheel.figures.drag import blocked_share as drag_blocked_share
from shared.flywheel.figures.drag import blocked_turns
from shared.flywheel.moments import DAY
from shared.flywheel.tenets.signals import NOT_WIRED, Evidence, Reading, ratio, share_of
from shared.flywheel.wheel.model import Run, Turn
from shared.flywheel.wheel.window import failed_in


def challengers(evidence: Evidence) -> Reading:
    """Distinct challengers of the challenges opened in the window; a count, n: those challenges.

    Source: `Challenge Opened` with a challenger (a keyed hash, never a name).
    """
    if not any(fact.challenger for fact in evidence.all(ChallengeOpened)):
        return NOT_WIRED
    opened = evidence.inside(ChallengeOpened)
    return Reading(float(len({fact.challenger for fact in opened if fact.challenger})), len(opened))


def challenge_days(evidence: Evidence) -> Reading:
    """Median days from opening to resolution, of challenges resolved in the window.

    Source: `Challenge Opened`, `Challenge Resolved`.
    """
    if not evidence.wheel.challenges:
        return NOT_WIRED
    lengths = [
        (each.closed - each.opened) / DAY
        for each in evidence.wheel.challenges
        if each.closed is not None and evidence.window.holds(each.closed)
    ]
    return Reading(median(lengths), len(lengths))


def failed_reviewed(evidence: Evidence) -> Reading:
    """Failed deployments in the window with a reviewed incident / failed deployments in the window; a share.

    Source: `Incident Reviewed`; which deployments failed is DORA's figure.
    """
    if not evidence.all(IncidentReviewed):
        return NOT_WIRED
    reviewed = reviewed_deployments(evidence)
    failed = failed_in(evidence.wheel, evidence.window)
    return share_of(sum(place in reviewed for place in failed), len(failed))


def reviewed_deployments(evidence: Evidence) -> set[int]:
    """Places of the deployments of which an incident was reviewed."""
    reviews = {fact.key for fact in evidence.all(IncidentReviewed)}
    return {
        place
        for incident in evidence.wheel.incidents
        if not reviews.isdisjoint(incident.keys)
        for place in incident.deployments
    }


def blocked_share(evidence: Evidence) -> Reading:
    """Blocked time / time of the turns closed in the window or open, as in the drag; a share, n: those turns.

    Source: `Blocker Opened`, `Blocker Closed`.
    """
    if not evidence.wheel.blockers:
        return NOT_WIRED
    return Reading(
        drag_blocked_share(evidence.wheel, evidence.window), len(blocked_turns(evidence.wheel, evidence.window))
    )


def approval_wait_share(evidence: Evidence) -> Reading:
    """Time blocked by an approval / time of the turns closed in the window or open; a share, n: those turns.

    Source: `Blocker Opened` with a category; the earliest of a blocker that tells one counts.
    """
    if not _categories(evidence):
        return NOT_WIRED
    turns = turns_blocked_by(evidence, approval_waits(evidence))
    blocked, whole = sum(blocked for _, blocked, _ in turns), sum(length for _, _, length in turns)
    return Reading(ratio(blocked, whole), len(turns))


def approval_waits(evidence: Evidence) -> tuple[Run, ...]:
    """The blockers that are an approval."""
    categories = _categories(evidence)
    return tuple(each for each in evidence.wheel.blockers if _category(each, categories) == "approval")


def turns_blocked_by(evidence: Evidence, blockers: tuple[Run, ...]) -> list[tuple[Turn, int, int]]:
    """Turns that are open or closed in the window, with the time these blockers took and their whole time."""
    return blocked_turns(replace(evidence.wheel, blockers=blockers), evidence.window)


def _categories(evidence: Evidence) -> dict[int, str]:
    return {fact.key: fact.category for fact in evidence.all(BlockerOpened) if fact.category is not None}


def _category(blocker: Run, categories: Mapping[int, str]) -> str | None:
    return next((categories[key] for key in blocker.keys if key in categories), None)
