"""Turns by name: their titles, what held them, and what happened on their way."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from shared.flywheel.actions import things
from shared.flywheel.facts.fact import FeatureReleased, WorkStarted
from shared.flywheel.history.spans import beginning
from shared.flywheel.history.values import Hold, Moment, TurnHistory
from shared.flywheel.moments import micros, moment, moment_or_none
from shared.flywheel.report.turn_things import by_turn
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.value.bets import bet_entry
from shared.flywheel.wheel.model import Run, Turn, Wheel
from shared.flywheel.wording import percent

MOST = 80
"""Turns that a board draws; the newest come first."""
MOMENTS = 24
"""Moments of one turn; the first and the last are the most telling."""


def turn_histories(evidence: Evidence) -> tuple[TurnHistory, ...]:
    """The turns that were open in the weeks, by start."""
    wheel = evidence.wheel
    since = beginning(wheel)
    shown = [turn for turn in wheel.turns if turn.closed_at is None or micros(turn.closed_at) > since]
    newest = sorted(shown, key=_start)[-MOST:]
    holds = by_turn(wheel.blockers)
    challenges = by_turn(wheel.challenges)
    return tuple(
        _history(evidence, turn, holds.get(turn.identity, ()), challenges.get(turn.identity, ())) for turn in newest
    )


def open_holds(evidence: Evidence) -> tuple[Hold, ...]:
    """The blockers that are open, the oldest first, each with the turns that it names."""
    runs = sorted(
        (run for run in evidence.wheel.blockers if run.closed is None), key=lambda run: (run.opened, run.name)
    )
    return tuple(replace(_hold(evidence, run), turns=tuple(sorted({name for _, name in run.turns}))) for run in runs)


def _start(turn: Turn) -> tuple[int, str]:
    at = turn.started_at or turn.released_at or turn.closed_at
    return (0 if at is None else micros(at), turn.turn)


def _history(evidence: Evidence, turn: Turn, holds: Iterable[Run], challenges: Iterable[Run]) -> TurnHistory:
    thing, bet = things.turn(evidence, turn), evidence.value.bets.get(turn.identity)
    held = tuple(_hold(evidence, run) for run in sorted(holds, key=lambda run: (run.opened, run.name)))
    moments = sorted({*_moments(evidence, turn), *_challenged(challenges)}, key=lambda each: (each.at, each.text))
    half = MOMENTS // 2
    return TurnHistory(
        turn=turn.turn,
        key=turn.key,
        title=thing.title,
        url=thing.url,
        holds=held,
        moments=tuple(moments if len(moments) <= MOMENTS else [*moments[:half], *moments[-half:]]),
        bet=None if bet is None else bet_entry(bet, evidence.wheel, evidence.metrics, evidence.value.all_bets),
    )


def _hold(evidence: Evidence, run: Run) -> Hold:
    thing = things.blocker(evidence, run)
    return Hold(
        blocker=run.name,
        title=thing.title,
        url=thing.url,
        since=moment(run.opened),
        until=moment_or_none(run.closed),
    )


def _challenged(challenges: Iterable[Run]) -> Iterator[Moment]:
    for run in challenges:
        yield Moment(at=moment(run.opened), phase=2, text="challenged")
        if run.closed is not None:
            decided = "" if run.decision is None else f": {run.decision}"
            yield Moment(at=moment(run.closed), phase=2, text=f"challenge resolved{decided}")


def _moments(evidence: Evidence, turn: Turn) -> Iterator[Moment]:
    wheel = evidence.wheel
    if turn.phases[1].entered_at is not None:
        yield Moment(at=turn.phases[1].entered_at, phase=1, text="proposed")
    yield from _worked_and_released(evidence, turn)
    yield from _deployed(wheel, turn)
    for place in turn.incidents:
        incident = wheel.incidents[place]
        yield Moment(at=moment(incident.opened), phase=4, text="incident opened", failed=True)
        if incident.closed is not None:
            yield Moment(at=moment(incident.closed), phase=4, text="incident resolved")
    if turn.closed_at is not None:
        yield Moment(at=turn.closed_at, phase=None, text=turn.state)
    if turn.outcome is not None:
        yield Moment(at=moment(turn.outcome.time), phase=None, text=f"outcome: {turn.result}")


def _worked_and_released(evidence: Evidence, turn: Turn) -> Iterator[Moment]:
    keys = set(turn.keys)
    started = [fact.time for fact in evidence.all(WorkStarted) if fact.key in keys]
    if started:
        yield Moment(at=moment(started[0]), phase=3, text="work started")
    for fact in evidence.all(FeatureReleased):
        if fact.key in keys and fact.audience != 0:
            to = "released" if fact.audience in {None, 1} else f"released to {percent(fact.audience or 0)}"
            yield Moment(at=moment(fact.time), phase=4, text=to)


def _deployed(wheel: Wheel, turn: Turn) -> Iterator[Moment]:
    for place in turn.deployments:
        each = wheel.deployments[place]
        failed = place in wheel.failed or each.outcome != "succeeded"
        kind = "deployed" if each.nature == "planned" else each.nature
        text = {"rolled_back": "deployed, rolled back", "failed": "deployment failed"}.get(each.outcome, kind)
        if place in wheel.failed and each.outcome == "succeeded":
            text = f"{kind}, failed"
        yield Moment(at=moment(each.time), phase=3, text=text, failed=failed)
