"""Facts that commit 2f91353 stored are completed from their EVENT items, some at each tick, and nobody notices."""

from datetime import timedelta

import pytest

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import copy_of
from shared.flywheel.report.report import report
from shared.pipeline.advance import advance_all
from shared.pipeline.upkeep.auditing import audit_partition, audit_wheel
from shared.pipeline.upkeep.reached import DONE, PARTS_WRITTEN, reached_of
from shared.store.log.family import load_family
from shared.store.log.identity import identity_of
from shared.store.segments.pack import unpack
from shared.store.table import names
from tests.faults.pipeline import KilledError, Pipeline
from tests.fixtures.upgraded import WHEELS, left_behind, of_kind, upgraded

pytestmark = pytest.mark.slow

QUARTER = timedelta(minutes=15)


def sealed(pipeline: Pipeline) -> list[Fact]:
    return [fact for item in of_kind(pipeline, names.SEALED) for fact in unpack(item["facts"]["B"])]


def lacking(pipeline: Pipeline) -> int:
    return sum(fact.source is None for fact in sealed(pipeline))


def logged(pipeline: Pipeline) -> dict[object, Fact]:
    identities = (identity_of(pipeline.driver.table, item) for item in of_kind(pipeline, names.EVENT))
    return {copy_of(fact): fact for identity in identities for fact in identity.facts}


def what_transitions_show(pipeline: Pipeline) -> list[tuple[str, str, str]]:
    items = of_kind(pipeline, names.TRANSITION)
    return sorted((item["pk"]["S"], item["sk"]["S"], item["digest"]["S"]) for item in items)


def refilled(pipeline: Pipeline, most: int = 60) -> Pipeline:
    """Tick until all is completed."""
    for number in range(1, most):
        pipeline.driver.tick(pipeline.now + number * QUARTER)
        if reached_of(pipeline.driver.table).is_done:
            return pipeline
    raise AssertionError(reached_of(pipeline.driver.table))


def refilled_directly(pipeline: Pipeline) -> None:
    """Some ticks that nobody tries again."""
    for _ in range(5):
        pipeline.driver.tick(pipeline.now + QUARTER)


def test_each_tick_completes_a_bounded_share_and_keeps_how_far_it_came() -> None:
    pipeline = upgraded()
    before, parts = lacking(pipeline), len(list(of_kind(pipeline, names.SEALED)))
    assert before > 1_500

    pipeline.driver.tick(pipeline.now + QUARTER)

    reached = reached_of(pipeline.driver.table)
    assert reached.partition.startswith("F#")
    assert before - lacking(pipeline) > 0
    assert len(list(of_kind(pipeline, names.SEALED))) == parts
    first = {item["sk"]["S"] for item in of_kind(pipeline, names.SEALED)}
    pipeline.driver.tick(pipeline.now + 2 * QUARTER)
    further = reached_of(pipeline.driver.table)
    assert (further.partition, further.part) > (reached.partition, reached.part)
    assert len({item["sk"]["S"] for item in of_kind(pipeline, names.SEALED)} - first) <= PARTS_WRITTEN


def test_in_the_end_every_sealed_fact_is_as_its_event_tells_it() -> None:
    pipeline = upgraded()
    driver, settings = pipeline.driver, pipeline.driver.settings
    advance_all(driver.store, settings, WHEELS, pipeline.now, lambda _, error: driver.failures.append(error))
    shown = what_transitions_show(pipeline)
    at = pipeline.now

    refilled(pipeline)

    known = logged(pipeline)
    assert all(known[copy_of(fact)] == fact for fact in sealed(pipeline))
    assert {fact.source for fact in sealed(pipeline)} >= {"ci", "pagerduty/example", "github/example/web"}
    pipeline.driver.restart()
    for wheel in WHEELS:
        facts = load_family(pipeline.driver.store, wheel, settings)
        assert report(facts, flywheel=wheel, settings=settings, as_of=at) == report(
            known.values(), flywheel=wheel, settings=settings, as_of=at
        )
    assert what_transitions_show(pipeline) == shown
    assert pipeline.driver.settings == settings
    assert reached_of(pipeline.driver.table).partition == DONE


def test_what_the_audit_finds_after_refilling_is_nothing() -> None:
    driver = refilled(upgraded()).driver
    at = left_behind().at + timedelta(days=1)

    wrong = [audit_partition(driver.table, partition) for partition in sorted(driver.store.hints.everywhere())]
    wrong += [audit_wheel(driver.store, wheel, driver.settings, at) for wheel in WHEELS]

    assert [each for each in wrong if each] == []


@pytest.mark.parametrize(("step", "before"), [(3, True), (40, False), (90, True)])
def test_a_tick_that_dies_while_refilling_loses_nothing(step: int, before: bool) -> None:
    pipeline = upgraded()
    known = {copy_of(fact) for fact in sealed(pipeline)}
    numbers = iter(range(10**6))

    def watch(operation: str, place: str, _: object) -> None:
        if "SEALED#" in place and operation == "put" and next(numbers) == step:
            setattr(pipeline.memory, "before" if before else "after", lambda *_: None)
            raise KilledError

    setattr(pipeline.memory, "before" if before else "after", watch)
    with pytest.raises(KilledError):
        refilled_directly(pipeline)
    pipeline.start()

    refilled(pipeline)

    assert {copy_of(fact) for fact in sealed(pipeline)} >= known
    assert lacking(pipeline) == 0


def test_segments_of_an_earlier_release_are_completed_when_they_are_sealed() -> None:
    pipeline = refilled(upgraded())
    assert any(fact.source is None for item in of_kind(pipeline, names.SEGMENT) for fact in unpack(item["facts"]["B"]))

    for day in range(2, 6):
        pipeline.driver.tick(pipeline.now + timedelta(days=day))

    assert list(of_kind(pipeline, names.SEGMENT)) == []
    assert lacking(pipeline) == 0


def test_a_fact_whose_event_is_gone_stays_as_it_is() -> None:
    pipeline = upgraded()
    gone = next(iter(of_kind(pipeline, names.EVENT)))
    pipeline.memory.rows.pop((gone["pk"]["S"], gone["sk"]["S"]))

    refilled(pipeline)

    assert {f"{fact.key:016x}" for fact in sealed(pipeline) if fact.source is None} == {gone["pk"]["S"][2:]}
