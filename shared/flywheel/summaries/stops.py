"""Why a turn stopped, as one clause: stated, decided by its challenge, withdrawn, or judged before its release."""

from shared.flywheel.facts.fact import FeatureWithdrawn, TurnStopped
from shared.flywheel.moments import micros
from shared.flywheel.wheel.model import Turn, Wheel
from shared.flywheel.wording import outside, quoted

LONGEST = 200
"""Characters of a reason or note that are shown."""


def why_stopped(turn: Turn, wheel: Wheel) -> str:
    """Why a stopped turn closed when it did; empty where nothing tells."""
    at = None if turn.closed_at is None else micros(turn.closed_at)
    for fact in wheel.all(TurnStopped):
        if fact.time == at and turn.identity == ("idea", fact.idea):
            return _quoted_note(fact.reason) or "its owners took it no further"
    for run in wheel.challenges:
        if run.decision == "stop" and run.closed == at and turn.identity in run.turns:
            return f"the challenge {quoted(run.name)} decided so"
    if any(fact.time == at and fact.key in turn.keys for fact in wheel.all(FeatureWithdrawn)):
        return "its only feature was withdrawn"
    if turn.outcome is not None and turn.outcome.time == at:
        return f"its outcome, {turn.outcome.result}, was known before any release"
    return ""


def note_of(turn: Turn) -> str:
    """The note of a turn's outcome; empty without."""
    return "" if turn.outcome is None else _quoted_note(turn.outcome.note)


def _quoted_note(text: str | None) -> str:
    note = outside(text or "", LONGEST)
    return f"“{note}”" if note else ""
