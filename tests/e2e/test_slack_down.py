"""Slack in trouble: every message arrives, once, late rather than never."""

from datetime import timedelta

import pytest

from engine import FakeSlack, FaultParts
from shared.store.table import names
from tests.e2e.story import END, TOLD, Started, dead_letters, items, one_turn, pass_days, replay, told


def test_down_for_the_whole_run_then_up(started: Started, slack: FakeSlack) -> None:
    engine = started()
    slack.down()
    replay(engine, one_turn())
    assert slack.messages == []
    assert {item["state"]["S"] for item in items(engine, names.LEDGER)} == {"pending"}
    slack.up()
    pass_days(engine, END + timedelta(days=2))
    assert sorted(told(slack)) == sorted(TOLD)
    assert dead_letters(engine) == 0


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429, "retry_after": 30}, {"error": "fatal_error"}])
def test_every_second_call_goes_wrong(started: Started, slack: FakeSlack, fault: FaultParts) -> None:
    engine = started()
    for each in one_turn():
        slack.fail_next(**fault)
        replay(engine, [each], until=engine.clock.now())
    pass_days(engine, END + timedelta(days=1))
    assert sorted(told(slack)) == sorted(TOLD)


def test_a_lost_answer_costs_at_most_one_duplicate(started: Started, slack: FakeSlack) -> None:
    engine = started()
    slack.fail_next(lost=True)
    replay(engine, one_turn())
    assert set(told(slack)) == set(TOLD)
    assert len(told(slack)) <= len(TOLD) + 1
