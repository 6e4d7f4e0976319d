"""`tick`, as the schedule calls it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions.tick.ticker import UnfinishedTickError
from shared.store.kept.attempts import SET_ASIDE
from shared.store.outbox.outbox_items import LedgerItem
from shared.store.table import names
from shared.store.table.items import SegmentItem, TurnItem
from shared.store.table.table import Table
from tests.fakes.lambda_context import CONTEXT
from tests.unit.domain.histories import History
from tests.unit.functions.record.test_record import message

pytestmark = pytest.mark.slow

TIME = {"scheduled_time": "2026-03-20T00:00:00Z"}


def recorded(handler: Callable[[str], Any]) -> None:
    history = History(flywheel="web").proposed("03-01", "cart").released("03-02", "basket", idea="cart")
    handler("record")({"Records": [message(str(n), body) for n, body in enumerate(history.events)]}, CONTEXT)


def states() -> list[str]:
    return [str(item.state) for item in Table("flywheel").query(TurnItem, "W#web", begins=names.TURN_SORT)]


def test_a_lost_stream_is_made_up_for_at_the_scheduled_time(handler: Callable[[str], Any]) -> None:
    recorded(handler)

    handler("tick")(TIME, CONTEXT)

    assert states() == ["delivered"]


def test_settings_in_the_bundle_count(handler: Callable[[str], Any], tmp_path: Path) -> None:
    (tmp_path / names.SETTINGS_FILE).write_text("[flywheels.web]\nsoak_days = 30\n")
    recorded(handler)

    handler("tick")(TIME, CONTEXT)

    assert states() == ["open"]


def test_overdue_messages_are_woken_through_the_outbox_queue(
    handler: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table("flywheel")
    due = {"due_pk": names.DUE_LEDGER, "due_at": "2026-03-19T00:00:00.000000Z"}
    told = {"summary": "s", "flywheel": "web", "turn": "cart", "key": "idea", "phase": 1, "channel": "c"}
    table.put(table.new(LedgerItem, "L#s", "LEDGER#c", state="pending", attempts=0, version=1, **told, **due))

    handler("tick")(TIME, CONTEXT)

    sqs = boto3.client("sqs")
    (woken,) = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="outbox")["QueueUrl"])["Messages"]
    assert json.loads(woken["Body"]) == {"wake": {"pk": "L#s", "sk": "LEDGER#c", "number": 0}}


def test_a_flywheel_that_fails_makes_the_tick_fail_after_the_others_are_done(handler: Callable[[str], Any]) -> None:
    recorded(handler)
    broken = History(flywheel="search").proposed("03-01", "list", id="s")
    handler("record")({"Records": [message("s", broken.events[0])]}, CONTEXT)
    table = Table("flywheel")
    table.put(table.new(SegmentItem, "F#search", f"{names.SEGMENT_SORT}broken", facts=b"\xff"))

    with pytest.raises(UnfinishedTickError, match="search"):
        handler("tick")(TIME, CONTEXT)
    assert states() == ["delivered"]


def test_a_flywheel_that_fails_again_and_again_is_counted_for_the_alarm(
    handler: Callable[[str], Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "flywheel-dev-tick")
    recorded(handler)
    table = Table("flywheel")
    table.put(table.new(SegmentItem, "F#web", f"{names.SEGMENT_SORT}broken", facts=b"\xff"))
    tick = handler("tick")

    for _ in range(SET_ASIDE):
        with pytest.raises(UnfinishedTickError, match="web"):
            tick(TIME, CONTEXT)

    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    (counted,) = [each for each in written if names.SET_ASIDE_METRIC in each]
    assert (counted[names.SET_ASIDE_METRIC], counted["function_name"]) == ([1.0], "flywheel-dev-tick")
