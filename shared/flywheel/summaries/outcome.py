"""The outcome of a turn in one sentence, with what its input did after the release, or why it stopped; shared bets."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.flywheel.settings.digest_schedule import Period
from shared.flywheel.summaries.transition import Transition
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wording import amounts, duration, listing, plural, quoted

NAMED = 3
"""Of several bets so many are named."""


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


def shared_bets(now: Mapping[str, Any], period: Period) -> tuple[str, ...]:
    """The bets released in a period that share their input's course with another bet, in one line for the first input:
    none of them can claim it.
    """
    bets = [
        bet
        for bet in now["value"]["bets"]
        if bet["shared"] and period.start < datetime.fromisoformat(bet["released_at"]) <= period.end
    ]
    if not bets:
        return ()
    titles = {each["turn"]: each["title"] for each in now["turn_list"] if each["key"] == "idea"}
    metric = bets[0]["input_metric"]
    names = [quoted(titles[bet["turn"]] or bet["turn"]) for bet in bets if bet["input_metric"] == metric]
    more = len(names) - NAMED
    shown = listing([*names[:NAMED], *([f"{more} more"] if more > 0 else [])])
    if len(names) == 1:
        return (f"{shown} shares what happens to {quoted(metric)} with another bet on it",)
    return (f"{shown} share what happens to {quoted(metric)}",)
