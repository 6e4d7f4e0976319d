"""The part of a report that says how a wheel turns, and the actions that follow from it."""

from typing import Any

from shared.flywheel.actions.action import Situation
from shared.flywheel.actions.rules import actions_of
from shared.flywheel.figures.doom_loop import verdict
from shared.flywheel.figures.dora import dora_figures, recoveries
from shared.flywheel.figures.drag import drag_figures
from shared.flywheel.figures.momentum import momentum_figures
from shared.flywheel.figures.turns import turn_figures
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.tenets.tenets import tenet_figures
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import window_of


def turning_figures(evidence: Evidence) -> dict[str, Any]:
    """How the wheel turns, and what it delivers."""
    wheel, window = evidence.wheel, evidence.window
    return {
        "turns": turn_figures(wheel, window),
        "momentum": momentum_figures(wheel),
        "drag": drag_figures(wheel, window),
        "dora": dora_figures(wheel, window, evidence.leads, recoveries(wheel, window)),
        "doom_loop": verdict(wheel),
    }


def listed_actions(wheel: Wheel, window_days: float) -> list[dict[str, Any]]:
    """The `actions` of a report without the rest of it."""
    evidence = Evidence(wheel, window_of(wheel, window_days))
    figures = {
        **turning_figures(evidence),
        "value": evidence.value.figures(),
        "tenets": tenet_figures(evidence),
    }
    return actions_of(Situation(figures, evidence))
