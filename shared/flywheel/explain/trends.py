"""The account of a verdict: the cases of a figure now and one window earlier, and the test of them (value.md §4)."""

from collections.abc import Callable, Mapping, Set
from functools import partial

from msgspec.structs import replace

from events.times import rfc3339
from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.explain import dora as explain_dora
from shared.flywheel.explain import drag as explain_drag
from shared.flywheel.explain import turns as explain_turns
from shared.flywheel.explain import value as explain_value
from shared.flywheel.figures.account import Account, Row, Teller, turn_row
from shared.flywheel.moments import DAY, moment
from shared.flywheel.reality.samples import Count, Sample, Share
from shared.flywheel.trends.compared import FOLLOWS, SAMPLES
from shared.flywheel.trends.effect import DAYS, LEAST_DAYS, counted, daily, released
from shared.flywheel.trends.look import Look
from shared.flywheel.trends.trends import Trends
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window
from shared.flywheel.wording import count_of, in_days

PREFIX = "trends."
_SINGLE: Mapping[str, Teller] = {
    **explain_turns.TELLERS,
    **explain_dora.TELLERS,
    **explain_drag.TELLERS,
    **explain_value.TELLERS,
}
_BY_ID: Mapping[str, Callable[[Look], Mapping[str, float]]] = {
    "dora.deployments": lambda look: dict.fromkeys(look.rollouts.ids, 1.0),
    "dora.lead_time_hours": lambda look: dict(look.rollouts.lead_hours()),
    "dora.change_fail_rate": lambda look: _whether(look, look.rollouts.failed),
    "dora.rework_rate": lambda look: _whether(look, look.rollouts.reworked),
    "dora.recovery_minutes": lambda look: look.rollouts.recovery_minutes(),
}
"""Figures whose cases are deployments, all of one id together."""
_TESTS = {
    "share": "Fisher's exact test",
    "count": "the exact binomial test",
    "times": "Mann–Whitney U, normal approximation with tie and continuity corrections",
}


def trend(figure: str, wheel: Wheel, window: Window) -> Account:
    """The cases of a figure in both windows, and how the test judged them."""
    trends, tested = Trends(wheel, window.days), FOLLOWS.get(figure, figure)
    rows = [*_cases(tested, trends.now, "now"), *_cases(tested, trends.before, "before")]
    return Account("test", _rule(figure, tested, trends), rows)


def effect(wheel: Wheel, _: Window) -> Account:
    """Hours from start to first release of each turn, by the day of its start."""
    taken = counted(wheel)
    days = set(daily(taken))
    identities = {each.turn.identity for each in taken}
    rows = []
    for each in released(wheel):
        late = each.turn.identity not in identities
        is_in = not late and each.day in days
        why = "too new: a slow one could not be there yet" if late else "start to first release, hours"
        row = turn_row(each.turn, each.hours, why if is_in or late else f"before the last {DAYS} days", counted=is_in)
        rows.append(replace(row, group=str(each.day)))
    rule = (
        f"ln of the median hours of each of the last {DAYS} days with a start (at least {LEAST_DAYS}): Mann–Kendall's "
        "S with its tie-corrected variance, and e to the median of all slopes, less 1"
    )
    return Account("test", rule, rows)


def _cases(figure: str, look: Look, group: str) -> list[Row]:
    """The cases of a figure that were tested in one window."""
    if figure not in _BY_ID:
        rows = [row for row in _SINGLE[figure](look.wheel, look.window).rows if row.counted]
    else:
        rows = [_rollout(name, float(value), look) for name, value in _BY_ID[figure](look).items()]
    return [replace(row, group=group) for row in rows]


def _whether(look: Look, names: Set[str]) -> dict[str, float]:
    return {name: float(name in names) for name in look.rollouts.ids}


def _rollout(name: str, value: float, look: Look) -> Row:
    """All deployments of one id as one."""
    places = look.rollouts.by_id[name]
    made_of = [look.wheel.deployments[place] for place in places]
    keys = tuple(key for deployment in made_of for key in deployment.keys)
    services = ", ".join(sorted({deployment.service for deployment in made_of}))
    at = rfc3339(moment(min(deployment.time for deployment in made_of)))
    return Row(f"deployment {name}", at, value, counted=True, why=f"of {services}", keys=keys)


def _rule(figure: str, tested: str, trends: Trends) -> str:
    kind, verdict = CATALOGUE[tested], trends.verdicts[figure]
    now, before = SAMPLES[tested](trends.now), SAMPLES[tested](trends.before)
    if verdict.p is None:
        return f"{_TESTS[kind.test or 'times']}: too little to tell ({_sample(now)} now, {_sample(before)} before)"
    real = [each.p for each in trends.verdicts.values() if each.is_real and each.p is not None]
    limit = f"up to p {max(real):.4g}" if real else "none"
    return (
        f"{_TESTS[kind.test or 'times']}, two-sided: {_sample(now)} now beside {_sample(before)} before (where counts "
        "differ by fewer than 5, the larger p of this and of one case less of a difference); of all tests of this "
        f"report as one family those are real at certainty {trends.certainty:g}: {limit}"
    )


def _sample(sample: Sample | None) -> str:
    match sample:
        case None:
            return "unknown"
        case Share():
            return f"{sample.k} of {sample.n}"
        case Count():
            return f"{sample.n} in {'no time' if sample.time is None else in_days(sample.time / DAY)}"
        case _:
            return count_of(len(sample.values), "time")


TELLERS: Mapping[str, Teller] = {
    **{f"{PREFIX}{figure}": partial(trend, figure) for figure in (*SAMPLES, *FOLLOWS)},
    "flywheel_effect": effect,
}
