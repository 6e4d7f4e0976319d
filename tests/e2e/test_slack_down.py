"""Slack in trouble: every message arrives, once, late rather than never."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import FakeSlack, FaultParts
from engine.lambdas.chains import MOST
from shared.slack.queue import MOST_WAKES
from shared.store.table import names
from tests.e2e.story import (
    END,
    TOLD,
    Event,
    Started,
    dead_letters,
    event,
    items,
    one_turn,
    pass_days,
    put,
    replay,
    told,
)


def test_down_for_the_whole_run_then_up(started: Started, slack: FakeSlack) -> None:
    engine = started()
    slack.down()
    replay(engine, one_turn())
    assert slack.messages == []
    assert {item["state"]["S"] for item in items(engine, names.LEDGER)} == {"pending"}
    slack.up()
    pass_days(engine, END + timedelta(days=2))
    assert sorted(told(slack)) == sorted(TOLD[3:])  # of a turn that was over by then only its end is told
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
    assert set(told(slack)) > set(TOLD)  # the card that Slack took unheard stays as it was
    assert len(told(slack)) <= len(TOLD) + 1


BEGINS = datetime(2026, 3, 3, 9, 58, tzinfo=UTC)
IDEAS = 15


def many_turns() -> list[Event]:
    """Ideas proposed, worked on and released within the same minutes: a card and two replies each, in one channel."""
    sent = []
    for number in range(IDEAS):
        for minute, detail_type, detail in (
            (0, "Idea Proposed", {"title": f"Dim lamp {number}"}),
            (1, "Work Started", {}),
            (2, "Feature Released", {"feature": f"dusk-{number}"}),
        ):
            sent.append(event(detail_type, f"03T10:{minute:02}", f"{minute} {number}", idea=f"LAMP-{number}", **detail))
    return sent


@pytest.mark.parametrize("fault", [{"refused": True}, {"status": 500}, {"status": 429, "retry_after": 30}], ids=str)
def test_an_hour_of_it_makes_no_chain_that_lambda_would_stop(
    started: Started, slack: FakeSlack, fault: FaultParts
) -> None:
    engine = started(begin=BEGINS)
    slack.fail_next(100_000, **fault)
    put(engine, many_turns())
    engine.advance_to(BEGINS + timedelta(hours=1))
    assert slack.messages == []
    slack.mend()
    engine.advance_to(BEGINS + timedelta(hours=2))
    told_of = [message for message in slack.messages if "digest" not in message.text]
    cards = {message.text for message in told_of if message.thread_ts is None}
    assert (len(told_of), len(cards)) == (3 * IDEAS, IDEAS)
    assert engine.failures == []
    assert dead_letters(engine) == 0
    assert engine.chains["flywheel-dev-notify"] <= MOST_WAKES + 1 < MOST
