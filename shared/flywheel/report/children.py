"""A parent's children side by side. Counts are added up; medians and shares are never pooled across teams."""

from typing import Any

from shared.flywheel.actions.shared import below
from shared.flywheel.distribution import distribution, median
from shared.flywheel.figures.doom_loop import verdict
from shared.flywheel.figures.dora import fail_rate, rework
from shared.flywheel.figures.drag import drag_figures
from shared.flywheel.figures.momentum import momentum_figures
from shared.flywheel.figures.turns import PERIOD_DAYS, constraint, turn_times
from shared.flywheel.report.listed import listed_actions
from shared.flywheel.report.together import shared_figures, together
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, closed_in, effective_in, opened_in, per_days

WEEK = 7


def children_figures(evidence: Evidence) -> dict[str, Any] | None:
    """The children's own figures in the order of the configuration, and sums; None where there is no child."""
    if not evidence.wheel.children:
        return None
    children = [child_entry(child, evidence.window) for child in evidence.wheel.children]
    names = children[0]["counts"]
    return {
        "counts": {name: sum(child["counts"][name] for child in children) for name in names},
        "together": together(evidence),
        "side_by_side": children,
        "doom_loops": [each.flywheel for each in below(evidence.wheel) if verdict(each) == "doom_loop"],
        "shared": shared_figures(evidence),
    }


def child_entry(wheel: Wheel, window: Window) -> dict[str, Any]:
    """One child: what is counted, and the figures that are only its own."""
    delivered, effective = closed_in(wheel, window, "delivered"), effective_in(wheel, window)
    evidence = Evidence(wheel, window)
    momentum = momentum_figures(wheel)
    return {
        "flywheel": wheel.flywheel,
        "name": wheel.settings.title,
        "kind": wheel.settings.kind,
        "counts": {
            "delivered": len(delivered),
            "stopped": len(closed_in(wheel, window, "stopped")),
            "open": sum(turn.state == "open" for turn in wheel.turns),
            "deployments": len(effective),
            "incidents": len(opened_in(wheel, window)),
            "events": len(wheel.tally.counted),
        },
        "rate_per_28d": per_days(len(delivered), PERIOD_DAYS, wheel, window),
        "turn_time_hours": distribution(turn_times(delivered)),
        "momentum": {name: momentum[name] for name in ("rate_equivalent", "direction", "state")},
        "drag": drag_figures(wheel, window),
        "deployments_per_week": per_days(len(effective), WEEK, wheel, window),
        "lead_time_p50_hours": median(evidence.leads.hours),
        "change_fail_rate": fail_rate(wheel, window),
        "rework_rate": rework(wheel, window),
        "doom_loop": verdict(wheel),
        "constraint": constraint(wheel, delivered),
        "hit_rate": evidence.value.hit_rate,
        "first_action": next(iter(listed_actions(wheel, window.days)), None),
    }
