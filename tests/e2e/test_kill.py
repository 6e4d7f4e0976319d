"""`flywheel up` killed at any moment: started again on the same directory it goes on, and nothing happens twice."""

import json
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from engine import REGION, FakeSlack, entry_of
from shared.store.table import names
from tests.e2e.story import Event

pytestmark = pytest.mark.takes(40)

PATIENCE_SECONDS = 120
SERVE = """
import sys
from pathlib import Path
from engine import Engine, Server

assembly, data, slack, token = sys.argv[1:]


def fill_secret(engine: Engine) -> None:
    engine.put_secret(engine.outputs["SlackSecretArn"], token)


engine = Engine.from_template(Path(assembly), endpoints={"SLACK_API_URL": slack})
with Server(engine, data_dir=Path(data), prepare=fill_secret) as server:
    print(server.url, flush=True)
    server.wait()
"""


class Up:
    """One life of the server."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.process, self.url = process, url

    def client(self, service: str) -> Any:
        credentials = {"aws_access_key_id": "embedded", "aws_secret_access_key": "embedded"}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **credentials)

    def look(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/_engine/status") as answer:
            status: dict[str, Any] = json.load(answer)
        return status

    def put(self, events: list[Event]) -> None:
        bus = self.look()["outputs"]["BusName"]
        for each in events:
            self.client("events").put_events(Entries=[entry_of(each, bus)])

    def quiet(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not (status := self.look())["quiet"]:
            assert time.monotonic() < until, status
            time.sleep(0.1)
        assert status["trouble"] is None

    def tick(self) -> None:
        """The clock's next tick, sooner than in a quarter of an hour: it takes up what a killed process left to it."""
        at = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = json.dumps({"scheduled_time": at})
        answer = self.client("lambda").invoke(FunctionName="flywheel-dev-tick", Payload=event)
        assert "FunctionError" not in answer, answer["Payload"].read()
        self.quiet()

    def items(self, *kinds: str) -> list[str]:
        """Items of these kinds without what says how often they were written."""
        table = self.look()["outputs"]["TableName"]
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        found = [item for page in pages for item in page["Items"] if item[names.KIND]["S"] in kinds]
        return sorted(json.dumps({k: v for k, v in item.items() if k != "version"}, default=str) for item in found)


Begin = Callable[[], Any]


@pytest.fixture
def begin(assembly: Path, slack: FakeSlack, tmp_path: Path) -> Begin:
    """Starts the server on the same directory as before; what is still running at the end is killed."""

    @contextmanager
    def run() -> Iterator[Up]:
        command = [sys.executable, "-c", SERVE, str(assembly), str(tmp_path / "data"), slack.url, slack.token]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, "the server did not start"
            yield Up(process, url)
        finally:
            process.kill()
            process.wait()

    return run


def recent(count: int) -> list[Event]:
    """Turns that are under way now: nothing of them is history, so all of it is told."""
    now = datetime.now(tz=UTC).replace(microsecond=0)
    sent = []
    for number in range(count):
        idea = f"I-{number}"
        for hours, detail_type, detail in (
            (6, "Idea Proposed", {"title": idea}),
            (4, "Work Started", {}),
            (2, "Feature Released", {"feature": f"f-{number}"}),
        ):
            moment = (now - timedelta(hours=hours, minutes=number)).isoformat()
            body = {"id": f"{detail_type} {number}", "time": moment, "flywheel": "lighting", "idea": idea, **detail}
            sent.append({"source": "test", "detail-type": detail_type, "time": moment, "detail": body})
    return sent


def test_killed_again_and_again_then_replayed_nothing_is_lost_or_changed(begin: Begin, slack: FakeSlack) -> None:
    sent, chance, kills = recent(4), random.Random(5), 0
    waiting = list(sent)
    while waiting:
        with begin() as up:
            up.put(waiting[:4])
            del waiting[:4]
            time.sleep(chance.random())
            up.process.kill()
            kills += 1
    with begin() as up:
        up.quiet()
        up.tick()
        once, told = up.items(names.TURN, names.EVENT), slack.messages
        up.put(sent)
        up.quiet()
        assert up.items(names.TURN, names.EVENT) == once
        assert slack.messages[: len(told)] == told
        assert len(up.items(names.EVENT)) == len(sent)
    beginnings = [message.text.partition(";")[0] for message in told if "digest" not in message.text.partition(".")[0]]
    # A card, and two replies in its thread. Killed between Slack's answer and writing it down, a message is posted once
    # more: at most one for each kill.
    cards = {f"I-{number} is in Long-Term Value" for number in range(4)}
    assert cards <= {beginning.partition(".")[0] for beginning in beginnings}
    assert 3 * 4 <= len(beginnings) <= 3 * 4 + kills


def test_a_refused_event_is_refused_once_and_a_dead_letter_stays(begin: Begin) -> None:
    bad = {**recent(1)[0]}
    bad["detail"] = {**bad["detail"], "time": "yesterday"}
    with begin() as up:
        up.put([bad])
        url = up.look()["outputs"]["OutboxQueueUrl"].replace("outbox", "failures")
        up.client("sqs").send_message(QueueUrl=url, MessageBody="kept for a person")
        up.quiet()
        time.sleep(1)
        up.process.kill()
    with begin() as up:
        up.quiet()
        assert len(up.items(names.REJECTED)) == 1
        messages = up.client("sqs").receive_message(QueueUrl=url)["Messages"]
        assert [message["Body"] for message in messages] == ["kept for a person"]
