"""A stack whose links end, with time or with their key, or that has none; what a first look asks; the first events."""

from datetime import datetime, timedelta

import boto3
import pytest

from engine import Engine, FakeSlack
from shared.links.link_key import KEPT_SECONDS, LinkKey
from shared.store.table import names
from tests.e2e.looking.callers import asked, links, looked
from tests.e2e.story import Started, items, one_turn, put, replay

REPORT = "/report/lighting.json"
BOARD = "flywheel-dev-board"


@pytest.fixture
def turned(started: Started) -> Engine:
    """A stack that has seen a turn, five minutes after its last tick."""
    engine = started()
    replay(engine, one_turn())
    return engine


def test_a_link_is_void_two_weeks_later_and_after_another_key(turned: Engine, slack: FakeSlack) -> None:
    link = links(slack)[-1]
    turned.advance_to(datetime.fromisoformat("2026-03-22T23:59:00Z"), coalesce=True)
    assert looked(turned, link).status == 200
    turned.advance_to(datetime.fromisoformat("2026-03-23T00:00:00Z"), coalesce=True)
    assert looked(turned, link).status == 404


def test_nobody_gets_in_by_an_old_link_once_the_key_is_replaced(
    turned: Engine, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = links(slack)[-1]
    client = boto3.client("ssm", region_name=turned.cloud.region)
    LinkKey(client, "/flywheel-dev/board/link-key").replace()
    monkeypatch.setattr("time.monotonic", lambda: 1e9 + KEPT_SECONDS)

    assert looked(turned, link).status == 404


def test_where_links_are_off_messages_have_none_and_nobody_answers_to_one(started: Started, slack: FakeSlack) -> None:
    engine = started(settings="board.links = false\n")
    replay(engine, one_turn())

    assert slack.messages
    assert links(slack) == []
    assert engine.http("GET", "/board/lighting?s=x", {}).status == 404
    assert not engine.cloud.ssm._parameters["/flywheel-dev/board/link-key"]


def test_the_first_events_show_at_the_next_tick(turned: Engine) -> None:
    """A flywheel that nobody knew has its report a quarter of an hour later, without a restart of anything."""
    put(turned, [{**one_turn()[0], "source": "other", "detail": {**one_turn()[0]["detail"], "flywheel": "heating"}}])
    assert asked(turned, "/report/heating.json").status == 404
    turned.advance_to(turned.clock.now() + timedelta(minutes=15))
    assert asked(turned, "/report/heating.json").status == 200
    assert len(items(turned, names.ANSWER)) == 2


def test_a_look_folds_nothing_and_writes_nothing(turned: Engine, slack: FakeSlack) -> None:
    before, calls = turned.table_items(), len(turned.calls)

    asked(turned, REPORT)
    looked(turned, links(slack)[-1])

    made = [call.access.action for call in list(turned.calls)[calls:] if call.function == BOARD]
    assert made == ["dynamodb:GetItem", "ssm:GetParameter", "dynamodb:GetItem"]
    assert turned.table_items() == before
