"""One turn of the wheel, from the bus to Slack, through the stack as it was synthesised."""

import json
import re
from typing import Any

import pytest

from engine import Engine, FakeSlack
from shared.store.table import names
from tests.e2e.story import TOLD, Started, dead_letters, items, one_turn, put, replay, told, turns


@pytest.mark.parametrize("shards", [1, 4])
def test_a_turn_is_told_phase_by_phase_and_once_each(started: Started, slack: FakeSlack, shards: int) -> None:
    engine = started(stream_shards=shards)
    replay(engine, one_turn())
    assert sorted(told(slack)) == sorted(TOLD)
    assert {message.channel for message in slack.messages} == {"#value-flywheel"}
    assert all(message.blocks for message in slack.messages)
    [turn] = turns(engine)
    assert (turn["state"], turn["turn_time_hours"], turn["weight"]) == ("delivered", 239.0, 0.5)
    assert {item["state"]["S"] for item in items(engine, names.LEDGER)} == {"sent"}


def test_nothing_fails_or_is_refused_on_the_way(started: Started) -> None:
    engine = started()
    replay(engine, one_turn())
    assert engine.failures == []
    assert [call for call in engine.calls if not call.allowed] == []
    assert dead_letters(engine) == 0
    assert (engine.router.undelivered, engine.streams.abandoned, engine.schedules.missed) == ([], [], [])


def test_putting_everything_again_changes_nothing(started: Started, slack: FakeSlack) -> None:
    engine = started()
    replay(engine, one_turn())
    before, messages = standing(engine), slack.messages
    put(engine, one_turn())
    assert standing(engine) == before
    assert slack.messages == messages


def standing(engine: Engine) -> list[Any]:
    """All but where known facts may lie once more, and how far they were looked at."""
    kinds = (names.EVENT, names.NAME, names.TURN, names.TRANSITION, names.SUMMARY, names.LEDGER, names.REJECTED)
    return [item for item in engine.table_items() if item[names.KIND]["S"] in kinds]


def test_the_archive_keeps_what_producers_sent_and_not_what_we_say(started: Started) -> None:
    engine = started()
    replay(engine, one_turn())
    [archive] = engine.cloud.events.archives.values()
    assert [kept["detail-type"] for kept in archive.events] == [sent["detail-type"] for sent in one_turn()]


def test_a_second_run_tells_the_very_same(started: Started, slack: FakeSlack) -> None:
    engine = started()
    replay(engine, one_turn())
    first = read(slack)
    engine.__exit__()
    slack.clear()
    replay(started(), one_turn())
    assert read(slack) == first


def read(slack: FakeSlack) -> list[tuple[str, str]]:
    """The messages without the address of the board: another stack has another one, signed with another key."""
    board = re.compile(r"<https://[^|]*\|Open the board>")
    return [(message.text, board.sub("", json.dumps(message.blocks))) for message in slack.messages]
