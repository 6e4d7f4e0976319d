"""The outcome of a turn in one sentence, with what its input did after the release, or why it stopped."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.flywheel.summaries.transition import Transition
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wording import amounts, duration, plural, quoted


def turn_sentence(transition: Transition, now: Mapping[str, Any], wheel: Wheel) -> str:
    """A sentence on the outcome of the transition's turn, or why it stopped; empty while neither is known."""
    if transition.outcome == "stopped":
        return f"stopped{f': {transition.why}' if transition.why else ''}; a turn to learn from"
    if transition.result is None:
        return ""
    reason = f": {transition.why}" if transition.why else ""
    return f"{transition.result}{reason}{_input_after(transition, now, wheel)}"


def _input_after(transition: Transition, now: Mapping[str, Any], wheel: Wheel) -> str:
    """A sentence on the turn's input in the days after its release: after, never because of it."""
    bet = next((bet for bet in now["value"]["bets"] if bet["turn"] == transition.turn), None)
    turn = next((each for each in wheel.turns if each.identity == (transition.key, transition.turn)), None)
    if bet is None or bet["after"] is None or turn is None or turn.released_at is None:
        return ""
    days = min(wheel.settings.bet_days, (wheel.as_of - turn.released_at) / timedelta(days=1))
    before = bet["before"]
    was, by_now = amounts(bet["after"] if before is None else before, bet["after"])
    went = "stood at" if before is None else "stayed at" if before == bet["after"] else f"went from {was} to"
    when = f"in the {duration(days * 24) if days < 1 else plural(round(days), 'day')} after"
    return f"; its input {quoted(bet['input_metric'])} {went} {by_now} {when}"
