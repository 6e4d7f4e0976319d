"""Bets: turns of ideas that are to move an input metric, and what the metric did around their release (value §3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from shared.flywheel.facts.fact import IdeaProposed, MetricMeasured
from shared.flywheel.moments import DAY, micros, rfc3339_or_none, span
from shared.flywheel.value.heading import Heading, change_from, heading, newest
from shared.flywheel.wheel.metrics import Metric, Metrics
from shared.flywheel.wheel.model import Turn, TurnKey, Wheel
from shared.flywheel.wheel.window import Window


class Ideas:
    """The statements of a flywheel's ideas: the goal and the input metric that each stated latest."""

    def __init__(self, wheel: Wheel) -> None:
        self.goals: dict[str, IdeaProposed] = {}
        self.input_metrics: dict[str, IdeaProposed] = {}
        for fact in wheel.all(IdeaProposed):
            if fact.idea is not None and fact.goal is not None:
                self.goals[fact.idea] = fact
            if fact.idea is not None and fact.input_metric is not None:
                self.input_metrics[fact.idea] = fact


class Bet(Struct, frozen=True):
    """A turn, the input that it is to move, and the event that says so."""

    turn: Turn
    metric: Metric
    stated: IdeaProposed

    @property
    def released(self) -> int | None:
        """The first release, microseconds; None while there is none."""
        return None if self.turn.released_at is None else micros(self.turn.released_at)


class Around(Struct, frozen=True):
    """The measurements before and after a bet's release, and which way the metric went from one to the other."""

    before: MetricMeasured | None
    after: MetricMeasured | None
    heading: Heading | None


def bets_of(wheel: Wheel, metrics: Metrics, ideas: Ideas) -> dict[TurnKey, Bet]:
    """The bets of a flywheel, released or not: of each idea the input metric that it states, if it is an input."""
    bets = {}
    for turn in wheel.turns:
        stated = ideas.input_metrics.get(turn.turn) if turn.key == "idea" else None
        if stated is not None and stated.input_metric is not None:
            metric = metrics.input(wheel.flywheel, stated.input_metric)
            if metric is not None:
                bets[turn.identity] = Bet(turn, metric, stated)
    return bets


def released_in(bets: Mapping[TurnKey, Bet], window: Window) -> list[Bet]:
    """The bets released in the window, in order of release, then turn."""
    released = [(at, bet.turn.turn, bet) for bet in bets.values() if (at := bet.released) is not None]
    return [bet for at, _, bet in sorted(released, key=lambda each: each[:2]) if window.holds(at)]


def around(bet: Bet, metrics: Metrics, reach: int, now: int) -> Around:
    """The measurements in the `reach` before the release (its instant included), and in the `reach` after it."""
    released = bet.released
    if released is None:
        return Around(None, None, None)
    series = metrics.series(bet.metric)
    before = newest(series, released)
    before = before if before is not None and before.time >= released - reach else None
    after = newest(series, min(now, released + reach))
    after = after if after is not None and after.time > released else None
    way = None if after is None else _heading(bet, before, after, series)
    return Around(before, after, way)


def _heading(
    bet: Bet, before: MetricMeasured | None, after: MetricMeasured, series: Sequence[MetricMeasured]
) -> Heading | None:
    return heading(change_from(before, after), bet.metric.definition.direction, series, after.time)


def rivals(bet: Bet, others: Sequence[tuple[str, Bet]], reach: int) -> list[tuple[str, Bet]]:
    """Of all bets with their flywheels, the others on the same metric released within `reach` of this one."""
    return [
        (flywheel, other)
        for flywheel, other in others
        if other.turn is not bet.turn
        and (other.metric.of, other.metric.name) == (bet.metric.of, bet.metric.name)
        and bet.released is not None
        and other.released is not None
        and abs(other.released - bet.released) <= reach
    ]


def all_bets(wheel: Wheel, metrics: Metrics, bets: Mapping[TurnKey, Bet]) -> list[tuple[str, Bet]]:
    """The flywheel's bets and those of its kin, each with whose it is."""
    owned = [(wheel.flywheel, bet) for bet in bets.values()]
    for kin in wheel.kin:
        owned += [(kin.flywheel, bet) for bet in bets_of(kin, metrics, Ideas(kin)).values()]
    return owned


def bet_entry(bet: Bet, wheel: Wheel, metrics: Metrics, others: Sequence[tuple[str, Bet]]) -> dict[str, Any]:
    """One bet as the report tells it: what happened after the release, never because of it."""
    reach = span(wheel.settings.bet_days, DAY)
    measured = around(bet, metrics, reach, micros(wheel.as_of))
    return {
        "turn": bet.turn.turn,
        "input_metric": bet.metric.name,
        "released_at": rfc3339_or_none(bet.turn.released_at),
        "before": None if measured.before is None else measured.before.value,
        "after": None if measured.after is None else measured.after.value,
        "heading": measured.heading,
        "shared": bool(rivals(bet, others, reach)),
        "outcome": bet.turn.result,
    }
