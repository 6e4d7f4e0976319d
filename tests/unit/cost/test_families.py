"""The report of a parent costs in proportion to its children, whatever they measure: counted, not timed."""

from datetime import timedelta
from functools import partial

import pytest

import events
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.bench.ground.mix import Days
from tests.unit.cost.counting import steps_of

PARENT = "company"


def steps(children: int) -> int:
    ids = [f"team-{number:02}" for number in range(children)]
    flywheels = [FlywheelSettings(id=PARENT), *(FlywheelSettings(id=each, parent=PARENT) for each in ids)]
    told = [event for each in ids for event in Days(each, names=f"{each} ").day(0)[-20:]]
    facts = [fact_of(events.decode(event)) for event in told]
    settings, as_of = Settings(flywheels={each.id: each for each in flywheels}), Days().at(1) + timedelta(hours=1)
    return steps_of(partial(report, facts, flywheel=PARENT, settings=settings, as_of=as_of))


@pytest.mark.slow
def test_twice_the_children_cost_twice_as_much() -> None:
    few, more, most = steps(8), steps(16), steps(32)
    assert most - more <= 2 * (more - few) * 1.15
