"""The things that a signal of a tenet is about, by name."""

from collections.abc import Callable

from shared.flywheel.actions import things
from shared.flywheel.actions.action import MOST, Situation, Thing
from shared.flywheel.facts.fact import MapSubmitted
from shared.flywheel.moments import micros
from shared.flywheel.tenets.landscape import reviewed_deployments
from shared.flywheel.tenets.purpose import inputs as declared_inputs
from shared.flywheel.wheel.window import failed_in

NOTHING = {
    "inputs_declared": ("none", things.event_kind("Metric Defined")),
    "features_with_input": ("the next idea", things.event_kind("Idea Proposed")),
    "mapped_before_commit": ("the next idea", things.event_kind("Map Submitted")),
    "challenge_days": ("of the next idea", things.event_kind("Challenge Resolved")),
}
"""By signal, where nothing that it is about has a name yet: what stands in its sentence, and what is to be sent."""


def event_kind(kind: str, title: str) -> Callable[[Situation], tuple[Thing, ...]]:
    """The kind of event that is to be sent, as a thing."""
    return lambda _: (things.event_kind(kind, title),)


def inputs(situation: Situation) -> tuple[Thing, ...]:
    """The input metrics that are declared, the nearest first: the flywheel's own, then those above it."""
    return tuple(Thing(kind="metric", id=metric.name) for metric in declared_inputs(situation.evidence))


def without_input(situation: Situation) -> tuple[Thing, ...]:
    """Open turns whose idea names no input that there is, the newest first."""
    evidence = situation.evidence
    bets = evidence.value.bets
    turns = [each for each in evidence.wheel.turns if each.state == "open" and each.identity not in bets]
    turns.sort(key=lambda each: (0 if each.started_at is None else -micros(each.started_at), each.turn))
    return tuple(things.turn(evidence, each) for each in turns[:MOST])


def open_challenges(situation: Situation) -> tuple[Thing, ...]:
    """Challenges without a decision, the oldest first."""
    evidence = situation.evidence
    runs = [run for run in evidence.wheel.challenges if run.closed is None]
    return tuple(things.challenge(evidence, run) for run in runs[:MOST])


def unreviewed(situation: Situation) -> tuple[Thing, ...]:
    """Failed deployments of the window whose incidents nobody reviewed, the newest first."""
    evidence = situation.evidence
    done = reviewed_deployments(evidence)
    failed = [place for place in failed_in(evidence.wheel, evidence.window) if place not in done]
    return tuple(things.deployment(evidence, evidence.wheel.deployments[place]) for place in failed[: -MOST - 1 : -1])


def unmapped(situation: Situation) -> tuple[Thing, ...]:
    """Open turns on which no work began and that have no map of their own, the oldest first."""
    evidence = situation.evidence
    mapped = {key for fact in evidence.all(MapSubmitted) for key in evidence.membership.turns(fact.idea, fact.feature)}
    waiting = [each for each in evidence.wheel.turns if each.state == "open" and each.phase in {1, 2}]
    return tuple(things.turn(evidence, each) for each in waiting if each.identity not in mapped)[:MOST]
