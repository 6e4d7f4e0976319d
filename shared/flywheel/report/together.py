"""A flywheel and all below it as one: what can be added up, and nothing that cannot (value §8)."""

from collections.abc import Iterator
from typing import Any

from shared.flywheel.actions.shared import Shared, below, shared_blockers, shared_inertia
from shared.flywheel.distribution import total
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.value.bets import released_in
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import closed_in, effective_in, opened_in


def of_all(evidence: Evidence) -> Iterator[Evidence]:
    """The flywheel's evidence and that of each below it, of the same window."""
    yield evidence
    for wheel in below(evidence.wheel):
        yield Evidence(wheel, evidence.window)


def together(evidence: Evidence) -> dict[str, Any]:
    """Counts over the flywheel and its descendants; medians and shares are never pooled."""
    wheels = list(of_all(evidence))
    outcomes = [each.value.counts() for each in wheels]
    return {
        "delivered": sum(len(closed_in(each.wheel, each.window, "delivered")) for each in wheels),
        "stopped": sum(len(closed_in(each.wheel, each.window, "stopped")) for each in wheels),
        "outcomes": {result: sum(counts[result] for counts in outcomes) for result in outcomes[0]},
        "bets": sum(len(released_in(each.value.bets, each.window)) for each in wheels),
        "deployments": sum(len(effective_in(each.wheel, each.window)) for each in wheels),
        "incidents_opened": sum(len(opened_in(each.wheel, each.window)) for each in wheels),
        "cost_per_month": monthly(evidence.wheel),
    }


def monthly(wheel: Wheel) -> float | None:
    """Cost a month: the flywheel's own, which covers those below it, else the sum of theirs; None without any.

    Costs in several currencies have no sum.
    """
    own = wheel.settings.cost_per_month
    if own is not None:
        return own
    costs = [(child.settings.currency, cost) for child in wheel.children if (cost := monthly(child)) is not None]
    currencies = {currency for currency, _ in costs}
    return total(cost for _, cost in costs) if len(currencies) == 1 else None


def shared_figures(evidence: Evidence) -> dict[str, Any]:
    """Things that several of those below share, by name, with whose they are."""
    return {
        "blockers": [_entry(each) for each in shared_blockers(evidence)],
        "inertia": [_entry(each) for each in shared_inertia(evidence)],
    }


def _entry(shared: Shared) -> dict[str, Any]:
    thing = shared.thing
    return {"id": thing.id, "title": thing.title, "url": thing.url, "flywheels": list(dict.fromkeys(shared.flywheels))}
