"""What keeps a stack in order, by the command line: ledger, doctor's counts, redrive, rebuild, deletion."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from cli.main import main
from engine import Engine, FakeSlack
from shared.flywheel.summaries.card import CARD
from shared.flywheel.summaries.summary import TURN
from shared.store.table import names
from tests.e2e.story import (
    BEGIN,
    END,
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
    turns,
)

STACK = "flywheel-dev"
Flywheel = Callable[..., Any]


class Clock:
    """The CLI's clock: the engine's."""

    def __init__(self) -> None:
        self.engine: Engine | None = None

    def now(self) -> datetime:
        assert self.engine is not None
        return self.engine.clock.now()


@pytest.fixture
def running(started: Started, monkeypatch: pytest.MonkeyPatch) -> Started:
    """Starts an engine at whose time the CLI runs."""
    clock = Clock()
    monkeypatch.setattr("cli.moments.now", clock.now)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    def start(**how: Any) -> Engine:
        engine = clock.engine = started(**how)
        monkeypatch.setenv("AWS_DEFAULT_REGION", engine.cloud.region)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        return engine

    return start


@pytest.fixture
def flywheel(capsys: pytest.CaptureFixture[str]) -> Flywheel:
    """Run `flywheel … --json` and read the answer; a failure is its message."""

    def run(*arguments: str) -> Any:
        capsys.readouterr()
        code = main([*arguments, "--stack", STACK, "--json"])
        out, err = capsys.readouterr()
        return json.loads(out) if code == 0 or out else err

    return run


def envelope(sent: Event) -> str:
    """As a rule puts it into the inbox."""
    return json.dumps({**sent, "version": "0", "id": "e", "account": "123456789012", "region": "eu-west-1"})


def lay(engine: Engine, queue: str, body: str) -> None:
    url = engine.cloud.sqs.queues[f"{STACK}-{queue}"].physical_resource_id
    boto3.client("sqs", region_name=engine.cloud.region).send_message(QueueUrl=url, MessageBody=body)


def derived(engine: Engine) -> list[Any]:
    """Events, turns, transitions, summaries, messages."""
    kinds = (names.EVENT, names.TURN, names.TRANSITION, names.SUMMARY, names.LEDGER)
    return [item for kind in kinds for item in items(engine, kind)]


def test_the_ledger_tells_every_message_and_why_some_were_held_back(
    running: Started, slack: FakeSlack, flywheel: Flywheel
) -> None:
    engine = running()
    replay(engine, one_turn())
    sent = [each for each in flywheel("ledger")["messages"] if each["turn"] == "LAMP-7"]
    assert {each["phase"]: each["state"] for each in sent} == {
        CARD: "updated",
        1: "sent",
        3: "sent",
        TURN: "sent",
        4: "suppressed",
    }
    assert {(each["turn"], each["channel"]) for each in sent} == {("LAMP-7", "#value-flywheel")}

    old = event("Idea Proposed", "01T10:00", "late-idea", idea="LATE-1")
    put(engine, [old, event("Work Started", "02T10:00", "late-work", idea="LATE-1")])
    (held,) = (each for each in flywheel("ledger", "--state", "suppressed")["messages"] if each["turn"] == "LATE-1")
    assert held["channel"] is None
    assert "48 h" in held["reason"]
    assert "'nobody'" in flywheel("ledger", "--flywheel", "nobody")


def test_what_doctor_counts_adds_up_to_what_was_sent(running: Started, slack: FakeSlack, flywheel: Flywheel) -> None:
    engine = running()
    corrected = event("Idea Proposed", "03T10:00", "idea", idea="LAMP-7", title="Dim at dawn", revision=2)
    invalid = event("Incident Opened", "07T20:00", "nameless")
    sent = [*one_turn(), corrected, invalid]
    replay(engine, sent)
    put(engine, sent[:3])
    lay(engine, "inbox-dead", envelope(event("Work Started", "04T10:00", "lost", idea="LAMP-7")))

    counts = flywheel("doctor", "--slack-url", slack.url)["counts"]

    assert counts == {"accepted": 6, "counted": 5, "rejected": 1, "dead_lettered": 1}
    assert counts["accepted"] + counts["rejected"] + counts["dead_lettered"] == len(sent) + 1
    pass_days(engine, END + timedelta(days=5))
    assert flywheel("doctor", "--slack-url", slack.url)["counts"] == counts
    assert dead_letters(engine) == 0
    assert len(items(engine, names.DEAD)) == 1
    assert items(engine, names.SEALED)


@pytest.mark.parametrize(("executions", "state"), [(1_000, "ok"), (10, "warning")])
def test_doctor_says_what_a_small_account_runs_at_once(
    running: Started, slack: FakeSlack, flywheel: Flywheel, executions: int, state: str
) -> None:
    running(executions=executions)
    checks = {each["name"]: each for each in flywheel("doctor", "--slack-url", slack.url)["checks"]}
    assert checks["executions"]["state"] == state
    assert f"{executions} executions at once" in checks["executions"]["said"]
    assert ("service-quotas" in checks["executions"]["mend"]) is (state == "warning")


def test_trace_and_preview_ask_the_running_stack(running: Started, slack: FakeSlack, flywheel: Flywheel) -> None:
    engine = running()
    replay(engine, [*one_turn(), event("Incident Opened", "07T20:00", "nameless")])
    lay(engine, "inbox-dead", envelope(event("Work Started", "04T10:00", "lost", idea="LAMP-7")))
    pass_days(engine, END + timedelta(days=5))
    as_of = ("--as-of", "2026-03-19T08:05:00Z")

    (counted,) = flywheel("trace", "opened", *as_of)["found"]
    assert (counted["source"], counted["trace"]["state"]) == ("test.pipeline", "counted")
    assert any(part["figure"].startswith("dora.recovery") for part in counted["trace"]["parts"])
    fates = [flywheel("trace", name, *as_of)["found"][0]["deliveries"][0] for name in ("nameless", "lost")]
    assert [each["fate"] for each in fates] == ["rejected", "dead"]
    assert "incident" in fates[0]["why"]

    previewed = [each for each in flywheel("preview", "--weeks", "4", *as_of)["messages"] if not each["held"]]
    assert len(previewed) == len(slack.messages)


def test_a_dead_letter_is_put_back_from_its_queue_and_counted(
    running: Started, slack: FakeSlack, flywheel: Flywheel
) -> None:
    engine = running()
    replay(engine, one_turn())
    lay(engine, "inbox-dead", envelope(event("Work Started", "04T10:00", "lost", idea="LAMP-7")))

    assert flywheel("redrive", "--dry-run") == {"in_queues": 1, "letters": []}
    assert flywheel("redrive") == {"from_queues": 1, "inbox": 1, "outbox": 0, "needless": 0}
    engine.settle()
    assert [turn["phases"]["3"]["entered_at"] for turn in turns(engine)] == ["2026-03-04T10:00:00Z"]
    assert flywheel("redrive") == {"from_queues": 0, "inbox": 0, "outbox": 0, "needless": 0}


@pytest.mark.parametrize("days", [13, 29])
def test_what_was_counted_comes_back_as_a_dead_letter_and_changes_nothing(
    running: Started, slack: FakeSlack, flywheel: Flywheel, days: int
) -> None:
    engine = running()
    replay(engine, one_turn())
    for each in one_turn():
        lay(engine, "inbox-dead", envelope(each))
    lay(engine, "outbox-dead", json.dumps({"wake": {k: items(engine, names.LEDGER)[0][k]["S"] for k in ("pk", "sk")}}))
    pass_days(engine, END + timedelta(days=days))
    before, posted = derived(engine), told(slack)
    letters = flywheel("redrive", "--dry-run")["letters"]
    assert [each["back_to"] for each in letters] == ["inbox"] * 5 + ["outbox"]
    assert {each["id"] for each in letters[:5]} == {each["detail"]["id"] for each in one_turn()}

    assert flywheel("redrive") == {"from_queues": 0, "inbox": 5, "outbox": 1, "needless": 0}
    engine.settle()

    assert (derived(engine), told(slack)) == (before, posted)
    assert dead_letters(engine) == 0


def test_the_archive_replayed_after_29_days_changes_nothing(running: Started, slack: FakeSlack) -> None:
    engine = running()
    replay(engine, one_turn())
    pass_days(engine, BEGIN + timedelta(days=29))
    before, posted = derived(engine), told(slack)
    put(engine, [{**kept, "replay-name": "again"} for kept in one_turn()])

    assert (derived(engine), told(slack)) == (before, posted)
    assert engine.failures == []


def test_a_rebuild_brings_back_what_was_lost_and_tells_nobody_again(
    running: Started, slack: FakeSlack, flywheel: Flywheel
) -> None:
    engine = running()
    replay(engine, one_turn())
    pass_days(engine, END + timedelta(days=3))
    before, posted = turns(engine), told(slack)
    for item in [*items(engine, names.SEALED), *items(engine, names.WITNESS), *items(engine, names.TURN)]:
        _delete(engine, item)

    done = flywheel("rebuild")
    engine.settle()
    pass_days(engine, END + timedelta(days=4))

    assert (done["events"], done["written"], done["wheels"]) == (5, 5, 1)
    assert (turns(engine), told(slack)) == (before, posted)


def _delete(engine: Engine, item: dict[str, Any]) -> None:
    client = boto3.client("dynamodb", region_name=engine.cloud.region)
    client.delete_item(TableName=engine.outputs["TableName"], Key={name: item[name] for name in (names.PK, names.SK)})


def test_a_part_damaged_by_hand_raises_the_alarm_on_errors_and_is_mended(running: Started, slack: FakeSlack) -> None:
    engine = running()
    replay(engine, one_turn())
    pass_days(engine, END + timedelta(days=3))
    before = turns(engine)
    for item in [*items(engine, names.SEALED)[:1], *items(engine, names.TURN)]:
        _delete(engine, item)
    for _ in range(96 * 12):
        engine.advance_to(engine.clock.now() + timedelta(minutes=15), coalesce=True)
        if len(engine.failures) >= 2:
            break

    assert {failure.function for failure in engine.failures} == {f"{STACK}-tick"}
    assert all("made anew" in str(failure.failure) for failure in engine.failures)
    assert turns(engine) == before
    assert dead_letters(engine) == 0


def test_a_flywheel_is_deleted_only_after_a_yes(running: Started, slack: FakeSlack, flywheel: Flywheel) -> None:
    engine = running()
    replay(engine, [*one_turn(), event("Idea Proposed", "10T10:00", "other", idea="HEAT-1", flywheel="heating")])
    assert "--yes" in flywheel("delete-flywheel", "lighting")
    assert len(turns(engine)) == 2

    deleted = flywheel("delete-flywheel", "lighting", "--yes")["deleted"]

    assert deleted["events"] == 5
    assert [turn["turn"] for turn in turns(engine)] == ["HEAT-1"]
    assert {item["flywheel"]["S"] for item in items(engine, names.LEDGER)} == {"heating"}
    assert "LAMP-7" not in repr(engine.table_items())
