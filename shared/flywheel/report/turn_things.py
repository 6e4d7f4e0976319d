"""The things of a turn that its card shows beside its entry: its address, and the blockers that hold it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from events.times import rfc3339
from shared.flywheel.actions import things
from shared.flywheel.facts.stated import events_of
from shared.flywheel.moments import micros, moment
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.model import Run, Turn, TurnKey, Wheel
from shared.flywheel.wheel.window import Window


def turn_things(wheel: Wheel) -> dict[TurnKey, dict[str, Any]]:
    """By turn: `held`, with `at`, when a blocker of it opened or closed last, and `by`, those that hold it, the oldest
    first; of an open turn None where none ever did. Of an open turn also `url`. What there is nothing of is left out.
    """
    held = by_turn(wheel.blockers)
    evidence = _evidence_of_open_turns(wheel, held)
    beside = {turn.identity: _beside(turn, held.get(turn.identity, []), evidence) for turn in wheel.turns}
    return {identity: each for identity, each in beside.items() if each}


def by_turn(runs: Iterable[Run]) -> dict[TurnKey, list[Run]]:
    """Runs of blockers or challenges by each turn that they are of."""
    of_turn: dict[TurnKey, list[Run]] = {}
    for run in runs:
        for turn in run.turns:
            of_turn.setdefault(turn, []).append(run)
    return of_turn


def _beside(turn: Turn, runs: Sequence[Run], evidence: Evidence) -> dict[str, Any]:
    url = things.turn(evidence, turn).url if turn.state == "open" else None
    beside: dict[str, Any] = {"url": url} if url else {}
    if turn.state == "open":
        beside["held"] = None
    if runs:
        at = rfc3339(moment(max(run.closed or run.opened for run in runs)))
        beside["held"] = {"at": at, "by": _holding(turn, runs, evidence)}
    return beside


def _holding(turn: Turn, runs: Sequence[Run], evidence: Evidence) -> list[dict[str, Any]]:
    """The blockers that hold a turn now; none of one that is closed."""
    if turn.state != "open":
        return []
    holding = []
    for run in sorted((run for run in runs if run.closed is None), key=lambda run: (run.opened, run.name)):
        thing = things.blocker(evidence, run)
        since = rfc3339(moment(run.opened))
        holding.append({"blocker": run.name, "title": thing.title, "url": thing.url, "since": since})
    return holding


def _evidence_of_open_turns(wheel: Wheel, held: Mapping[TurnKey, Sequence[Run]]) -> Evidence:
    """The events of open turns and of the blockers that hold them alone: nothing else is looked at."""
    turns = [turn for turn in wheel.turns if turn.state == "open"]
    keys = {key for turn in turns for key in turn.keys}
    keys |= {key for turn in turns for run in held.get(turn.identity, ()) if run.closed is None for key in run.keys}
    facts = wheel.facts.having(keys) if keys else ()
    end = micros(wheel.as_of)
    return Evidence(replace(wheel, events=events_of(facts)), Window(end, end, 0.0))
