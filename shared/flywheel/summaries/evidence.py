"""The evidence of a phase or of a whole turn: what happened in it, one line a thing, each with its link. Pure."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from msgspec import Struct

from shared.flywheel.actions import things
from shared.flywheel.actions.action import Thing
from shared.flywheel.facts.fact import IdeaProposed, MapSubmitted
from shared.flywheel.moments import HOUR, micros
from shared.flywheel.summaries.summary import OUTCOME, Line, Link
from shared.flywheel.summaries.transition import Transition
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.model import Run, Turn, Wheel
from shared.flywheel.wheel.window import window_of
from shared.flywheel.wording import duration, number, plural, quoted

SHOWN = 4
"""So many lines are shown; what decides comes first."""
_MAPS = {"emerging_value": "emerging value", "organisation": "organisation"}


class TurnEvidence(Struct, frozen=True):
    """What a message tells of its turn besides figures: the turn as a thing, and the lines of evidence."""

    turn: Thing
    lines: tuple[Line, ...]


def turn_evidence(transition: Transition, wheel: Wheel, window_days: float) -> TurnEvidence:
    """The turn of a transition with its link, and what happened in the phase that it completed, or in all of it."""
    evidence = Evidence(wheel, window_of(wheel, window_days))
    turn = next((each for each in wheel.turns if each.identity == (transition.key, transition.turn)), None)
    if turn is None:
        return TurnEvidence(Thing(kind="turn", id=transition.turn, title=transition.title), ())
    lines = [] if transition.phase == OUTCOME else _lines(turn, _Span(turn, transition), evidence)
    return TurnEvidence(things.turn(evidence, turn), tuple(lines)[:SHOWN])


class _Span:
    """The time of a phase, or of a whole turn: (since, until], microseconds, its own beginning included."""

    def __init__(self, turn: Turn, transition: Transition) -> None:
        entered = turn.phases[transition.phase].entered_at if transition.phase else None
        start = entered or turn.started_at or turn.released_at
        self.since = micros(start or transition.at - timedelta(days=1))
        self.until = micros(transition.at)
        self.phase = transition.phase

    def holds(self, time: int | None) -> bool:
        return time is not None and self.since <= time <= self.until


def _lines(turn: Turn, span: _Span, evidence: Evidence) -> Iterator[Line]:
    yield from _blockers(turn, span, evidence)
    yield from _challenges(turn, span, evidence)
    yield from _incidents(turn, span, evidence)
    yield from _deployments(turn, span, evidence)
    yield from _maps(turn, span, evidence)
    if span.phase == 1:
        yield from _bet(turn, evidence)


def _of(runs: Iterable[Run], turn: Turn) -> Iterator[Run]:
    return (run for run in runs if turn.identity in run.turns)


def _blockers(turn: Turn, span: _Span, evidence: Evidence) -> Iterator[Line]:
    for run in _of(evidence.wheel.blockers, turn):
        if run.opened <= span.until and (run.closed is None or run.closed > span.since):
            held = (min(run.closed or span.until, span.until) - run.opened) / HOUR
            how = "has held it for" if run.closed is None or run.closed > span.until else "held it for"
            yield _line(things.blocker(evidence, run), f"{how} {duration(held)}")


def _challenges(turn: Turn, span: _Span, evidence: Evidence) -> Iterator[Line]:
    for run in _of(evidence.wheel.challenges, turn):
        if span.holds(run.closed):
            yield _line(things.challenge(evidence, run), f"was resolved: {run.decision}")
        elif span.holds(run.opened):
            yield _line(things.challenge(evidence, run), "is open")


def _incidents(turn: Turn, span: _Span, evidence: Evidence) -> Iterator[Line]:
    for place in turn.incidents:
        each = evidence.wheel.incidents[place]
        if span.holds(each.opened):
            how = (
                "is not resolved"
                if each.closed is None
                else f"was open for {duration((each.closed - each.opened) / HOUR)}"
            )
            yield _line(things.incident(evidence, each), how)


def _deployments(turn: Turn, span: _Span, evidence: Evidence) -> Iterator[Line]:
    """The newest by name, and of several how many there were; failed changes, and the others that took no effect."""
    wheel = evidence.wheel
    places = [place for place in turn.deployments if span.holds(wheel.deployments[place].time)]
    if not places:
        return
    newest = max(places, key=lambda place: wheel.deployments[place].order)
    failed = sum(place in wheel.failed and wheel.deployments[place].effective for place in places)
    without_effect = sum(not wheel.deployments[place].effective for place in places if place != newest)
    did = {"succeeded": "was deployed", "rolled_back": "was rolled back"}.get(
        wheel.deployments[newest].outcome, "failed to deploy"
    )
    more = "" if len(places) == 1 else f", the last of {plural(len(places), 'deployment')}"
    bad = f"; {plural(failed, 'failed change')}" if failed else ""
    vain = f"; {number(without_effect)} failed to deploy" if without_effect else ""
    yield _line(things.deployment(evidence, wheel.deployments[newest]), f"{did}{more}{bad}{vain}")


def _maps(turn: Turn, span: _Span, evidence: Evidence) -> Iterator[Line]:
    keys = set(turn.keys)
    for fact in evidence.all(MapSubmitted):
        if fact.key in keys and span.holds(fact.time):
            yield Line(text=f"A map of the {_MAPS.get(fact.map, fact.map)} was submitted")


def _bet(turn: Turn, evidence: Evidence) -> Iterator[Line]:
    stated = (fact.input_metric for fact in reversed(evidence.all(IdeaProposed)) if fact.idea == turn.turn)
    name = next(filter(None, stated), None)
    if name is not None and turn.key == "idea":
        yield Line(text=f"It is to move {quoted(name)}")


def _line(thing: Thing, did: str) -> Line:
    """`SEC-77` with its link, and what it did."""
    link = None if thing.url is None else Link(title=thing.title or thing.id, url=thing.url)
    return Line(text=did if link else f"{thing.named} {did}", link=link)
