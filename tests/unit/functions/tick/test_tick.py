"""`tick`, as the schedule calls it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions.tick.ticker import UnfinishedTickError
from shared.store.kept.attempts import SET_ASIDE
from shared.store.outbox.outbox_items import LedgerItem
from shared.store.table import names
from shared.store.table.items import SegmentItem, TurnItem
from shared.store.table.keys import arrival_of
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


def counted(output: str) -> dict[str, float]:
    """The metrics that a function wrote into its log."""
    written = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    return {metric["Name"]: each[metric["Name"]][0] for each in written for metric in metrics_of(each)}


def metrics_of(line: dict[str, Any]) -> list[dict[str, str]]:
    return [metric for part in line["_aws"]["CloudWatchMetrics"] for metric in part["Metrics"]]


def wait(since: str | None, sort: str = "LEDGER#c", due: str = "2026-03-20T00:30:00.000000Z") -> None:
    """An entry of the ledger that is tried again later."""
    table = Table("flywheel")
    fields = {"summary": "s", "flywheel": "web", "turn": "cart", "key": "idea", "phase": 1, "channel": "c"}
    times = {"due_pk": names.DUE_LEDGER, "due_at": due, "waits_since": since}
    table.put(table.new(LedgerItem, "L#s", sort, state="failed", attempts=7, version=1, **fields, **times))


def test_the_message_that_slack_takes_not_for_longest_is_an_error_and_a_metric(
    handler: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    wait("2026-03-19T22:00:00.000000Z")
    wait("2026-03-19T19:30:00.000000Z", "LEDGER#d", "2026-03-20T00:45:00.000000Z")
    wait(None, "LEDGER#e")

    handler("tick")(TIME, CONTEXT)

    output = capsys.readouterr().out
    assert counted(output) == {names.WAITING_METRIC: 270}
    (error,) = [json.loads(line) for line in output.splitlines() if '"messages wait"' in line]
    assert (error["level"], error["since"]) == ("ERROR", "2026-03-19T19:30:00+00:00")


def test_what_nobody_folded_since_it_came_is_a_metric(
    handler: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(handler)
    segments = Table("flywheel").query(SegmentItem, "F#web", begins=names.SEGMENT_SORT)
    arrived = min(filter(None, (arrival_of(str(item.sk)) for item in segments)))
    handler("tick")(TIME, CONTEXT)
    minutes = (datetime.fromisoformat(TIME["scheduled_time"]) - arrived) // timedelta(minutes=1)
    assert counted(capsys.readouterr().out) == {"accepted": 2, "duplicate": 0, "rejected": 0, "ignored": 0} | {
        names.BEHIND_METRIC: minutes
    }
    handler("tick")({"scheduled_time": "2026-03-20T00:15:00Z"}, CONTEXT)
    assert counted(capsys.readouterr().out) == {}
