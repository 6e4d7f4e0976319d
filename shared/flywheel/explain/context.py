"""The account of everything under `context` in the report: rows that add up to each number of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from msgspec.structs import replace

from events.times import rfc3339
from shared.flywheel.explain import dora as explain_dora
from shared.flywheel.explain import turns as explain_turns
from shared.flywheel.explain.children import children
from shared.flywheel.facts.fact import GoalSet, RitualHeld
from shared.flywheel.figures.account import Account, Operation, Row, Teller, deployment_row, turn_row
from shared.flywheel.figures.silences import silences
from shared.flywheel.maps.text import STAGES, stage_of
from shared.flywheel.moments import DAY, moment
from shared.flywheel.report.context import followed, is_over, spent_in
from shared.flywheel.report.domains import spanning
from shared.flywheel.report.stage import PERIOD, WEEK, Span, stages
from shared.flywheel.report.together import of_all
from shared.flywheel.tenets.answers import ITEMS
from shared.flywheel.tenets.goals import boxes, has_parent
from shared.flywheel.tenets.maps import SORTS
from shared.flywheel.tenets.signals import Evidence, contents_or_none
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, closed_in, effective_in
from shared.flywheel.wording import in_days

PREFIX = "context."
Of = Callable[[Evidence], Account]


def tellers(wheel: Wheel, window: Window) -> dict[str, Teller]:
    """Everything under `context` of a report by path, with what tells of it."""
    evidence = Evidence(wheel, window)
    by_path = {**_FIXED, **dict(_configured(evidence))}
    return {f"{PREFIX}{path}": partial(_account, of) for path, of in by_path.items()}


def _account(of: Of, wheel: Wheel, window: Window) -> Account:
    return of(Evidence(wheel, window))


def _configured(evidence: Evidence) -> Iterator[tuple[str, Of]]:
    """The parts that depend on what is configured and sent."""
    if spent_in(evidence) is not None:
        yield from (("cost.of_window", _spent), ("cost.delivered", _delivered), ("cost.per_delivered_turn", _per_turn))
        yield from (("cost.met", _met), ("cost.per_met_outcome", _per_met))
    if boxes(evidence) is not None:
        yield "boxes", _boxes
    if evidence.all(GoalSet):
        yield from (("goals.with_parent", _goals_with_parent), ("goals.value_oriented", _value_oriented))
    for ritual in sorted({*evidence.wheel.settings.rituals, *(fact.ritual for fact in evidence.inside(RitualHeld))}):
        yield f"rituals.{ritual}", partial(_ritual, ritual)
    if evidence.wheel.settings.domains:
        yield from _domains(evidence)
    yield from _stages(evidence)
    yield from children(evidence)
    for each in silences(evidence.wheel.events, evidence.now):
        yield f"silent.{each.kind}", partial(_silent, each.kind)
    for sort in SORTS:
        yield f"maps.{sort}", partial(_map, sort)
        if evidence.newest_map(sort) is not None:
            yield from _parts_of_map(sort)


# -- turns and deployments


def _followed(evidence: Evidence) -> Account:
    rows = []
    for turn, gap in followed(evidence):
        counted = gap is not None or is_over(turn, evidence.now)
        why = "an idea follows" if gap is not None else "nothing follows" if counted else "an idea may still follow"
        rows.append(turn_row(turn, float(gap is not None), why, counted=counted))
    return Account("share", "turns closed in the window; those not followed only once 28 days have passed", rows)


def _gaps(evidence: Evidence) -> Account:
    rows = [
        turn_row(turn, gap, "hours from its close to the idea that follows", counted=gap is not None)
        for turn, gap in followed(evidence)
    ]
    return Account("median", "hours from the close to the first idea that follows, 0 where that came before", rows)


def _innovation(evidence: Evidence) -> Account:
    rows = [
        deployment_row(each, float(each.nature == "planned"), each.nature)
        for _, each in effective_in(evidence.wheel, evidence.window)
    ]
    return Account("share", "effective deployments that are no rework / all of them", rows)


def _spent(evidence: Evidence) -> Account:
    row = Row("cost per month × window / 730 hours", None, spent_in(evidence), counted=True, why="from flywheel.toml")
    return Account("sum", "cost_per_month × days of the window", [row])


def _delivered(evidence: Evidence) -> Account:
    return Account("count", "turns delivered in the window, here and below", _all_delivered(evidence))


def _per_turn(evidence: Evidence) -> Account:
    cost = replace(_spent(evidence).rows[0], of=0.0)
    turns = [replace(row, value=0.0) for row in _all_delivered(evidence)]
    return Account("ratio", "cost of the window / turns delivered in it", [cost, *turns])


def _met(evidence: Evidence) -> Account:
    return Account("count", "turns delivered in the window whose outcome is met", _met_turns(evidence))


def _per_met(evidence: Evidence) -> Account:
    cost = replace(_spent(evidence).rows[0], of=0.0)
    return Account(
        "ratio",
        "cost of the window / outcomes met in it",
        [cost, *(replace(row, value=0.0) for row in _met_turns(evidence))],
    )


def _met_turns(evidence: Evidence) -> list[Row]:
    delivered = (turn for each in of_all(evidence) for turn in closed_in(each.wheel, each.window, "delivered"))
    return [turn_row(turn, 1.0, "outcome met") for turn in delivered if turn.result == "met"]


def _turns(evidence: Evidence, state: str) -> list[Row]:
    turns = closed_in(evidence.wheel, evidence.window, state)
    return [turn_row(turn, 1.0, f"{state} in the window") for turn in turns]


def _all_delivered(evidence: Evidence) -> list[Row]:
    return [row for each in of_all(evidence) for row in _turns(each, "delivered")]


def _boxes(evidence: Evidence) -> Account:
    roles = ", ".join(evidence.wheel.settings.roles)
    rows = [
        turn_row(turn, float(complete), "had the roles" if complete else f"not all of {roles}")
        for turn, complete in boxes(evidence) or ()
    ]
    return Account("share", "turns open or closed in the window whose box had the declared roles / all of them", rows)


# -- goals and rituals


def _goals_with_parent(evidence: Evidence) -> Account:
    rule = "goals with a parent that is set / all of them"
    return _goals(evidence, lambda goal: has_parent(goal, evidence), lambda _: True, rule)


def _value_oriented(evidence: Evidence) -> Account:
    rule = "goals that name value to a user / goals that say whether they do"
    return _goals(
        evidence, lambda goal: goal.value_oriented is True, lambda goal: goal.value_oriented is not None, rule
    )


def _goals(
    evidence: Evidence, is_in: Callable[[GoalSet], bool], counts: Callable[[GoalSet], bool], rule: str
) -> Account:
    latest = {fact.goal: fact for fact in evidence.all(GoalSet)}
    rows = [
        Row(
            f"goal {name}",
            _at(fact.time),
            float(is_in(fact)),
            counts(fact),
            "as its latest Goal Set states",
            (fact.key,),
        )
        for name, fact in latest.items()
    ]
    return Account("share", rule, rows)


def _ritual(ritual: str, evidence: Evidence) -> Account:
    every = evidence.wheel.settings.rituals.get(ritual)
    window = (evidence.window.end - evidence.window.start) / DAY
    rows = [
        Row(f"ritual {ritual}", _at(fact.time), 1.0, counted=True, why="held in the window", keys=(fact.key,), of=0.0)
        for fact in evidence.inside(RitualHeld)
        if fact.ritual == ritual
    ]
    if every is None:
        return Account("count", "how often it was held in the window; flywheel.toml expects none", rows)
    due = Row(f"{in_days(window)} / every {every:g}", None, 0.0, counted=True, why="expected", of=window / every)
    return Account("ratio", "held in the window / expected", [*rows, due])


# -- domains, stages, children


def _domains(evidence: Evidence) -> Iterator[tuple[str, Of]]:
    yield "data_domains.spanning_several", _spanning
    yield "data_domains.domain_owned_share", _owned
    for domain in sorted(evidence.wheel.settings.domains):
        yield f"data_domains.deployments.{domain}", partial(_deployed_to, domain)
    for side in ("central", "domain_owned"):
        yield f"data_domains.{side}.turns", partial(_side, side, "count", None)
        yield f"data_domains.{side}.delivered", partial(_side, side, "count", "delivered")
        yield f"data_domains.{side}.turn_time_hours", partial(_side, side, "distribution", "delivered")


def _spanning(evidence: Evidence) -> Account:
    rows = [turn_row(turn, float(len(domains) > 1), _and(domains)) for turn, domains in spanning(evidence)]
    return Account("share", "turns closed in the window that deployed to several domains / to any", rows)


def _owned(evidence: Evidence) -> Account:
    central = set(evidence.wheel.settings.central_domains)
    rows = [turn_row(turn, float(not domains & central), _and(domains)) for turn, domains in spanning(evidence)]
    return Account("share", "turns closed in the window that deployed to no central domain / to any domain", rows)


def _deployed_to(domain: str, evidence: Evidence) -> Account:
    settings = evidence.wheel.settings
    rows = [
        deployment_row(each, 1.0, f"in {domain}")
        for _, each in effective_in(evidence.wheel, evidence.window)
        if settings.domain_of(each.service) == domain
    ]
    return Account("count", f"effective deployments to services of {domain}", rows)


def _side(side: str, operation: Operation, state: str | None, evidence: Evidence) -> Account:
    central = set(evidence.wheel.settings.central_domains)
    rows = []
    for turn, domains in spanning(evidence):
        if bool(domains & central) == (side == "central"):
            value = turn.turn_time_hours if operation == "distribution" else 1.0
            counted = value is not None and state in {None, turn.state}
            rows.append(turn_row(turn, value, f"{turn.state}, deployed to {_and(domains)}", counted=counted))
    return Account(operation, "turns closed in the window that deployed to a domain, central or the domains' own", rows)


_SPAN_FIGURES: Mapping[str, tuple[str, Operation, float | None]] = {
    "delivered": ("turns.delivered", "count", None),
    "rate_per_28d": ("turns.delivered", "count", PERIOD),
    "turn_time_hours": ("turns.turn_time_hours", "distribution", None),
    "deployments": ("dora.deployments", "count", None),
    "deployments_per_week": ("dora.deployments", "count", WEEK),
    "lead_time_p50_hours": ("dora.lead_time_hours", "median", None),
    "change_fail_rate": ("dora.change_fail_rate", "share", None),
    "rework_rate": ("dora.rework_rate", "share", None),
}
"""Of each figure of a span the one of the report whose rows make it, and per how many days it is told."""


def _stages(evidence: Evidence) -> Iterator[tuple[str, Of]]:
    for side, span in zip(("before", "after"), stages(evidence) or (), strict=False):
        for name in _SPAN_FIGURES:
            yield f"stage.{side}.{name}", partial(_of_span, span, name)
        for word in ("stage", "from", "days"):
            yield f"stage.{side}.{word}", partial(_word, "a stage begins at midnight of its day in flywheel.toml")


def _of_span(span: Span, name: str, evidence: Evidence) -> Account:
    figure, operation, per_days = _SPAN_FIGURES[name]
    window = span.window(evidence.wheel)
    rule = f"{figure} of the {in_days(window.days)} of the stage"
    if per_days is not None and not window.days:
        return Account("ratio", rule, [])
    teller = {**explain_turns.TELLERS, **explain_dora.TELLERS}[figure]
    wheels = [each.wheel for each in of_all(evidence)] if operation == "count" else [evidence.wheel]
    rows = [row for wheel in wheels for row in teller(wheel, window).rows]
    return Account(operation, rule, rows, 1.0 if per_days is None else per_days / window.days)


# -- maps, silences, words


def _map(sort: str, evidence: Evidence) -> Account:
    return Account("list", f"the components of the newest map of {sort}", _components(sort, evidence))


def _parts_of_map(sort: str) -> Iterator[tuple[str, Of]]:
    yield f"maps.{sort}.components", partial(_count_components, sort, None)
    for stage in (*STAGES, "unplaced"):
        yield f"maps.{sort}.stages.{stage}", partial(_count_components, sort, stage)
    yield f"maps.{sort}.anchors", partial(_anchors, sort)
    yield f"maps.{sort}.unread_lines", partial(_unread_lines, sort)


def _count_components(sort: str, stage: str | None, evidence: Evidence) -> Account:
    rows = [replace(row, counted=stage in {None, row.group}) for row in _components(sort, evidence)]
    return _of_map(sort, evidence, Account("count", f"components of the newest map of {sort}", rows))


def _components(sort: str, evidence: Evidence) -> list[Row]:
    newest = evidence.newest_map(sort)
    contents = None if newest is None else contents_or_none(newest)
    if newest is None or contents is None:
        return []
    rows = []
    for component in contents.as_map().components.values():
        stage = stage_of(component.maturity, evidence.wheel.settings.map_stages) or "unplaced"
        traits = ", ".join(filter(None, (stage, component.method, "inertia" if component.inertia else None)))
        rows.append(Row(f"component {component.name}", _at(newest.time), 1.0, True, traits, (newest.key,), group=stage))
    return rows


def _anchors(sort: str, evidence: Evidence) -> Account:
    newest = evidence.newest_map(sort)
    contents = None if newest is None else contents_or_none(newest)
    anchors = () if contents is None else contents.as_map().anchors.values()
    keys = () if newest is None else (newest.key,)
    rows = [Row(f"anchor {each.name}", None, 1.0, counted=True, why="anchor", keys=keys) for each in anchors]
    return _of_map(sort, evidence, Account("count", f"anchors of the newest map of {sort}", rows))


def _unread_lines(sort: str, evidence: Evidence) -> Account:
    newest = evidence.newest_map(sort)
    contents = None if newest is None else contents_or_none(newest)
    keys = () if newest is None else (newest.key,)
    unread = None if contents is None else float(contents.unread)
    row = Row(f"map of {sort}", None, unread, counted=True, why="lines that were not understood", keys=keys)
    return _of_map(sort, evidence, Account("sum", "lines of the newest map that were not understood", [row]))


def _of_map(sort: str, evidence: Evidence, account: Account) -> Account:
    """Of a map of which only the time is known nothing can be counted."""
    newest = evidence.newest_map(sort)
    if newest is None or contents_or_none(newest) is None:
        return Account("ratio", account.rule, [])
    return account


def _silent(kind: str, evidence: Evidence) -> Account:
    facts = [fact for fact in evidence.wheel.facts if fact.kind == kind]
    last = max(facts, key=lambda fact: (fact.time, fact.key))
    [silence] = [each for each in silences(evidence.wheel.events, evidence.now) if each.kind == kind]
    row = Row(kind, _at(last.time), silence.hours, counted=True, why="the last one; hours since", keys=(last.key,))
    rule = f"hours since the last of its kind; its usual gap is {silence.usual_hours:g} hours"
    return Account("sum", rule, [row])


def _word(rule: str, _: Evidence) -> Account:
    return Account("reading", rule, [])


def _at(time: int) -> str:
    return rfc3339(moment(time))


def _and(domains: Iterable[str]) -> str:
    return " and ".join(sorted(domains))


_FIXED: Mapping[str, Of] = {
    "re_entry.share": _followed,
    "re_entry.gap_hours_p50": _gaps,
    "innovation_space": _innovation,
    "purpose": partial(_word, "the purpose statement of flywheel.toml"),
    "value_exchange": partial(_word, "the steps of the value exchange in flywheel.toml, in their order"),
    "phases": partial(_word, "names, personas and goals of the phases in the flywheel's vocabulary"),
    "tenets": partial(_word, "the versions of tenets and thresholds, and the tenets' titles"),
    "news": partial(_word, "figures of trends that are real in the same direction now and a week ago"),
    **{
        f"unread_sheets.{survey}": partial(_word, "answer sheets with another number of items, or too few answered")
        for survey in ITEMS
    },
    **{
        part: partial(_word, "nothing is configured or sent for it")
        for part in ("stage", "cost", "boxes", "goals", "rituals", "data_domains", "children", "silent")
    },
    "cost.currency": partial(_word, "from flywheel.toml"),
    "stage.stage": partial(_word, "the newest stage of flywheel.toml that has begun"),
    "stage.since": partial(_word, "midnight of its day in the flywheel's time zone"),
}
