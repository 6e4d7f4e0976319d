"""The account of outcomes, the momentum of value, metrics, bets and traceability (value.md §1 to 3)."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import log

from events.times import rfc3339
from shared.flywheel.facts.fact import GoalSet, IdeaProposed, MetricDefined, MetricMeasured
from shared.flywheel.figures.account import CATALOGUED, Account, Row, Teller, turn_row
from shared.flywheel.figures.momentum import HALF_LIFE
from shared.flywheel.moments import DAY, micros, moment, span
from shared.flywheel.value.bets import Bet, around, released_in, rivals
from shared.flywheel.value.heading import MONTH, USUAL, newest
from shared.flywheel.value.momentum import push_of
from shared.flywheel.value.value import Value
from shared.flywheel.wheel.metrics import Metric
from shared.flywheel.wheel.model import Turn, Wheel
from shared.flywheel.wheel.window import Window
from shared.flywheel.wording import in_days

METRIC_LISTS = {"value.inputs": "input", "value.effort": "effort"}
"""Lists of metrics, whose entries are explained by name: `value.inputs.NAME`."""
BETS = "value.bets"
NORTH_STAR = "value.north_star"


def outcomes(result: str | None, wheel: Wheel, window: Window) -> Account:
    """Delivered turns, those with the outcome counted."""
    rows = [_of_outcome(turn, 1.0, counted=turn.result == result) for turn in Value(wheel, window).delivered]
    return Account("count", CATALOGUED, rows)


def hit_rate(wheel: Wheel, window: Window) -> Account:
    """Delivered turns that were met or missed; the others left out."""
    rows = [
        _of_outcome(turn, float(turn.result == "met"), counted=turn.result in {"met", "missed"})
        for turn in Value(wheel, window).delivered
    ]
    return Account("share", CATALOGUED, rows)


def momentum(scale: float, wheel: Wheel, _: Window) -> Account:
    """The account of momentum of value: what each delivered turn still adds, those met counted."""
    now = micros(wheel.as_of)
    rows = [_of_outcome(turn, push, counted=turn.result == "met") for turn, push in _pushes(wheel, now)]
    return Account("sum", CATALOGUED, rows, scale)


def momentum_trend(wheel: Wheel, _: Window) -> Account:
    """The account of its trend: what each turn that paid adds now, and what it added 28 days before."""
    now = micros(wheel.as_of)
    rows = [
        turn_row(turn, push, "push now / push 28 days before", of=push_of(turn, now - HALF_LIFE) or 0.0)
        for turn, push in _pushes(wheel, now)
        if turn.result == "met"
    ]
    return Account("ratio", CATALOGUED, rows)


def known_share(wheel: Wheel, _: Window) -> Account:
    """The account of the known share: what each delivered turn still adds, nothing where no outcome is known."""
    rows = [
        turn_row(turn, push if turn.result else 0.0, turn.result or "no outcome", of=push)
        for turn, push in _pushes(wheel, micros(wheel.as_of))
    ]
    return Account("ratio", CATALOGUED, rows)


def traceable(leads: Callable[[Value, Turn], bool], why: str, wheel: Wheel, window: Window) -> Account:
    """Delivered turns, and whether each leads somewhere."""
    value = Value(wheel, window)
    rows = [
        turn_row(turn, float(leads(value, turn)), why if leads(value, turn) else f"no: {why}")
        for turn in value.delivered
    ]
    return Account("share", CATALOGUED, rows)


def north_star(wheel: Wheel, window: Window) -> Account:
    """The north star's measurements."""
    value = Value(wheel, window)
    return _nothing("no north star is defined") if value.north_star is None else one_metric(value.north_star, value)


def metric_list(role: str, wheel: Wheel, window: Window) -> Account:
    """The metrics of the scope that have a role."""
    metrics = Value(wheel, window).metrics.of_role(wheel.flywheel, role)
    rows = [
        Row(metric.name, _at(metric.definition), None, True, f"of {metric.of}", (metric.definition.key,))
        for metric in metrics
    ]
    return Account("list", f"metrics of the scope whose latest definition has the role {role}", rows)


def bets(wheel: Wheel, window: Window) -> Account:
    """The bets, those released in the window counted."""
    value = Value(wheel, window)
    released = {bet.turn.identity for bet in released_in(value.bets, window)}
    rows = [
        turn_row(bet.turn, None, f"bets on {bet.metric.name}", counted=bet.turn.identity in released)
        for bet in value.bets.values()
    ]
    return Account("list", "turns released in the window whose idea names an input of the scope", rows)


def one_metric(metric: Metric, value: Value) -> Account:
    """A metric's measurements: the newest less that of a month before is its change."""
    series = value.metrics.series(metric)
    now = newest(series, value.now)
    before = None if now is None else newest(series, now.time - MONTH)
    rows = [_defined(metric.definition)]
    rows += [_measured(fact, now, before) for fact in series if fact in {now, before} or _is_usual(fact, now)]
    rule = (
        "value − previous, the newest measurement 27 days or more before it, is the change; it is level up to twice "
        "the median of |step − the median step| over 26 weeks, of at least 6 steps; gap closed: change / (target − "
        "previous)"
    )
    return Account("sum", rule, rows)


def one_bet(bet: Bet, value: Value) -> Account:
    """The account of one bet: the measurement after its release less that before is how far the input went."""
    reach = span(value.wheel.settings.bet_days, DAY)
    measured = around(bet, value.metrics, reach, value.now)
    rows = [_stated(bet.stated)]
    if measured.before is not None:
        rows.append(_measured_as(measured.before, -measured.before.value, "before the release, subtracted"))
    if measured.after is not None:
        rows.append(_measured_as(measured.after, measured.after.value, "after the release"))
    rows += [
        turn_row(other.turn, None, f"another bet on it, of {flywheel}", counted=False)
        for flywheel, other in rivals(bet, value.all_bets, reach)
    ]
    within = in_days(value.wheel.settings.bet_days)
    rule = f"after − before, each the newest within {within} of the release: what happened, never because of what"
    return Account("sum", rule, rows)


def named_parts(wheel: Wheel, window: Window) -> Iterator[tuple[str, Teller]]:
    """The metrics and bets of the report by path, each with what tells of it."""
    value = Value(wheel, window)
    for path, role in METRIC_LISTS.items():
        for metric in value.metrics.of_role(wheel.flywheel, role):
            yield f"{path}.{metric.name}", partial(_of_metric, metric, value)
    for bet in released_in(value.bets, window):
        yield f"{BETS}.{bet.turn.turn}", partial(_of_bet, bet, value)


def _of_metric(metric: Metric, value: Value, _: Wheel, __: Window) -> Account:
    return one_metric(metric, value)


def _of_bet(bet: Bet, value: Value, _: Wheel, __: Window) -> Account:
    return one_bet(bet, value)


def _pushes(wheel: Wheel, at: int) -> list[tuple[Turn, float]]:
    delivered = (turn for turn in wheel.turns if turn.state == "delivered")
    return [(turn, push) for turn in delivered if (push := push_of(turn, at)) is not None]


def _of_outcome(turn: Turn, value: float, *, counted: bool) -> Row:
    """A turn by its outcome; it stands on that event and on those of the turn."""
    return turn_row(turn, value, turn.result or "no outcome", counted=counted)


def _at(fact: GoalSet | IdeaProposed | MetricDefined | MetricMeasured) -> str:
    return rfc3339(moment(fact.time))


def _defined(fact: MetricDefined) -> Row:
    traits = [fact.role, f"target {fact.target:g}" if fact.target is not None else "", fact.unit or "", fact.direction]
    return Row(f"definition of {fact.metric}", _at(fact), None, False, ", ".join(filter(None, traits)), (fact.key,))


def _stated(fact: IdeaProposed) -> Row:
    return Row(f"idea {fact.idea}", _at(fact), None, False, f"is to move {fact.input_metric}", (fact.key,))


def _measured(fact: MetricMeasured, now: MetricMeasured | None, before: MetricMeasured | None) -> Row:
    if fact is now:
        return _measured_as(fact, fact.value, "the newest: value")
    if fact is before:
        return _measured_as(fact, -fact.value, "a month before: previous, subtracted")
    return _measured_as(fact, fact.value, "its steps tell how much the metric wobbles", counted=False)


def _measured_as(fact: MetricMeasured, value: float, why: str, *, counted: bool = True) -> Row:
    return Row(f"measurement of {fact.metric}", _at(fact), value, counted, why, (fact.key,))


def _is_usual(fact: MetricMeasured, now: MetricMeasured | None) -> bool:
    return now is not None and now.time - USUAL < fact.time <= now.time


def _nothing(rule: str) -> Account:
    return Account("sum", rule, [])


def _has_goal(value: Value, turn: Turn) -> bool:
    return value.goal_of(turn) is not None


def _has_input(value: Value, turn: Turn) -> bool:
    return turn.identity in value.bets


def _has_star(value: Value, turn: Turn) -> bool:
    return _has_input(value, turn) and value.north_star is not None


TELLERS: Mapping[str, Teller] = {
    **{f"value.outcomes.{result}": partial(outcomes, result) for result in ("met", "missed", "learned")},
    "value.outcomes.unknown": partial(outcomes, None),
    "value.hit_rate": hit_rate,
    "value.momentum.value": partial(momentum, 1.0),
    "value.momentum.rate_equivalent": partial(momentum, log(2)),
    "value.momentum.trend": momentum_trend,
    "value.momentum.known_share": known_share,
    "value.traceability.with_goal": partial(traceable, _has_goal, "its idea has a goal that is set"),
    "value.traceability.with_input": partial(traceable, _has_input, "its idea names an input of the scope"),
    "value.traceability.to_north_star": partial(traceable, _has_star, "its input serves a north star"),
}

WHOLES: Mapping[str, Teller] = {
    NORTH_STAR: north_star,
    **{path: partial(metric_list, role) for path, role in METRIC_LISTS.items()},
    BETS: bets,
}
"""Parts of the report that are no single number."""
