"""Summaries: what a persona reads when a turn completes a phase, and everyone when it closes (domain: "Summaries").

A summary shows every figure as of the moment of its own transition, so that making it late, twice or after a crash
gives the same text; only a change of the past changes it. Plain text throughout: each medium escapes its own marks.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from shared.flywheel.facts.fact import Fact
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.figures import Report, figures_of, finding_of
from shared.flywheel.summaries.next_best_action import Situation, next_best_action
from shared.flywheel.summaries.receipt import left_out_of_window, links, taken_back
from shared.flywheel.summaries.summary import Outcome, Summary, summary_id
from shared.flywheel.summaries.tenets import tenets_of, without_surveys
from shared.flywheel.vocabularies import persona, phase_name
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Turn, Wheel
from shared.flywheel.wording import duration, listing, local_time, outside, plural, quoted

__all__ = ["TURN", "Summary", "Transition", "brief_of", "summary_from", "summary_id", "summary_of", "transitions"]

TURN = 0
"""The phase of a summary of a whole turn."""


class Transition(Struct, frozen=True, kw_only=True):
    """A turn completed a phase, or closed (`phase` 0), at `at`, with all that a summary says of the turn itself.

    `hours` is the time the phase, or the turn, took; null where it was not observed. `unobserved`: earlier phases that
    no event entered. `entered`: the phase that the turn is in from then on.
    """

    turn: str
    key: Literal["idea", "feature"]
    phase: int
    at: datetime
    outcome: Outcome
    title: str | None = None
    hours: float | None = None
    weight: float | None = None
    unobserved: tuple[int, ...] = ()
    entered: int | None = None


def transitions(wheel: Wheel) -> list[Transition]:
    """Every completed phase and close of the wheel's turns, by time; a stopped turn completes no phase by stopping."""
    found = [transition for turn in wheel.turns for transition in _transitions_of(turn)]
    return sorted(found, key=lambda transition: (transition.at, transition.turn, transition.key, transition.phase or 9))


def _transitions_of(turn: Turn) -> Iterable[Transition]:
    observed = sorted(phase for phase, entry in turn.phases.items() if entry.entered_at is not None)
    for phase, following in zip(observed, [*observed[1:], None], strict=True):
        left_at = turn.phases[following].entered_at if following else turn.closed_at
        if left_at is not None and (following or turn.state == "delivered"):
            yield _completed(turn, phase, left_at, observed, following)
    if turn.closed_at is not None:
        yield Transition(
            turn=turn.turn,
            key=turn.key,
            phase=TURN,
            at=turn.closed_at,
            outcome="delivered" if turn.state == "delivered" else "stopped",
            title=turn.title,
            hours=turn.turn_time_hours,
            weight=turn.weight,
            unobserved=tuple(phase for phase in range(1, max(observed, default=0)) if phase not in observed),
        )


def _completed(turn: Turn, phase: int, at: datetime, observed: Sequence[int], following: int | None) -> Transition:
    return Transition(
        turn=turn.turn,
        key=turn.key,
        phase=phase,
        at=at,
        outcome="completed",
        title=turn.title,
        hours=turn.phases[phase].hours,
        unobserved=tuple(earlier for earlier in range(1, phase) if earlier not in observed),
        entered=following,
    )


def summary_of(transition: Transition, facts: Sequence[Fact], flywheel: str, settings: Settings) -> Summary:
    """The summary of one transition, from two folds: as of its time, and one period earlier."""
    wheel = fold(facts, flywheel, settings, transition.at)
    earlier = transition.at - timedelta(days=settings.window_days)
    before = fold(facts, flywheel, settings, earlier, seen_from=transition.at)
    now = report_of(wheel, settings.window_days)
    return summary_from(
        _as_of_itself(transition, wheel),
        now if len(settings.family_of(flywheel)) == 1 else without_surveys(now),
        report_of(before, settings.window_days),
        settings.flywheel(flywheel),
    )


def _as_of_itself(transition: Transition, wheel: Wheel) -> Transition:
    """The transition as its own moment knew it: a title or a failed change that came later is not shown.

    What joined the turn's events only later (an idea named beside its feature) leaves the transition as it is.
    """
    known = (found for found in transitions(wheel) if _identity(found) == _identity(transition))
    return next(known, transition)


def _identity(transition: Transition) -> tuple[str, str, int, datetime]:
    return (transition.key, transition.turn, transition.phase, transition.at)


def summary_from(transition: Transition, now: Report, before: Report, flywheel: FlywheelSettings) -> Summary:
    """The summary of one transition, given the reports; a period earlier without any event is no comparison."""
    earlier: Report = before if before["receipt"]["counted"] else {}
    situation = Situation(
        report=now,
        vocabulary=flywheel.vocabulary,
        unobserved=transition.unobserved,
        entered=transition.entered,
        phase=transition.phase,
    )
    return msgspec.structs.replace(
        brief_of(transition, flywheel),
        headline=f"{_turn_clause(transition, flywheel, now)}; {finding_of(transition.phase, now, earlier)}.",
        figures=figures_of(transition.phase, now, earlier),
        tenets=tenets_of(now, transition.phase),
        action=next_best_action(situation),
        context=context_of(now, transition.at, flywheel),
        missing=(*_missing_phases(transition, flywheel), *links(now), *left_out_of_window(now), *taken_back(now)),
    )


def brief_of(transition: Transition, flywheel: FlywheelSettings) -> Summary:
    """A summary without figures, at no cost: for history that is imported in bulk, and never posted."""
    return Summary(
        id=summary_id(flywheel.id, transition.key, transition.turn, transition.phase),
        flywheel=flywheel.id,
        turn=transition.turn,
        key=transition.key,
        phase=transition.phase,
        at=transition.at,
        outcome=transition.outcome,
        persona=persona(flywheel.vocabulary, transition.phase),
        heading=f"{_event_name(transition, flywheel)} · {outside(flywheel.name or flywheel.id)}",
        headline=f"{_turn_clause(transition, flywheel, None)}.",
        context=f"As of {local_time(transition.at, flywheel.time_zone)}",
        missing=_missing_phases(transition, flywheel),
    )


def _event_name(transition: Transition, flywheel: FlywheelSettings) -> str:
    if transition.phase:
        return f"{phase_name(flywheel.vocabulary, transition.phase)} completed"
    return f"Turn {transition.outcome}"


def _turn_clause(transition: Transition, flywheel: FlywheelSettings, now: Report | None) -> str:
    """What the turn did and how long it took, beside the median of the flywheel's delivered turns."""
    name = quoted(transition.title or transition.turn)
    if transition.outcome == "stopped":
        after = f" after {duration(transition.hours)}" if transition.hours is not None else ""
        return f"{name} was stopped{after}: a turn to learn from"
    did = "was delivered" if not transition.phase else f"completed {phase_name(flywheel.vocabulary, transition.phase)}"
    took = f" in {duration(transition.hours)}" if transition.hours is not None else ""
    failed = ", with a failed change on the way" if transition.weight == 0.5 else ""
    return f"{name} {did}{took}{_against_median(transition, now)}{failed}"


def _against_median(transition: Transition, now: Report | None) -> str:
    if now is None or transition.hours is None:
        return ""
    turns = now["turns"]
    usual = turns["phase_hours"][str(transition.phase)] if transition.phase else turns["turn_time_hours"]
    if usual["p50"] is None or usual["n"] < 2:
        return ""
    took, median = duration(transition.hours), duration(usual["p50"])
    if took == median:
        return ", the same as the median"
    return f", {'faster' if transition.hours < usual['p50'] else 'slower'} than the median of {median}"


def context_of(now: Report, at: datetime, flywheel: FlywheelSettings) -> str:
    """Window, time zone and n."""
    counted = [
        plural(now["turns"]["delivered"], "delivered turn"),
        plural(now["dora"]["deployments"], "deployment"),
    ]
    until = local_time(at, flywheel.time_zone)
    return f"{plural(now['window_days'], 'day')} up to {until} · from {listing(counted)}"


MISSING_MEANS = {1: "no stated purpose", 2: "no recorded challenge", 3: "no linked deployment"}
"""What it means that a phase was not observed."""


def _missing_phases(transition: Transition, flywheel: FlywheelSettings) -> tuple[str, ...]:
    shipped = "work shipped with " if transition.phase != 2 and transition.outcome != "stopped" else ""
    return not_observed(transition.unobserved, flywheel, shipped)


def not_observed(phases: Sequence[int], flywheel: FlywheelSettings, shipped: str) -> tuple[str, ...]:
    """Which phases no event entered, and what that means."""
    if not phases:
        return ()
    names = listing([phase_name(flywheel.vocabulary, phase) for phase in phases])
    numbers = f"phase{'' if len(phases) == 1 else 's'} {listing([str(phase) for phase in phases])}"
    means = listing([MISSING_MEANS[phase] for phase in phases])
    return (f"{numbers} ({names}) not observed: {shipped}{means}",)
