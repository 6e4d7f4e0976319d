"""The account of each signal of a tenet, row by row: added up they give its value (domain §5).

Surveys are not here: how many answer sheets there are is part of what a survey may keep to itself.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from msgspec.structs import replace

from events.times import rfc3339
from shared.flywheel.explain import dora as explain_dora
from shared.flywheel.explain import drag as explain_drag
from shared.flywheel.explain import turns as explain_turns
from shared.flywheel.facts.fact import (
    ChallengeOpened,
    Fact,
    ReviewRecorded,
)
from shared.flywheel.figures.account import Account, Operation, Row, Teller, deployment_row, incident_row, turn_row
from shared.flywheel.maps.changes import predicted_moves
from shared.flywheel.maps.text import OFFLOADED, Component, stage_of
from shared.flywheel.moments import DAY, HOUR, moment
from shared.flywheel.tenets import action, carbon, landscape, purpose, reviews
from shared.flywheel.tenets.maps import begun_turns, first_maps, sort_of_offloading
from shared.flywheel.tenets.signals import Evidence, contents_or_none
from shared.flywheel.wheel.metrics import Metric
from shared.flywheel.wheel.window import failed_in, opened_in

Of = Callable[[Evidence], Account]


def _at(time: int) -> str:
    return rfc3339(moment(time))


def _of_fact(fact: Fact, what: str, value: float | None, why: str, of: float = 1.0) -> Row:
    return Row(what, _at(fact.time), value, counted=True, why=why, keys=(fact.key,), of=of)


def _from(figure: Teller, operation: Operation, evidence: Evidence) -> Account:
    """The rows of a figure of the report, put together as the signal does."""
    account = figure(evidence.wheel, evidence.window)
    return Account(operation, account.rule, account.rows, account.scale)


def _unknown(rows: Iterable[Row]) -> Account:
    """Rows of which none counts: there is nothing to tell."""
    return Account("ratio", "", [replace(row, counted=False) for row in rows])


# -- tenet 1 and 2


def _star_age(evidence: Evidence) -> Account:
    star = purpose.north_star(evidence)
    return Account("sum", "", [] if star is None else [_age_of_metric(star, evidence)])


def _star_freshness(evidence: Evidence) -> Account:
    star = purpose.north_star(evidence)
    cadence = None if star is None else star.definition.cadence_days
    rows = [] if star is None or not cadence else [replace(_age_of_metric(star, evidence), of=cadence)]
    return Account("ratio", "", rows)


def _age_of_metric(metric: Metric, evidence: Evidence) -> Row:
    last = [*evidence.metrics.series(metric)][-1:]
    fact: Fact = last[0] if last else metric.first
    what = f"measurement of {metric.name}" if last else f"first definition of {metric.name}, never measured"
    return _of_fact(fact, what, (evidence.now - fact.time) / DAY, "days since")


def _inputs_declared(evidence: Evidence) -> Account:
    rows = [_of_fact(each.definition, each.name, 1.0, f"of {each.of}") for each in purpose.inputs(evidence)]
    return Account("count", "", rows)


def _inputs_measured(evidence: Evidence) -> Account:
    rows = []
    for metric in purpose.inputs(evidence):
        measured = purpose.is_measured(metric, evidence)
        why = "measured in the window" if measured else "not measured in the window"
        rows.append(_of_fact(metric.definition, metric.name, float(measured), why))
    return Account("ratio", "", rows)


def _features_with_input(evidence: Evidence) -> Account:
    linked = purpose.linked_features(evidence)
    keys: dict[str, list[int]] = {}
    for fact in evidence.wheel.facts:
        if fact.feature is not None:
            keys.setdefault(fact.feature, []).append(fact.key)
    rows = [
        Row(
            f"feature {feature}",
            None,
            float(feature in linked),
            counted=True,
            why="to move an input" if feature in linked else "names no input of the scope",
            keys=tuple(keys.get(feature, ())),
        )
        for feature in sorted(purpose.released_features(evidence))
    ]
    return Account("ratio", "", rows)


def _old_open_ideas(evidence: Evidence) -> Account:
    old = purpose.old_ideas(evidence)
    rows = []
    for turn, proposed in purpose.waiting_ideas(evidence):
        is_old = old is not None and turn.turn in old
        rows.append(turn_row(turn, (evidence.now - proposed) / DAY, "days since it was proposed", counted=is_old))
    return _unknown(rows) if old is None else Account("count", "", rows)


# -- maps


def _map_age(sort: str, evidence: Evidence) -> Account:
    rows = [
        _of_fact(newest, f"map of {sort}", (evidence.now - newest.time) / DAY, "days since")
        for newest in evidence.maps(sort)[-1:]
    ]
    return Account("sum", "", rows)


def _anchors(evidence: Evidence) -> Account:
    newest = evidence.newest_map("market")
    contents = None if newest is None else contents_or_none(newest)
    if newest is None or contents is None:
        return _unknown([])
    read = contents.as_map()
    rows = [_of_fact(newest, f"anchor {anchor.name}", 1.0, "anchor") for anchor in read.anchors.values()]
    return Account("count", "", rows) if read.anchors or read.components else _unknown([])


Counts = Callable[[Component, str | None], bool]
"""Whether a component, with its stage, is one that a share counts; and of which components it is a share."""


def _components(sort: str, part: Counts, whole: Counts | None, evidence: Evidence) -> Account:
    newest = evidence.newest_map(sort)
    contents = None if newest is None else contents_or_none(newest)
    if newest is None or contents is None:
        return _unknown([])
    rows = []
    for component in contents.as_map().components.values():
        stage = stage_of(component.maturity, evidence.wheel.settings.map_stages)
        is_of = whole is None or whole(component, stage)
        traits = ", ".join(filter(None, (stage, component.method, "inertia" if component.inertia else None)))
        value = float(part(component, stage))
        row = _of_fact(newest, f"component {component.name}", value, traits or "unplaced")
        rows.append(replace(row, counted=is_of))
    return Account("ratio", "", rows)


def _is_commodity(_: Component, stage: str | None) -> bool:
    return stage == "commodity"


def _is_burden(component: Component, stage: str | None) -> bool:
    return stage == "commodity" and (component.inertia or component.method == "build")


def _offload(evidence: Evidence) -> Account:
    sort = sort_of_offloading(evidence)
    return _components(sort, lambda each, _: each.method in OFFLOADED, _is_commodity, evidence)


def _realised(evidence: Evidence) -> Account:
    known = evidence.maps("emerging_value")[-2:]
    pair = [contents_or_none(each) for each in known]
    if len(pair) < 2 or pair[0] is None or pair[1] is None:
        return _unknown([])
    moves = predicted_moves(pair[0].as_map(), pair[1].as_map())
    rows = [
        Row(
            f"component {name}",
            _at(known[1].time),
            float(done),
            counted=True,
            why="at least half the way" if done else "less than half the way",
            keys=(known[0].key, known[1].key),
        )
        for name, done in moves.items()
    ]
    return Account("ratio", "", rows)


def _mapped_before_commit(evidence: Evidence) -> Account:
    maps = first_maps(evidence)
    rows = []
    for turn, began in begun_turns(evidence):
        mapped = maps.get(turn.identity)
        is_mapped = mapped is not None and mapped < began
        rows.append(turn_row(turn, float(is_mapped), "mapped before work began" if is_mapped else "no map before that"))
    return Account("ratio", "", rows)


# -- tenets 5 and 6


def _challengers(evidence: Evidence) -> Account:
    rows = [
        replace(
            _of_fact(fact, f"challenge {fact.challenge}", 1.0, "opened in the window"),
            counted=bool(fact.challenger),
            group=fact.challenger,
        )
        for fact in evidence.inside(ChallengeOpened)
    ]
    return Account("distinct", "", rows)


def _challenge_days(evidence: Evidence) -> Account:
    rows = []
    for each in evidence.wheel.challenges:
        if each.closed is not None and evidence.window.holds(each.closed):
            days = (each.closed - each.opened) / DAY
            what = f"challenge {each.name}"
            rows.append(Row(what, _at(each.closed), days, counted=True, why="days to its resolution", keys=each.keys))
    return Account("median", "", rows)


def _failed_reviewed(evidence: Evidence) -> Account:
    reviewed = landscape.reviewed_deployments(evidence)
    rows = []
    for place in failed_in(evidence.wheel, evidence.window):
        is_in, deployment = place in reviewed, evidence.wheel.deployments[place]
        rows.append(deployment_row(deployment, float(is_in), "reviewed" if is_in else "no incident of it reviewed"))
    return Account("ratio", "", rows)


def _approval_waits(evidence: Evidence) -> Account:
    waits = landscape.approval_waits(evidence)
    rows = [
        turn_row(turn, blocked / HOUR, "hours waiting for an approval, of hours from start to close", of=whole / HOUR)
        for turn, blocked, whole in landscape.turns_blocked_by(evidence, waits)
    ]
    return Account("ratio", "", rows)


# -- tenets 7 and 8


def _net_lines(evidence: Evidence) -> Account:
    added = action.net_lines(evidence)
    rows = [replace(deployment_row(each, float(lines), "net lines"), of=0.0) for each, lines in added]
    features = sorted(purpose.released_features(evidence))
    rows += [
        Row(f"feature {feature}", None, 0.0, counted=True, why="first released in the window") for feature in features
    ]
    return Account("ratio", "", rows) if added else _unknown(rows)


def _manual_steps(evidence: Evidence) -> Account:
    steps = action.manual_steps_of(evidence)
    return Account("median", "", [deployment_row(each, float(count), "manual steps") for each, count in steps])


# -- tenets 10 and 11


def _risks(evidence: Evidence) -> Account:
    rows = []
    for newest in evidence.all(ReviewRecorded)[-1:]:
        counts = {"high": newest.high, "medium": newest.medium, "none": newest.none}
        for risk, count in counts.items():
            value = float(count) if risk == "high" else 0.0
            rows.append(_of_fact(newest, f"risks {risk}", value, f"of workload {newest.workload}", of=float(count)))
    return Account("ratio", "", rows)


def _review_age(evidence: Evidence) -> Account:
    newest = evidence.all(ReviewRecorded)[-1:]
    rows = [
        _of_fact(each, f"review of {each.workload}", (evidence.now - each.time) / DAY, "days since") for each in newest
    ]
    return Account("sum", "", rows)


def _prevention(evidence: Evidence) -> Account:
    """High risks closed and actions done, of these and the incidents opened."""
    rows = [
        _of_fact(fact, f"review of {fact.workload}", float(count), "high risks closed", of=float(count))
        for fact, count in reviews.risks_closed(evidence)
    ]
    for fact, done in reviews.actions_done(evidence):
        reviewed = fact.workload if isinstance(fact, ReviewRecorded) else f"incident {fact.incident}"
        rows.append(_of_fact(fact, f"review of {reviewed}", float(done), "actions done", of=float(done)))
    rows += [incident_row(each, 0.0, "opened in the window") for each in opened_in(evidence.wheel, evidence.window)]
    return Account("ratio", "", rows)


def _sci(evidence: Evidence) -> Account:
    rows = []
    for newest in carbon.periods(evidence)[-1:]:
        rows.append(_of_fact(newest, "operational", newest.operational_gco2e, "gCO2e", of=newest.units))
        rows.append(_of_fact(newest, "embodied", newest.embodied_gco2e or 0.0, "gCO2e", of=0.0))
        if carbon.intensity(newest) is None:
            return _unknown(rows)
    return Account("ratio", "", rows)


def _sci_change(evidence: Evidence) -> Account:
    known = carbon.periods(evidence)
    earlier = carbon.before(evidence) if known else None
    if earlier is None or not carbon.comparable(earlier, known[-1]):
        return _unknown([])
    now, then = carbon.intensity(known[-1]), carbon.intensity(earlier)
    if now is None or then is None:
        return _unknown([])
    rows = [
        _of_fact(known[-1], "newest period", now, "gCO2e per unit", of=0.0),
        _of_fact(earlier, "the period before", -then, "gCO2e per unit, subtracted", of=then),
    ]
    return Account("ratio", "", rows)


def _time_to_value(basis: str, operation: Operation) -> Of:
    return partial(_from, explain_turns.TELLERS[f"turns.time_to_value_hours.{basis}"], operation)


ACCOUNTS: Mapping[str, Of] = {
    "north_star_age": _star_age,
    "north_star_freshness": _star_freshness,
    "inputs_measured": _inputs_measured,
    "inputs_declared": _inputs_declared,
    "features_with_input": _features_with_input,
    "time_to_value_idea_p50": _time_to_value("idea", "median"),
    "time_to_value_idea_p85": _time_to_value("idea", "p85"),
    "time_to_value_first_commit_p50": _time_to_value("first_commit", "median"),
    "time_to_value_first_commit_p85": _time_to_value("first_commit", "p85"),
    "old_open_ideas": _old_open_ideas,
    "market_map_age": partial(_map_age, "market"),
    "market_anchors": _anchors,
    "market_differentiators": partial(_components, "market", lambda _, stage: stage in {"genesis", "custom"}, None),
    "challengers": _challengers,
    "challenge_days": _challenge_days,
    "failed_reviewed": _failed_reviewed,
    "organisation_map_age": partial(_map_age, "organisation"),
    "blocked_share": partial(_from, explain_drag.TELLERS["drag.blocked_share"], "ratio"),
    "commodity_burden": partial(_components, "organisation", _is_burden, None),
    "offload_ratio": _offload,
    "net_lines_per_feature": _net_lines,
    "change_lead_time_p50": partial(_from, explain_dora.TELLERS["dora.lead_time_hours"], "median"),
    "deployments_per_week": partial(_from, explain_dora.TELLERS["dora.per_week"], "count"),
    "approval_wait_share": _approval_waits,
    "manual_steps": _manual_steps,
    "solution_map_age": partial(_map_age, "solution"),
    "mapped_before_commit": _mapped_before_commit,
    "change_fail_rate": partial(_from, explain_dora.TELLERS["dora.change_fail_rate"], "ratio"),
    "rework_rate": partial(_from, explain_dora.TELLERS["dora.rework_rate"], "ratio"),
    "high_risk_density": _risks,
    "prevention_ratio": _prevention,
    "review_age": _review_age,
    "sci": _sci,
    "sci_change": _sci_change,
    "evolving_share": partial(_components, "emerging_value", lambda each, _: each.evolves_to is not None, None),
    "moves_realised": _realised,
    "emerging_map_age": partial(_map_age, "emerging_value"),
}
"""By name of the signal."""
