"""Folds as of several moments share what does not depend on the moment, and say the same as folds that do not."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.flywheel.facts.fact import ChangeRecorded
from shared.flywheel.facts.sums import hash_of
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.sorted_out import Moments
from tests.unit.domain.histories import (
    FLYWHEEL,
    SETTINGS,
    facts_of,
    random_corrections,
    random_history,
    random_retractions,
)

END = datetime(2026, 6, 1, tzinfo=UTC)
some = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@some
@given(number=st.integers(0, 2**32 - 1))
def test_reports_of_shared_folds_equal_those_of_folds_alone_in_any_order_of_moments(number: int) -> None:
    chance = Random(number)
    history = random_history(number, chance.randint(1, 60))
    facts = facts_of([*history, *random_corrections(number + 1, history)])
    shared, rules = Moments(facts), Settings()
    for _ in range(6):
        at = END - timedelta(days=chance.uniform(0, 180))
        together = report_of(fold(shared, FLYWHEEL, rules, at), rules.window_days)
        alone = report_of(fold(facts, FLYWHEEL, rules, at), rules.window_days)
        assert together == alone


@pytest.mark.slow
@some
@given(number=st.integers(0, 2**32 - 1), rules=SETTINGS)
def test_reports_of_facts_that_came_to_others_equal_those_of_all_of_them(number: int, rules: Settings) -> None:
    """Several times, as in a process that stays; with corrections and retractions, and memories that end in between."""
    chance = Random(number)
    size = chance.randint(1, 60)
    history = [*random_history(number, size), *random_retractions(number + 2, size)]
    facts = facts_of([*history, *random_corrections(number + 1, history)])
    chance.shuffle(facts)
    base = Moments(facts[: chance.randint(0, len(facts))])
    for length in sorted(chance.randint(len(base), len(facts)) for _ in range(4)):
        at = END - timedelta(days=chance.choice((chance.uniform(0, 180), chance.uniform(-740, -640))))
        for flywheel in (FLYWHEEL, "search"):
            together = fold(Moments(facts[:length], base), flywheel, rules, at)
            alone = fold(facts[:length], flywheel, rules, at)
            assert report_of(together, rules.window_days) == report_of(alone, rules.window_days)
            assert set(together.facts) == set(alone.facts)
            events = (fact for fact in alone.facts if type(fact) is not ChangeRecorded)
            assert (together.receipts.sum() - sum(map(hash_of, events))) % (1 << 64) == 0
