"""The report of one flywheel: every figure, as plain values for JSON. Others script against its shape."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from events.times import rfc3339
from shared.flywheel.actions.action import Situation
from shared.flywheel.actions.rules import actions_of
from shared.flywheel.catalogue.catalogue import put_accounted
from shared.flywheel.facts.assignment import Assignment, assignment_of
from shared.flywheel.facts.fact import EventRetracted, Fact
from shared.flywheel.facts.stated import Owners
from shared.flywheel.figures.dora import recoveries
from shared.flywheel.figures.receipt import left_out, receipt
from shared.flywheel.report.children import children_figures
from shared.flywheel.report.context import context_figures
from shared.flywheel.report.listed import turning_figures
from shared.flywheel.report.turn_entry import turn_entry
from shared.flywheel.report.unfinished import unfinished
from shared.flywheel.settings.reach import Reach
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.tenets.tenets import tenet_figures
from shared.flywheel.trends.effect import flywheel_effect
from shared.flywheel.trends.trends import Trends
from shared.flywheel.value.notes import notes_of_value
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.sorted_out import Moments
from shared.flywheel.wheel.window import window_of


def report(  # noqa: PLR0913  all by name, and each is part of what the numbers are a function of
    facts: Iterable[Fact],
    *,
    flywheel: str,
    settings: Settings,
    as_of: datetime,
    window_days: float | None = None,
    from_files: bool = False,
) -> dict[str, Any]:
    """Fold and report; `from_files` counts facts that come twice as duplicates."""
    wheel = fold(facts, flywheel, settings, as_of, from_files=from_files)
    return report_of(wheel, settings.window_days if window_days is None else window_days)


def report_of(wheel: Wheel, window_days: float) -> dict[str, Any]:
    """The report of a wheel that is folded already. Numbers are unrounded, the unknown is None, times end in `Z`."""
    window = window_of(wheel, window_days)
    evidence = Evidence(wheel, window)
    value, trends = evidence.value, Trends(wheel, window_days)
    counted = receipt(wheel, window, evidence.leads, recoveries(wheel, window))
    counted["notes"] += notes_of_value(value)
    figures = {
        "flywheel": wheel.flywheel,
        "as_of": rfc3339(wheel.as_of),
        "window_days": _whole(window_days),
        **turning_figures(evidence),
        "receipt": counted,
        "turn_list": [{**turn_entry(turn), **value.told_of(turn)} for turn in wheel.turns],
        "value": value.figures(),
        "trends": trends.entries(),
        "flywheel_effect": flywheel_effect(wheel),
        "context": {**context_figures(evidence), "news": list(trends.news)},
        "tenets": tenet_figures(evidence),
        "unfinished": unfinished(evidence),
    }
    put_accounted(figures, wheel, window)
    figures["actions"] = actions_of(Situation(figures, evidence))
    return figures


def told_figures(wheel: Wheel, window_days: float) -> dict[str, Any]:
    """The part of a report that the summary of a turn tells from: it is made at every end of a phase."""
    window = window_of(wheel, window_days)
    evidence, trends = Evidence(wheel, window), Trends(wheel, window_days)
    figures = {
        "flywheel": wheel.flywheel,
        "as_of": rfc3339(wheel.as_of),
        "window_days": _whole(window_days),
        **turning_figures(evidence),
        "receipt": {"excluded": left_out(wheel, window, evidence.leads, recoveries(wheel, window))},
        "value": evidence.value.figures(),
        "trends": trends.entries(),
        "context": {"children": children_figures(evidence), "news": list(trends.news)},
        "tenets": tenet_figures(evidence),
    }
    put_accounted(figures, wheel, window)
    figures["actions"] = actions_of(Situation(figures, evidence))
    return figures


def _whole(days: float) -> float:
    """A number of days without the point that a whole one does not need."""
    return int(days) if float(days).is_integer() else days


def flywheels_of(facts: Iterable[Fact], settings: Settings) -> list[str]:
    """Every flywheel that the facts or the settings name, sorted; not the unassigned."""
    shared = Moments.of(facts)
    versions = shared.versions
    if not versions.conflicting:
        stated = shared.sorted_out(settings).stated
        return _named(Assignment(stated, Owners(settings), Reach(settings)).flywheels, settings)
    known = (fact for fact in versions.highest if fact.key not in versions.conflicting)
    standing = [fact for fact in known if type(fact) is not EventRetracted]
    return _named(assignment_of(standing, settings).flywheels, settings)


def _named(flywheels: set[str], settings: Settings) -> list[str]:
    return sorted((flywheels | set(settings.flywheels)) - {UNASSIGNED})
