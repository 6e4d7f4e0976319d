"""The `value` part of the report: did the turns matter? (value §§1–3)"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, get_args

from shared.flywheel.distribution import share
from shared.flywheel.facts.fact import TurnStopped
from shared.flywheel.moments import micros
from shared.flywheel.value.bets import Bet, Ideas, all_bets, bet_entry, bets_of, released_in
from shared.flywheel.value.goals import Goals
from shared.flywheel.value.metrics import metric_entry
from shared.flywheel.value.momentum import momentum_of_value
from shared.flywheel.wheel.metrics import Metric, Metrics, metrics_of
from shared.flywheel.wheel.model import Result, Turn, TurnKey, Wheel
from shared.flywheel.wheel.window import Window, closed_in
from shared.flywheel.wording import outside

LONGEST = 200
"""Characters of a note or reason that are shown."""
RESULTS = get_args(Result)


class Value:
    """The sources of a wheel's value in a window, each gathered once."""

    def __init__(self, wheel: Wheel, window: Window) -> None:
        self.wheel = wheel
        self.window = window
        self.now = micros(wheel.as_of)

    @cached_property
    def delivered(self) -> Sequence[Turn]:
        """The turns delivered in the window."""
        return closed_in(self.wheel, self.window, "delivered")

    @cached_property
    def metrics(self) -> Metrics:
        """The metrics of the family."""
        return metrics_of(self.wheel.family)

    @cached_property
    def ideas(self) -> Ideas:
        """The statements of the flywheel's ideas."""
        return Ideas(self.wheel)

    @cached_property
    def goals(self) -> Goals:
        """The goals of the scope."""
        return Goals(self.wheel.family, self.wheel.flywheel)

    @cached_property
    def north_star(self) -> Metric | None:
        """The north star of the scope."""
        return self.metrics.north_star(self.wheel.flywheel)

    @cached_property
    def bets(self) -> dict[TurnKey, Bet]:
        """The flywheel's bets."""
        return bets_of(self.wheel, self.metrics, self.ideas)

    @cached_property
    def all_bets(self) -> list[tuple[str, Bet]]:
        """The bets of everyone who may share a metric with the flywheel."""
        return all_bets(self.wheel, self.metrics, self.bets)

    def figures(self) -> dict[str, Any]:
        """The `value` part of the report."""
        star = self.north_star
        return {
            "outcomes": self.counts(),
            "hit_rate": self.hit_rate,
            "momentum": momentum_of_value(self.wheel),
            "north_star": None if star is None else metric_entry(star, self.metrics, self.now),
            "inputs": self._of_role("input"),
            "effort": self._of_role("effort"),
            "bets": [
                bet_entry(bet, self.wheel, self.metrics, self.all_bets) for bet in released_in(self.bets, self.window)
            ],
            "traceability": self.traceability(),
        }

    @property
    def hit_rate(self) -> dict[str, Any]:
        """Outcomes met of those met or missed."""
        counts = self.counts()
        return share(counts["met"], counts["met"] + counts["missed"])

    def counts(self) -> dict[str, int]:
        """How many turns delivered in the window have which outcome."""
        results: list[str | None] = [turn.result for turn in self.delivered]
        return {**{result: results.count(result) for result in RESULTS}, "unknown": results.count(None)}

    def traceability(self) -> dict[str, Any]:
        """Of the turns delivered in the window the share that leads to a goal, to an input, to the north star."""
        n = len(self.delivered)
        with_input = sum(turn.identity in self.bets for turn in self.delivered)
        return {
            "with_goal": share(sum(self.goal_of(turn) is not None for turn in self.delivered), n),
            "with_input": share(with_input, n),
            "to_north_star": share(with_input if self.north_star is not None else 0, n),
        }

    def goal_of(self, turn: Turn) -> str | None:
        """The goal at which the chain of a turn begins; only ideas have one."""
        return self.goals.first(turn.turn, self.ideas) if turn.key == "idea" else None

    def told_of(self, turn: Turn) -> dict[str, Any]:
        """The words said of a turn, cut for showing: `note` of its outcome, `reason` of its stop; and its `chain`."""
        note = None if turn.outcome is None else turn.outcome.note
        return {"note": _shown(note), "reason": _shown(self._reason(turn)), "chain": self.chain(turn)}

    def _reason(self, turn: Turn) -> str | None:
        """Why a turn stopped, where the event that stopped it says so."""
        at = None if turn.state != "stopped" or turn.closed_at is None else micros(turn.closed_at)
        return None if at is None or turn.key != "idea" else self._stops.get((turn.turn, at))

    @cached_property
    def _stops(self) -> dict[tuple[str | None, int], str | None]:
        """The reason of each stated stop, by idea and time; of several at one instant the first by key."""
        return {(fact.idea, fact.time): fact.reason for fact in reversed(self.wheel.all(TurnStopped))}

    def chain(self, turn: Turn) -> dict[str, Any]:
        """The chain of a turn: goals, nearest first; its input; the north star that the input serves."""
        bet, star = self.bets.get(turn.identity), self.north_star
        return {
            "goals": self.goals.chain(self.goal_of(turn)),
            "input": None if bet is None else bet.metric.name,
            "north_star": None if bet is None or star is None else star.name,
        }

    def _of_role(self, role: str) -> list[dict[str, Any]]:
        metrics = self.metrics.of_role(self.wheel.flywheel, role)
        return [metric_entry(metric, self.metrics, self.now) for metric in metrics]


def _shown(text: str | None) -> str | None:
    """Outside text fit for a line; None where nothing is left of it."""
    return outside(text or "", LONGEST) or None
