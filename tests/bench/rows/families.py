"""Families: the report of a parent of many children, where thousands of events belong to nobody."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import events
from shared.flywheel.facts.fact import Fact
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.store.log.append import Delivery, append
from shared.store.log.family import load_family
from shared.store.store import Store
from tests.bench.figure import Bar, Row, grown, row
from tests.bench.ground.lived import facts_of
from tests.bench.ground.mix import Days, Envelope
from tests.bench.ground.reported import reported
from tests.bench.ground.surroundings import Surroundings

PARENT = "company"
EACH = 20
"""Events of a child."""
NOBODY = "nobody"
AGE = 30
LINEAR = Bar(0.5, growth=1.2)


def rows(ground: Surroundings) -> Iterator[Row]:
    """From facts in memory: also of twice the children, and of twice the events that nobody owns."""
    children, unmapped = ground.sizes.family
    times = ground.sizes.rounds
    once = _reports(times, children, unmapped)
    of_children = {children: once, 2 * children: _reports(times, 2 * children, unmapped)}
    of_unmapped = {unmapped: once, 2 * unmapped: _reports(times, children, 2 * unmapped)}
    yield from _with_double(f"report of {{:,}} children, {unmapped:,} events of nobody's", of_children)
    yield _with_double(f"report of {children:,} children, {{:,}} events of nobody's", of_unmapped)[-1]


def from_store(ground: Surroundings) -> Iterator[Row]:
    """The same with reading, as a board's answer is made."""
    children, unmapped = ground.sizes.family
    settings, as_of = _settings(children), Days().at(AGE + 2)
    table = ground.table("family")
    deliveries = [Delivery(events.decode(event), as_of) for event in _events(children, unmapped)]
    for start in range(0, len(deliveries), 100):
        append(Store(table), deliveries[start : start + 100], settings)
    took = [_seconds(lambda: load_family(Store(table), PARENT, settings), settings) for _ in range(ground.sizes.rounds)]
    what = f"report of {children:,} children, {unmapped:,} events of nobody's, from the store"
    yield row(what, "s", Bar(0.5), took)


def _with_double(what: str, measured: dict[int, list[float]]) -> list[Row]:
    """The bar in seconds is that of the smaller; the larger shows how it grows."""
    small, large = grown(what, "s", LINEAR, measured)
    return [small, large._replace(bar=LINEAR._replace(most=None))]


def _reports(times: int, children: int, unmapped: int) -> list[float]:
    facts, settings = facts_of(_events(children, unmapped)), _settings(children)
    return [_seconds(lambda: facts, settings) for _ in range(times)]


def _seconds(facts: Callable[[], Sequence[Fact]], settings: Settings) -> float:
    as_of = Days().at(AGE + 1) + timedelta(hours=1)
    return reported(facts, PARENT, settings, as_of, EACH * len(settings.children_of(PARENT)))


def _settings(children: int) -> Settings:
    flywheels = [FlywheelSettings(id=PARENT), *(FlywheelSettings(id=_child(n), parent=PARENT) for n in range(children))]
    return Settings(flywheels={each.id: each for each in flywheels})


def _events(children: int, unmapped: int) -> Iterator[Envelope]:
    for number in range(children):
        yield from Days(_child(number), names=f"{_child(number)} ").day(AGE)[:EACH]
    deployments = (each for each in Days(NOBODY).span(10_000) if each["detail-type"] == "Deployment Finished")
    for number in range(unmapped):
        event = next(deployments)
        detail = {name: value for name, value in event["detail"].items() if name not in {"flywheel", "idea"}}
        yield {**event, "detail": {**detail, "id": f"{NOBODY}-{number}", "time": _time(number)}}


def _time(number: int) -> str:
    return (Days().at(AGE, 0) + timedelta(seconds=number)).isoformat()


def _child(number: int) -> str:
    return f"team-{number:03}"
