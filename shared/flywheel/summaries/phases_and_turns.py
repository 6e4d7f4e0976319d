"""Summaries: what a persona reads when a turn completes a phase, and everyone when it closes (domain: "Summaries").

A summary shows every figure as of the moment of its own transition, so that making it late, twice or after a crash
gives the same text; only a change of the past changes it. Plain text throughout: each medium escapes its own marks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from shared.flywheel.actions.action import Thing
from shared.flywheel.facts.fact import Fact
from shared.flywheel.report.report import told_figures
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.advice import action_of, without_said
from shared.flywheel.summaries.evidence import turn_evidence
from shared.flywheel.summaries.figures import USUAL, Report, figures_of, metrics_of
from shared.flywheel.summaries.headline import View, headline
from shared.flywheel.summaries.length import fitted
from shared.flywheel.summaries.news import news_a_week_before
from shared.flywheel.summaries.noise import is_routine_transition
from shared.flywheel.summaries.outcome import turn_sentence
from shared.flywheel.summaries.receipt import left_out_of_window, taken_back
from shared.flywheel.summaries.summary import OUTCOME, TURN, Link, Summary, summary_id
from shared.flywheel.summaries.tenets import tenets_of, without_surveys
from shared.flywheel.summaries.transition import Transition, transitions, transitions_of
from shared.flywheel.trends.trends import Trends
from shared.flywheel.vocabularies import persona, phase_name
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.sorted_out import Moments
from shared.flywheel.wording import duration, hour, listing, local_time, outside, plural, quoted

__all__ = ["OUTCOME", "TURN", "Summary", "Transition", "brief_of", "summary_id", "summary_of", "transitions"]


def summary_of(transition: Transition, facts: Sequence[Fact], flywheel: str, settings: Settings) -> Summary:
    """The summary of one transition, as of its time."""
    shared = Moments.of(facts)
    wheel, now, before = shared.once(
        ("summary", flywheel, transition.at), lambda: _as_of(transition.at, shared, flywheel, settings)
    )
    itself = _as_of_itself(transition, wheel)
    about_turn = turn_evidence(itself, wheel, settings.window_days)
    return replace(
        _summary(itself, wheel, now, before),
        done=_done(itself, wheel.settings),
        about=_linked(about_turn.turn),
        routine=is_routine_transition(itself),
        evidence=about_turn.lines,
    )


def _as_of(at: datetime, facts: Moments, flywheel: str, settings: Settings) -> tuple[Wheel, Report, Report]:
    """The wheel as of a moment, its report, and its figures one window earlier: the same for all that end then."""
    wheel = fold(facts, flywheel, settings, at)
    report = told_figures(wheel, settings.window_days)
    now = report if len(settings.family_of(flywheel)) == 1 else without_surveys(report)
    return wheel, now, Trends(wheel, settings.window_days).earlier_figures


def _done(transition: Transition, flywheel: FlywheelSettings) -> str:
    """`Challenge & Landscape is complete, in 5 d`; empty of a whole turn."""
    if transition.outcome != "completed":
        return ""
    took = "" if transition.hours is None else f", in {duration(transition.hours)}"
    return f"{phase_name(flywheel.vocabulary, transition.phase)} is complete{took}"


def _linked(turn: Thing) -> Link:
    """The turn by its title, with its address."""
    return Link(title=outside(turn.title or turn.id), url=turn.url or "")


def _as_of_itself(transition: Transition, wheel: Wheel) -> Transition:
    """The transition as its own moment knew it: a title or a failed change that came later is not shown.

    What joined the turn's events only later (an idea named beside its feature) leaves the transition as it is.
    """
    turns = (turn for turn in wheel.turns if turn.identity == (transition.key, transition.turn))
    known = (each for turn in turns for each in transitions_of(turn, wheel) if each.identity == transition.identity)
    return next(known, transition)


def _summary(transition: Transition, wheel: Wheel, now: Report, before: Report) -> Summary:
    flywheel, phase = wheel.settings, transition.reader
    view = View(
        report=now,
        phase=phase,
        turn=turn_sentence(transition, now, wheel),
        headlined=lambda: news_a_week_before(wheel, now),
    )
    action, opening = action_of(now["actions"], phase), headline(view)
    summary = replace(
        brief_of(transition, flywheel),
        headline=opening,
        figures=figures_of(phase, now, before, metrics_of(now, phase, opening), 1 if phase else USUAL),
        tenets=tenets_of(now, phase, opening, action) if phase else (),
        action=without_said(action, opening),
        context=_for_whom(transition, flywheel) + context_of(counts_of(now), now, transition.at, flywheel),
        missing=(*_missing_phases(transition), *left_out_of_window(now), *taken_back(now)),
    )
    return fitted(summary)


def brief_of(transition: Transition, flywheel: FlywheelSettings) -> Summary:
    """A summary without figures, at no cost: for history that is imported in bulk, and never posted."""
    happened = _happened(transition, flywheel)
    return Summary(
        id=summary_id(flywheel.id, transition.key, transition.turn, transition.phase),
        flywheel=flywheel.id,
        turn=transition.turn,
        key=transition.key,
        phase=transition.phase,
        at=transition.at,
        outcome=transition.outcome,
        persona=persona(flywheel.vocabulary, transition.reader),
        heading=f"{happened} · {outside(flywheel.name or flywheel.id)}",
        headline=f"{happened}.",
        context=f"As of {local_time(transition.at, flywheel.time_zone)}",
        missing=_missing_phases(transition),
        why=transition.why if transition.outcome == "stopped" else "",
    )


def _happened(transition: Transition, flywheel: FlywheelSettings) -> str:
    """A sentence on what the turn did, and how long it took."""
    name = quoted(transition.title or transition.turn)
    if transition.phase == OUTCOME:
        return f"The outcome of {name} is known"
    if transition.outcome == "stopped":
        return f"{name} was stopped" + (f" after {duration(transition.hours)}" if transition.hours is not None else "")
    did = "was delivered" if not transition.phase else f"completed {phase_name(flywheel.vocabulary, transition.phase)}"
    took = f" in {duration(transition.hours)}" if transition.hours is not None else ""
    return f"{name} {did}{took}{', with a failed change' if transition.weight == 0.5 else ''}"


def _for_whom(transition: Transition, flywheel: FlywheelSettings) -> str:
    return f"For {persona(flywheel.vocabulary, transition.reader)}; " if transition.reader else ""


def counts_of(now: Mapping[str, Any]) -> dict[str, int]:
    """The counts that a report's figures stand on."""
    return {"delivered": now["turns"]["delivered"], "deployments": now["dora"]["deployments"]}


def context_of(counts: Mapping[str, Any], now: Mapping[str, Any], at: datetime, flywheel: FlywheelSettings) -> str:
    """Window, time zone and n."""
    counted = f"{plural(counts['delivered'], 'turn')}, {plural(counts['deployments'], 'deployment')}"
    return f"{plural(now['window_days'], 'day')} to {hour(at, flywheel.time_zone)}; {counted}"


MISSING_MEANS = {1: "no stated purpose", 2: "no recorded challenge", 3: "no linked deployment"}
"""The meaning of a phase that was not observed."""


def _missing_phases(transition: Transition) -> tuple[str, ...]:
    """Told once of a turn, when it closes."""
    if transition.phase != TURN:
        return ()
    shipped = "" if transition.outcome == "stopped" else "work shipped with "
    return not_observed(transition.unobserved, shipped)


def not_observed(phases: Sequence[int], shipped: str) -> tuple[str, ...]:
    """Sentences on the phases that no event entered, and what that means."""
    if not phases:
        return ()
    numbers = f"phase{'' if len(phases) == 1 else 's'} {listing([str(phase) for phase in phases])}"
    means = listing([MISSING_MEANS[phase] for phase in phases])
    return (f"{numbers} not observed: {shipped}{means}",)
