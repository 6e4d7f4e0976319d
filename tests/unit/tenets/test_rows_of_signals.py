"""The rows behind a signal, added up by hand, give its value, whatever the history."""

from typing import Any

import pytest
from hypothesis import given, settings

from shared.flywheel.explain.signals import ACCOUNTS
from shared.flywheel.explain.tenets import SIGNALS, signal_account
from shared.flywheel.figures.account import value_of
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.tenets.surveys import NAMES
from shared.flywheel.tenets.tenets import TENETS
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import window_of
from tests.unit.domain.histories import FLYWHEEL, MOMENTS, facts_of
from tests.unit.tenets.everything import FAMILY, HISTORIES

SENT = {signal.name: signal for tenet in TENETS for signal in tenet.signals}


def test_every_signal_but_those_of_surveys_has_rows() -> None:
    assert set(ACCOUNTS) == set(SENT) - NAMES


def added_up(wheel: Wheel, days: float) -> dict[str, tuple[Any, Any]]:
    window = window_of(wheel, days)
    evidence = Evidence(wheel, window)
    found = {}
    for name in ACCOUNTS:
        reading = SENT[name].read(evidence)
        if reading.known == "sent":
            found[name] = (value_of(signal_account(SIGNALS[f"tenets.{name}"], wheel, window)), reading.value)
    return found


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(HISTORIES, MOMENTS)
def test_the_rows_of_every_signal_add_up_to_it(history: list[Any], as_of: Any) -> None:
    for flywheel in ("shop", FLYWHEEL, "search"):
        for name, (rows, value) in added_up(fold(facts_of(history), flywheel, FAMILY, as_of), 28).items():
            assert rows == (value if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)), name
