"""The bill and the simulation, from what this run measured."""

from collections.abc import Iterator

from tests.bench.bill import idling, money, simulation
from tests.bench.bill.costs import costs
from tests.bench.figure import Row
from tests.bench.ground.surroundings import Surroundings
from tests.bench.rows import writing


def rows(ground: Surroundings) -> Iterator[Row]:
    """Past one machine, and in dollars; write units are measured first where no row has asked for them."""
    if ground.writes is None:
        list(writing.rows(ground))
    measured = costs(ground)
    yield from simulation.rows(measured)
    without_allowances = idling.idle(ground.resources)[-1].value
    yield from money.rows(measured, ground.writes or 0.0, without_allowances)
