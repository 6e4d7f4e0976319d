"""What a warm process keeps of sealed facts says the same as the facts themselves."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.flywheel.facts.sums import Sums
from shared.flywheel.moments import micros
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.sorted_out import Moments
from shared.pipeline.advance import advance
from shared.store.projections.transition_items import Past
from shared.store.segments.sealed_facts import SealedFacts
from tests.unit.domain.histories import FLYWHEEL, facts_of, random_corrections, random_history
from tests.unit.store.driving import NOW, Driver, only_in_process

pytestmark = pytest.mark.slow
some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@only_in_process
@some
@given(number=st.integers(0, 2**32 - 1))
def test_the_past_of_remembered_and_fresh_facts_is_that_of_all_of_them(number: int) -> None:
    chance = Random(number)
    history = random_history(number, chance.randint(2, 60))
    if chance.random() < 0.5:
        history = [*history, *random_corrections(number + 1, history)]
    facts = facts_of(history)
    chance.shuffle(facts)
    sealed = SealedFacts(facts[: chance.randint(0, len(facts))])
    known = [*sealed.copies.values(), *facts[len(sealed.facts) :]]
    remembering, alone = Past(Moments(known, sealed.moments), Settings()), Past(Moments(facts), Settings())
    for _ in range(5):
        at = NOW - timedelta(days=chance.uniform(0, 200))
        assert remembering.until(at) == alone.until(at)
        assert remembering.count(at) == alone.count(at)


@only_in_process
@some
@given(number=st.integers(0, 2**32 - 1))
def test_sums_of_sets_without_a_fact_in_common_add_up_to_the_sum_of_both(number: int) -> None:
    facts = facts_of(random_history(number, 30))
    middle, at = len(facts) // 2, micros(NOW)
    both, one, other = Sums(facts), Sums(facts[:middle]), Sums(facts[middle:])
    assert both.until(at) == one.until(at) + other.until(at) & (1 << 64) - 1
    assert both.count(at) == one.count(at) + other.count(at)


@only_in_process
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 2**32 - 1))
def test_what_a_warm_process_folds_from_what_it_remembers_a_cold_one_finds_as_it_is(number: int) -> None:
    chance = Random(number)
    events = random_history(number, chance.randint(10, 60))
    events += random_corrections(number + 1, events)
    chance.shuffle(events)
    driver = Driver()
    cuts = sorted(chance.sample(range(1, len(events)), 3))
    for day, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(events)], strict=True)):
        at = NOW + timedelta(days=3 * day)
        driver.append(events[start:end], at)
        driver.tick(at)
        driver.tick(at + timedelta(days=2, hours=1))
        advance(driver.store, FLYWHEEL, driver.settings, at + timedelta(days=2, hours=2))
        advance(driver.store, FLYWHEEL, driver.settings, at + timedelta(days=2, hours=3))
        cold = advance(driver.another().store, FLYWHEEL, driver.settings, at + timedelta(days=2, hours=3))
        assert (cold.turns, cold.transitions, cold.wheel) == (0, 0, False)
    assert not driver.failures
