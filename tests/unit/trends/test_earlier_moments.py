"""A flywheel as of an earlier moment is the same whether it was folded for that alone or beside later ones."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.flywheel.moments import micros
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import FLYWHEEL, MOMENTS, SETTINGS, facts_of, histories


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    histories(retracted=True, corrected=True), SETTINGS, MOMENTS, st.lists(st.integers(0, 60), min_size=1, max_size=3)
)
def test_earlier_moments_are_those_of_a_fold_of_their_own(
    history: list[Any], rules: Settings, as_of: datetime, days: list[int]
) -> None:
    facts = facts_of(history)
    for flywheel in (FLYWHEEL, "search"):
        past = fold(facts, flywheel, rules, as_of).past
        for day in sorted(days):
            moment = as_of - timedelta(days=day)
            found, alone = past.at(micros(moment)), fold(facts, flywheel, rules, moment, seen_from=as_of)
            for part in ("turns", "deployments", "failed", "incidents", "challenges", "first_event", "tally"):
                assert getattr(found, part) == getattr(alone, part), part
