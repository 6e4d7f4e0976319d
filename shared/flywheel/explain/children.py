"""The account of a parent's children: the rows of each sum, of each child's own figures, and of what several share."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from msgspec.structs import replace

from shared.flywheel.actions.shared import below, shared_blockers, shared_inertia
from shared.flywheel.explain import dora, drag, turns, value
from shared.flywheel.figures.account import Account, Operation, Row, Teller, deployment_row, incident_row, turn_row
from shared.flywheel.figures.doom_loop import verdict
from shared.flywheel.figures.drag import newest_organisation_map
from shared.flywheel.moments import moment, rfc3339_or_none
from shared.flywheel.report.together import monthly, of_all, together
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.value.bets import released_in
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import closed_in, effective_in, opened_in

Of = Callable[[Evidence], Account]
Rows = Callable[[Evidence], list[Row]]


def children(evidence: Evidence) -> Iterator[tuple[str, Of]]:
    """Everything under `context.children` by path, with what tells of it; nothing without children."""
    if not evidence.wheel.children:
        return
    yield from ((f"children.counts.{name}", partial(_of_children, name)) for name in _COUNTS)
    yield "children.doom_loops", _doom_loops
    yield "children.together", _together
    yield from ((f"children.together.{name}", partial(_of_all, name)) for name in _SUMS)
    yield "children.together.cost_per_month", _costs
    yield from (("children.shared.blockers", _blockers), ("children.shared.inertia", _inertia))
    for child in evidence.wheel.children:
        path = f"children.side_by_side.{child.flywheel}"
        yield path, partial(_child, child.flywheel)
        yield from ((f"{path}.counts.{name}", partial(_count_of_child, child, name)) for name in _COUNTS)
        yield from ((f"{path}.{name}", partial(_figure_of_child, child, name)) for name in _FIGURES)


# -- sums


def _of_children(name: str, evidence: Evidence) -> Account:
    rows = [
        replace(row, group=child.flywheel)
        for child in evidence.wheel.children
        for row in _COUNTS[name](Evidence(child, evidence.window))
    ]
    return Account("count", f"{name} of each child, added up", rows)


def _of_all(name: str, evidence: Evidence) -> Account:
    rows = [replace(row, group=each.wheel.flywheel) for each in of_all(evidence) for row in _SUMS[name](each)]
    return Account("count", f"{name.replace('.', ' ')} of the flywheel and all below it, added up", rows)


def _together(evidence: Evidence) -> Account:
    """Each sum as a row; the rows of one are explained by its own name."""
    sums = together(evidence)
    parts = {**sums, **{f"outcomes.{result}": count for result, count in sums["outcomes"].items()}}
    rows = [
        Row(name, None, float(number), counted=True, why=f"flywheel explain context.children.together.{name}")
        for name, number in parts.items()
        if isinstance(number, int | float)
    ]
    return Account("reading", "counts of the flywheel and all below it, added up", rows)


def _costs(evidence: Evidence) -> Account:
    rule = "cost_per_month of the flywheel, which covers those below it, else the sum of theirs; of one currency"
    if monthly(evidence.wheel) is None:
        return Account("ratio", rule, [])
    return Account("sum", rule, list(_costs_of(evidence.wheel)))


def _costs_of(wheel: Wheel) -> Iterator[Row]:
    """The flywheel's own cost, else what those below it state."""
    own = wheel.settings.cost_per_month
    if own is None:
        for child in wheel.children:
            yield from _costs_of(child) if monthly(child) is not None else ()
        return
    why = f"cost_per_month of flywheel.toml, {wheel.settings.currency}"
    yield Row(f"flywheel {wheel.flywheel}", None, own, counted=True, why=why, group=wheel.flywheel)


# -- what several share, and whose direction is in doubt


def _doom_loops(evidence: Evidence) -> Account:
    rows = [
        Row(f"flywheel {wheel.flywheel}", None, None, word == "doom_loop", word.replace("_", " "))
        for wheel in below(evidence.wheel)
        for word in (verdict(wheel),)
    ]
    return Account("list", "those below whose doom loop is suspected", rows)


def _blockers(evidence: Evidence) -> Account:
    shared = {each.thing.id for each in shared_blockers(evidence)}
    rows = [
        Row(
            f"blocker {run.name}",
            rfc3339_or_none(moment(run.opened)),
            None,
            run.name in shared,
            "open in several" if run.name in shared else "open in this one alone",
            tuple(run.keys),
            group=wheel.flywheel,
        )
        for wheel in below(evidence.wheel)
        for run in wheel.blockers
        if run.closed is None
    ]
    return Account("list", "blockers of one name that are open in several of those below", rows)


def _inertia(evidence: Evidence) -> Account:
    newest = {wheel.flywheel: newest_organisation_map(wheel) for wheel in below(evidence.wheel)}
    rows = [
        Row(
            f"component {each.thing.id}",
            rfc3339_or_none(moment(drawn.time)),
            None,
            counted=True,
            why="resists moving on its newest organisation map",
            keys=(drawn.key,),
            group=flywheel,
        )
        for each in shared_inertia(evidence)
        for flywheel in dict.fromkeys(each.flywheels)
        if (drawn := newest[flywheel]) is not None
    ]
    return Account("list", "components with inertia on the organisation maps of several of those below", rows)


# -- one child


def _child(flywheel: str, _: Evidence) -> Account:
    hint = f"each child's own figures, by name below this one, and with flywheel explain FIGURE --flywheel {flywheel}"
    return Account("reading", hint, [])


def _count_of_child(child: Wheel, name: str, evidence: Evidence) -> Account:
    return Account("count", f"{name} of {child.flywheel}", _COUNTS[name](Evidence(child, evidence.window)))


def _figure_of_child(child: Wheel, name: str, evidence: Evidence) -> Account:
    path, operation = _FIGURES[name]
    account = _TELLERS[path](child, evidence.window)
    rule = account.rule or f"{path} of {child.flywheel}"
    return replace(account, operation=operation or account.operation, rule=rule)


# -- rows of one flywheel


def _turns(state: str, evidence: Evidence) -> list[Row]:
    turns_closed = closed_in(evidence.wheel, evidence.window, state)
    return [turn_row(turn, 1.0, f"{state} in the window") for turn in turns_closed]


def _with_outcome(result: str | None, evidence: Evidence) -> list[Row]:
    delivered = closed_in(evidence.wheel, evidence.window, "delivered")
    return [turn_row(turn, 1.0, turn.result or "no outcome") for turn in delivered if turn.result == result]


def _bets(evidence: Evidence) -> list[Row]:
    bets = released_in(evidence.value.bets, evidence.window)
    return [turn_row(bet.turn, 1.0, f"bets on {bet.metric.name}") for bet in bets]


def _open(evidence: Evidence) -> list[Row]:
    return [turn_row(turn, 1.0, "open at as_of") for turn in evidence.wheel.turns if turn.state == "open"]


def _deployments(evidence: Evidence) -> list[Row]:
    return [deployment_row(each, 1.0, each.outcome) for _, each in effective_in(evidence.wheel, evidence.window)]


def _incidents(evidence: Evidence) -> list[Row]:
    return [incident_row(each, 1.0, "opened in the window") for each in opened_in(evidence.wheel, evidence.window)]


def _events(evidence: Evidence) -> list[Row]:
    kinds = {fact.key: fact.kind for fact in evidence.wheel.facts}
    keys = evidence.wheel.tally.counted
    return [Row(kinds.get(key, "event"), None, 1.0, counted=True, why="counted", keys=(key,)) for key in keys]


_COUNTS: Mapping[str, Rows] = {
    "delivered": partial(_turns, "delivered"),
    "stopped": partial(_turns, "stopped"),
    "open": _open,
    "deployments": _deployments,
    "incidents": _incidents,
    "events": _events,
}
_SUMS: Mapping[str, Rows] = {
    "delivered": partial(_turns, "delivered"),
    "stopped": partial(_turns, "stopped"),
    **{f"outcomes.{result}": partial(_with_outcome, result) for result in ("met", "missed", "learned")},
    "outcomes.unknown": partial(_with_outcome, None),
    "bets": _bets,
    "deployments": _deployments,
    "incidents_opened": _incidents,
}
_TELLERS: Mapping[str, Teller] = {**turns.TELLERS, **dora.TELLERS, **drag.TELLERS, **value.TELLERS}
_FIGURES: Mapping[str, tuple[str, Operation | None]] = {
    "rate_per_28d": ("turns.rate_per_28d", None),
    "turn_time_hours": ("turns.turn_time_hours", None),
    **{f"momentum.{part}": (f"momentum.{part}", None) for part in ("rate_equivalent", "direction", "state")},
    **{path: (path, None) for path in drag.TELLERS if path.startswith("drag.")},
    "drag.rework_rate": ("drag.rework_rate", None),
    "deployments_per_week": ("dora.per_week", None),
    "lead_time_p50_hours": ("dora.lead_time_hours", "median"),
    "change_fail_rate": ("dora.change_fail_rate", None),
    "rework_rate": ("dora.rework_rate", None),
    "doom_loop": ("doom_loop", None),
    "constraint": ("turns.constraint", None),
    "hit_rate": ("value.hit_rate", None),
}
"""Of each figure of a child the one of the report whose rows make it, and the operation where it is another."""
