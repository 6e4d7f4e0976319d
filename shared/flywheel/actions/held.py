"""Actions on what is held up: blockers, stalled turns, missed bets unchallenged, a north star stale or going away."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.flywheel.actions.action import MOST, Action, Situation, Thing
from shared.flywheel.actions.things import blocker, turn
from shared.flywheel.figures.turns import stalled, stalled_after
from shared.flywheel.moments import DAY, HOUR, micros
from shared.flywheel.wheel.model import Turn
from shared.flywheel.wording import amounts, duration, number, outside, percent, plural

BLOCKED = 7 * DAY
"""A blocker that is open for longer holds its turn."""
LATE = 1.5
"""A north star is stale when it was measured longer ago than so many cadences."""


def open_blocker(situation: Situation) -> Iterator[Action]:
    """Blockers open for longer than a week; the one open longest first."""
    evidence = situation.evidence
    runs = [each for each in evidence.wheel.blockers if each.closed is None and evidence.now - each.opened > BLOCKED]
    if runs:
        age = evidence.now - runs[0].opened
        held = [each for each in evidence.wheel.turns if each.identity in runs[0].turns and each.state == "open"]
        things = (*(blocker(evidence, each) for each in runs[:MOST]), *(turn(evidence, each) for each in held[:MOST]))
        of = f", or split {turn(evidence, held[0]).named} so that the rest can go on" if held else ""
        share = situation.report["drag"]["blocked_share"]
        yield Action(
            phase=2,
            text=f"Remove the blocker {things[0].named}{of}.",
            because=f"it has been open for {duration(age / HOUR)}"
            + (f"; {percent(share)} of turn time is spent blocked" if share else ""),
            things=things,
            distance=age / BLOCKED,
        )


def stalled_turn(situation: Situation) -> Iterator[Action]:
    """Turns open far longer than usual, by the phase that they stand in; the oldest first."""
    evidence = situation.evidence
    limit = stalled_after(evidence.wheel)
    by_phase: dict[int, list[tuple[int, Turn]]] = {}
    for each in stalled(evidence.wheel):
        if each.started_at is not None and each.phase is not None:
            age = evidence.now - micros(each.started_at)
            by_phase.setdefault(each.phase, []).append((age, each))
    for phase, aged_turns in by_phase.items():
        aged_turns.sort(key=lambda each: (-each[0], each[1].turn))
        age = aged_turns[0][0]
        things = tuple(turn(evidence, each) for _, each in aged_turns[:MOST])
        yield Action(
            phase=phase,
            text=f"Decide on {things[0].named}: finish it, cut it down or stop it.",
            because=f"it has been open for {duration(age / HOUR)}, where {duration(limit / HOUR)} is the limit"
            + (f", and so {_is(len(aged_turns) - 1)}" if len(aged_turns) > 1 else ""),
            things=things,
            distance=age / limit,
        )


def _is(others: int) -> str:
    return f"{'is' if others == 1 else 'are'} {plural(others, 'other')}"


def missed_bet(situation: Situation) -> Iterator[Action]:
    """Bets of the window that missed, with no challenge resolved since the outcome was known; the newest first."""
    evidence = situation.evidence
    resolved = max((each.closed for each in evidence.wheel.challenges if each.closed is not None), default=0)
    inputs = {
        bet["turn"]: bet["input_metric"] for bet in situation.report["value"]["bets"] if bet["outcome"] == "missed"
    }
    unchallenged = [
        each
        for each in evidence.wheel.turns
        if each.key == "idea" and each.turn in inputs and _outcome_at(each) > resolved
    ]
    if unchallenged:
        newest = max(unchallenged, key=lambda each: (_outcome_at(each), each.turn))
        rest = (turn(evidence, each) for each in unchallenged if each is not newest)
        yield Action(
            phase=2,
            text=f"Challenge what {turn(evidence, newest).named} was to do for “{inputs[newest.turn]}” before the next "
            "bet on it.",
            because=f"{plural(len(unchallenged), 'bet')} missed, and no challenge was resolved since",
            things=(turn(evidence, newest), *rest)[:MOST],
        )


def _outcome_at(each: Turn) -> int:
    return 0 if each.outcome is None else each.outcome.time


def stale_north_star(situation: Situation) -> Iterator[Action]:
    """A north star that was not measured for one and a half times its cadence."""
    star = situation.report["value"]["north_star"]
    signals = {signal["name"]: signal for entry in situation.report["tenets"] for signal in entry["signals"]}
    freshness = signals["north_star_freshness"]["value"]
    if star and star["stale"]:
        if star["value"] is None:
            since = "" if freshness is None else f", {number(freshness)} × its cadence after it was defined"
            because = f"it was never measured{since}"
        else:
            since = "longer ago than its cadence" if freshness is None else f"{number(freshness)} × its cadence ago"
            because = f"it was last measured {since}"
        yield Action(
            phase=1,
            text=f"Measure the north star {_metric(star).named}, and agree on who does at each cadence.",
            because=because,
            things=(_metric(star),),
            distance=1.0 if freshness is None else freshness / LATE,
        )


def north_star_away(situation: Situation) -> Iterator[Action]:
    """A north star that goes away from its target, or against its direction, and has not reached it."""
    star = situation.report["value"]["north_star"]
    if star and star["heading"] == "away" and not star["reached"]:
        unit = f" {outside(star['unit'])}" if star["unit"] else ""
        was, now = amounts(star["previous"], star["value"])
        yield Action(
            phase=1,
            text=f"Find out together why the north star {_metric(star).named} goes away, and choose the input to move.",
            because=f"it went from {was} to {now}{unit}",
            things=(_metric(star),),
        )


def _metric(star: Mapping[str, Any]) -> Thing:
    return Thing(kind="metric", id=star["metric"])
