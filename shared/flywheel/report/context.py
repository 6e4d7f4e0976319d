"""The `context` part of the report: what stands around the figures (domain §4, from "Re-entry" on)."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from shared.flywheel.distribution import median, share
from shared.flywheel.figures.silences import silences
from shared.flywheel.moments import DAY, HOUR, micros
from shared.flywheel.report.children import children_figures
from shared.flywheel.report.domains import domain_figures
from shared.flywheel.report.maps import map_entry
from shared.flywheel.report.stage import stage_figures
from shared.flywheel.report.together import monthly, together
from shared.flywheel.settings import thresholds as signals_thresholds
from shared.flywheel.tenets import tenets
from shared.flywheel.tenets.answers import ITEMS, unread
from shared.flywheel.tenets.goals import box_figures, goal_figures, ritual_figures
from shared.flywheel.tenets.maps import SORTS
from shared.flywheel.tenets.signals import Evidence, ratio
from shared.flywheel.trends.trends import Trends
from shared.flywheel.vocabularies import goal, persona, phase_name
from shared.flywheel.wheel.membership import followers_of
from shared.flywheel.wheel.model import PHASES, Turn, Wheel
from shared.flywheel.wheel.window import effective_in

RETURN = 28 * DAY
"""Within so long after its close a turn is followed by the next idea (domain: "Re-entry")."""

HOURS_A_MONTH = 730
"""A month as dora.dev's Quick Check counts it."""


def context_figures(evidence: Evidence) -> dict[str, Any]:
    """Every part is None where nothing is configured or sent for it."""
    settings = evidence.wheel.settings
    return {
        "purpose": settings.purpose,
        "value_exchange": list(settings.value_exchange),
        "phases": phases(evidence),
        "tenets": {
            "version": tenets.VERSION,
            "thresholds": signals_thresholds.VERSION,
            "titles": [tenet.title for tenet in tenets.TENETS],
        },
        "stage": stage_figures(evidence),
        **around_figures(evidence),
        "children": children_figures(evidence),
        "maps": {sort: map_entry(evidence, sort) for sort in SORTS},
        "silent": [msgspec.structs.asdict(each) for each in silences(evidence.wheel.events, evidence.now)],
        "unread_sheets": {survey: unread(evidence.wheel, survey) for survey in ITEMS},
    }


def around_figures(evidence: Evidence) -> dict[str, Any]:
    """The figures of `context` that change from digest to digest."""
    return {
        "re_entry": re_entry(evidence),
        "innovation_space": innovation_space(evidence),
        "cost": cost(evidence),
        "boxes": box_figures(evidence),
        "goals": goal_figures(evidence),
        "rituals": ritual_figures(evidence),
        "data_domains": domain_figures(evidence),
    }


def earlier_figures(wheel: Wheel, window_days: float) -> Mapping[str, Any]:
    """The figures one window earlier, those around them too; nothing before the flywheel's first event.

    What stands on the events of others, above or below, is left out: an earlier moment is folded without them.
    """
    trends = Trends(wheel, window_days)
    if not trends.earlier_figures:
        return {}
    around = around_figures(Evidence(trends.before.wheel, trends.before.window))
    around |= {"cost": None} if wheel.children else {}
    around |= {"goals": None} if wheel.settings.parent is not None else {}
    return {**trends.earlier_figures, "context": around}


def phases(evidence: Evidence) -> list[dict[str, Any]]:
    """The four phases in the flywheel's vocabulary."""
    words = evidence.wheel.settings.vocabulary
    return [
        {"phase": phase, "name": phase_name(words, phase), "persona": persona(words, phase), "goal": goal(words, phase)}
        for phase in PHASES
    ]


def re_entry(evidence: Evidence) -> dict[str, Any]:
    """Share of the turns closed in the window that an idea follows, and the median gap in hours from the close.

    An idea follows a turn when its `follows` names the turn's idea, or a feature of the turn, and it was proposed from
    the turn's first release (else its close) on, up to 28 days after the close. While those run, a turn that nothing
    follows yet does not count.
    """
    turns_with_gaps = followed(evidence)
    gaps = [gap for _, gap in turns_with_gaps if gap is not None]
    counted = sum(gap is not None or is_over(turn, evidence.now) for turn, gap in turns_with_gaps)
    return {"share": share(len(gaps), counted), "gap_hours_p50": median(gaps)}


def followed(evidence: Evidence) -> list[tuple[Turn, float | None]]:
    """Each turn closed in the window, and the hours from its close to the first idea that follows; None without one."""
    proposed = followers_of(evidence.wheel)
    turns = [turn for turn in evidence.wheel.turns if evidence.window.holds_moment(turn.closed_at)]
    return [(turn, _gap(turn, proposed.get(turn.identity, ()))) for turn in turns]


def is_over(turn: Turn, now: int) -> bool:
    """Whether the time in which an idea can follow is over."""
    return turn.closed_at is not None and now - micros(turn.closed_at) >= RETURN


def _gap(turn: Turn, proposed: Iterable[int]) -> float | None:
    """Hours from the close to the first idea that follows; 0 where that came before the close."""
    if turn.closed_at is None:
        return None
    closed = micros(turn.closed_at)
    taught = closed if turn.released_at is None else micros(turn.released_at)
    first = min((time for time in proposed if taught <= time <= closed + RETURN), default=None)
    return None if first is None else max(0, first - closed) / HOUR


def innovation_space(evidence: Evidence) -> dict[str, Any]:
    """Share of the effective deployments in the window that are no rework."""
    effective = effective_in(evidence.wheel, evidence.window)
    return share(sum(each.nature == "planned" for _, each in effective), len(effective))


def cost(evidence: Evidence) -> dict[str, Any] | None:
    """Cost of the window, per turn delivered in it and per outcome met, by the cost per month of 730 hours.

    Of a flywheel with others below it over all of them: its cost is theirs too.
    """
    settings = evidence.wheel.settings
    spent = spent_in(evidence)
    if spent is None:
        return None
    everyone = together(evidence)
    delivered, met = everyone["delivered"], everyone["outcomes"]["met"]
    return {
        "currency": settings.currency,
        "of_window": spent,
        "delivered": delivered,
        "per_delivered_turn": ratio(spent, delivered),
        "met": met,
        "per_met_outcome": ratio(spent, met),
    }


def spent_in(evidence: Evidence) -> float | None:
    """The cost of the window, by the configured cost per month, else that of the children; None where none is."""
    a_month, window = monthly(evidence.wheel), evidence.window
    return None if a_month is None else a_month * (window.end - window.start) / HOUR / HOURS_A_MONTH
