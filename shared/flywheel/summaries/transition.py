"""Transitions: the moments of a turn that are summarised. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, cast

from msgspec import Struct

from shared.flywheel.moments import micros, moment
from shared.flywheel.summaries.stops import note_of, why_stopped
from shared.flywheel.summaries.summary import OUTCOME, TURN, Outcome
from shared.flywheel.wheel.model import Turn, Wheel


class Transition(Struct, frozen=True, kw_only=True):
    """A turn completed a phase, closed (TURN), or its outcome became known later (OUTCOME), at `at`.

    `hours` is the time the phase, or the turn, took; null where it was not observed. `unobserved`: earlier phases that
    no event entered. `entered`: the phase that the turn is in from then on. `result`: the turn's outcome as known by
    then; `why` it stopped, or what was noted with its outcome. `decided_at`: when it was decided, if later than `at`.
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
    result: Literal["met", "missed", "learned"] | None = None
    why: str = ""
    decided_at: datetime | None = None

    @property
    def known_at(self) -> datetime:
        """The moment from which on it could be known: that of a stop by withdrawal is when the soak was over."""
        return self.decided_at or self.at

    @property
    def identity(self) -> tuple[str, str, int, datetime]:
        """The key of the transition, and its time."""
        return (self.key, self.turn, self.phase, self.at)

    @property
    def reader(self) -> int:
        """The phase whose persona reads its summary; 0 for everyone."""
        return 0 if self.phase == OUTCOME else self.phase


def transitions(wheel: Wheel) -> list[Transition]:
    """Every transition of the wheel's turns, by time; a stopped turn completes no phase by stopping."""
    of_all_turns = [transition for turn in wheel.turns for transition in transitions_of(turn, wheel)]
    return sorted(
        of_all_turns, key=lambda transition: (transition.at, transition.turn, transition.key, transition.phase or 9)
    )


def transitions_of(turn: Turn, wheel: Wheel) -> Iterable[Transition]:
    """Those of one turn."""
    observed = sorted(phase for phase, entry in turn.phases.items() if entry.entered_at is not None)
    for phase, following in zip(observed, [*observed[1:], None], strict=True):
        left_at = turn.phases[following].entered_at if following else turn.closed_at
        if left_at is not None and (following or turn.state == "delivered"):
            yield _completed(turn, phase, left_at, observed, following)
    if turn.closed_at is not None:
        yield _closed(turn, turn.closed_at, observed, wheel)
        if turn.outcome is not None and turn.outcome.time > micros(turn.closed_at):
            yield _judged(turn, moment(turn.outcome.time))


def _completed(turn: Turn, phase: int, at: datetime, observed: Sequence[int], following: int | None) -> Transition:
    judged = None if following else _result_by(turn, at)
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
        result=judged,
        why=note_of(turn) if judged else "",
    )


def _closed(turn: Turn, at: datetime, observed: Sequence[int], wheel: Wheel) -> Transition:
    stopped, judged = turn.state == "stopped", _result_by(turn, at)
    return Transition(
        turn=turn.turn,
        key=turn.key,
        phase=TURN,
        at=at,
        outcome="stopped" if stopped else "delivered",
        title=turn.title,
        hours=turn.turn_time_hours,
        weight=turn.weight,
        unobserved=tuple(phase for phase in range(1, max(observed, default=0)) if phase not in observed),
        result=judged,
        why=why_stopped(turn, wheel) if stopped else note_of(turn) if judged else "",
        decided_at=turn.decided_at,
    )


def _judged(turn: Turn, at: datetime) -> Transition:
    result = cast("Literal['met', 'missed', 'learned']", turn.result)
    return Transition(
        turn=turn.turn,
        key=turn.key,
        phase=OUTCOME,
        at=at,
        outcome=result,
        title=turn.title,
        result=result,
        why=note_of(turn),
    )


def _result_by(turn: Turn, at: datetime) -> Literal["met", "missed", "learned"] | None:
    """The turn's outcome, where it is known by a moment."""
    return turn.result if turn.outcome is not None and turn.outcome.time <= micros(at) else None
