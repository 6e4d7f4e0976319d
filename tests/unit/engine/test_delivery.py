"""Queues, streams and schedules drive the functions as their mappings say."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from engine import Engine
from engine.errors import AssetError, DeploymentError, UnsupportedResourceError

pytestmark = pytest.mark.slow

Running = Callable[..., Engine]
Made = Callable[..., dict[str, Any]]
Resources = dict[str, Any]


def ids(engine: Engine) -> list[str]:
    return [item["pk"]["S"] for item in engine.table_items()]


def test_messages_come_in_batches_of_the_declared_size(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made(f"{number:02}") for number in range(25)])
    engine.drain()
    batches = [len(each.payload["Records"]) for each in engine.invocations if "taker" in each.function.lower()]
    assert batches == [10, 10, 5]


def test_a_poison_message_is_tried_as_often_as_the_queue_says_and_the_others_once(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a"), made("b", poison=True), made("c")])
    engine.settle()
    assert ids(engine) == ["a", "c"]
    assert [event["detail"]["id"] for event in engine.bodies("dead")] == ["b"]
    counts = [
        [record["attributes"]["ApproximateReceiveCount"] for record in each.payload["Records"]]
        for each in engine.invocations
        if "taker" in each.function.lower()
    ]
    assert counts == [["1", "1", "1"], ["2"], ["3"]]


def test_a_crash_returns_the_whole_batch_after_the_visibility_timeout(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a"), made("b", crash=True)])
    start = engine.clock.now()
    engine.drain()
    assert engine.messages("dead") == []
    engine.advance_to(start + timedelta(seconds=59))
    assert len(engine.failures) == 1
    engine.settle()
    assert len(engine.failures) == 3
    assert engine.clock.now() - start >= timedelta(seconds=180)
    assert len(engine.messages("dead")) == 2


def test_delays_follow_the_simulated_clock(running: Running) -> None:
    engine = running()
    body = json.dumps({"detail": {"id": "late"}})
    boto3.client("sqs").send_message(QueueUrl=engine.outputs["Inbox"], MessageBody=body, DelaySeconds=300)
    engine.advance_to(engine.clock.now() + timedelta(seconds=299))
    assert ids(engine) == []
    engine.advance_to(engine.clock.now() + timedelta(seconds=2))
    assert ids(engine) == ["late"]


def test_timestamps_in_payloads_come_from_the_engine_s_clock(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a")])
    engine.drain()
    taken, read = engine.invocations[0].payload["Records"][0], engine.invocations[1].payload["Records"][0]
    assert taken["attributes"]["SentTimestamp"] == "1772442000000"
    assert taken["attributes"]["ApproximateFirstReceiveTimestamp"] == "1772442000000"
    assert read["dynamodb"]["ApproximateCreationDateTime"] == 1772442000.0
    assert read["eventSourceARN"].startswith("arn:aws:dynamodb:us-east-1:123456789012:table/parts/stream/2026-03-02")


def test_a_stream_filter_lets_through_what_it_names(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a", kind="OTHER"), made("b")])
    engine.drain()
    assert engine.bodies("done") == [{"id": "b", "read": True}]


def test_a_poison_record_is_isolated_tried_again_and_told_to_the_destination(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a"), made("b", stream_poison=True), made("c"), made("d")])
    engine.settle()
    assert sorted({body["id"] for body in engine.bodies("done")}) == ["a", "c", "d"]
    notice = engine.bodies("dead")[0]
    assert notice["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert notice["DDBStreamBatchInfo"]["batchSize"] == 1
    assert "Records" not in notice
    assert engine.streams.abandoned == []


def test_without_a_destination_the_record_is_said_to_be_abandoned(running: Running, made: Made) -> None:
    def cut(resources: Resources) -> None:
        del resources["ReaderMapping"]["Properties"]["DestinationConfig"]

    engine = running(cut)
    engine.put_events([made("b", stream_poison=True)])
    engine.settle()
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in engine.streams.abandoned] == ["b"]


def test_a_schedule_fires_when_due_with_its_own_time(running: Running) -> None:
    engine = running()
    engine.advance_to(engine.clock.now() + timedelta(minutes=47))
    times = [invocation.result["at"] for invocation in engine.invocations]
    assert times == ["2026-03-02T09:15:00Z", "2026-03-02T09:30:00Z", "2026-03-02T09:45:00Z"]


def test_coalesced_only_the_last_due_moment_fires(running: Running) -> None:
    engine = running()
    engine.advance_to(engine.clock.now() + timedelta(days=30), coalesce=True)
    assert [invocation.result["at"] for invocation in engine.invocations] == ["2026-04-01T09:00:00Z"]


def test_a_schedule_that_was_left_out_stays_due(running: Running) -> None:
    engine = running()
    engine.advance_to(engine.clock.now() + timedelta(minutes=40), schedules=False)
    assert len(engine.invocations) == 0
    engine.advance_to(engine.clock.now() + timedelta(minutes=1))
    times = [invocation.result["at"] for invocation in engine.invocations]
    assert times == ["2026-03-02T09:15:00Z", "2026-03-02T09:30:00Z"]


def test_a_disabled_schedule_does_not_fire(running: Running) -> None:
    def disable(resources: Resources) -> None:
        resources["Schedule"]["Properties"]["State"] = "DISABLED"

    engine = running(disable)
    engine.advance_to(engine.clock.now() + timedelta(hours=2))
    assert len(engine.invocations) == 0


def test_a_schedule_without_permission_is_missed_and_says_why(running: Running) -> None:
    def forbid(resources: Resources) -> None:
        resources["SchedulerRole"]["Properties"]["Policies"] = []

    engine = running(forbid)
    engine.advance_to(engine.clock.now() + timedelta(minutes=15))
    assert "may not lambda:InvokeFunction" in engine.schedules.missed[0].reason


def test_a_failing_asynchronous_event_is_tried_three_times_then_sent_to_its_destination(running: Running) -> None:
    def crash(resources: Resources) -> None:
        resources["Clockwork"]["Properties"]["Environment"]["Variables"] = {"CRASH": "1"}
        resources["ClockRole"] = resources["ReaderRole"]
        resources["Schedule"]["Properties"]["ScheduleExpression"] = "at(2026-03-02T09:01:00)"
        resources["Async"] = {
            "Type": "AWS::Lambda::EventInvokeConfig",
            "Properties": {
                "FunctionName": {"Ref": "Clockwork"},
                "Qualifier": "$LATEST",
                "MaximumRetryAttempts": 2,
                "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["Dead", "Arn"]}}},
            },
        }

    engine = running(crash)
    engine.advance_to(engine.clock.now() + timedelta(minutes=5))
    assert len(engine.failures) == 3
    notice = engine.bodies("dead")[0]
    assert notice["requestPayload"] == {"scheduled_time": "2026-03-02T09:01:00Z"}
    assert notice["responsePayload"]["errorMessage"] == "as told"


def test_a_handler_keeps_its_globals_between_invocations_and_sees_its_bundle(running: Running) -> None:
    engine = running()
    engine.advance_to(engine.clock.now() + timedelta(minutes=30))
    assert [invocation.result["calls"] for invocation in engine.invocations] == [1, 2]
    assert engine.invocations[0].result["root"].endswith("/asset")


def test_a_variable_that_the_template_lacks_is_lacking_even_if_the_host_has_it(
    running: Running, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE_NAME", "parts")
    engine = running(lambda resources: resources["Taker"]["Properties"].pop("Environment"))
    engine.put_events([made("a")])
    engine.drain()
    assert [invocation.failure.type for invocation in engine.failures if invocation.failure] == ["KeyError"]


def test_a_dropped_permission_denies_the_call(running: Running, made: Made) -> None:
    def drop(resources: Resources) -> None:
        resources["TakerRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].pop()

    engine = running(drop)
    engine.put_events([made("a")])
    engine.drain()
    assert ids(engine) == []
    failure = engine.failures[0].failure
    assert failure is not None
    assert "not authorized to perform: dynamodb:PutItem" in failure.message
    assert [call.allowed for call in engine.calls if call.access.action == "dynamodb:PutItem"] == [False]


def test_without_permission_to_poll_nothing_is_polled(running: Running, made: Made) -> None:
    def drop(resources: Resources) -> None:
        resources["TakerRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].pop(0)

    engine = running(drop)
    engine.put_events([made("a")])
    engine.drain()
    assert len(engine.invocations) == 0
    assert len(engine.messages("inbox")) == 1


def test_every_call_is_remembered_with_its_function(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a")])
    engine.drain()
    found = {(call.function.split("-")[1], call.access.action) for call in engine.calls}
    assert ("Taker", "dynamodb:PutItem") in found
    assert ("Reader", "events:PutEvents") in found
    assert ("Taker", "sqs:ReceiveMessage") in found


def test_a_type_without_a_model_is_refused_by_name(running: Running) -> None:
    def add(resources: Resources) -> None:
        resources["Odd"] = {"Type": "AWS::Braket::Toaster", "Properties": {}}

    with pytest.raises(UnsupportedResourceError, match="AWS::Braket::Toaster"):
        running(add)


def test_a_reference_to_nothing_does_not_deploy(running: Running) -> None:
    def misname(resources: Resources) -> None:
        resources["Taker"]["Properties"]["Environment"]["Variables"]["TABLE_NAME"] = {"Ref": "Tabel"}

    with pytest.raises(DeploymentError, match="Tabel"):
        running(misname)


def test_code_that_was_never_synthesised_is_named(running: Running, made: Made) -> None:
    engine = running(lambda resources: resources["Taker"].pop("Metadata"))
    for resource in ("Reader", "Clockwork"):
        assert resource
    engine.put_events([made("a")])
    template: Any = engine.template
    template.assets.clear()
    with pytest.raises(AssetError, match=r"code\.zip"):
        engine.drain()


def test_two_runs_give_the_same_identifiers(running: Running, made: Made) -> None:
    engine = running()
    first = engine.put_events([made("a")])
    engine.__exit__()
    again = running().put_events([made("a")])
    assert first == again


def test_files_beside_the_code_are_what_its_functions_find_there_and_the_code_stays_as_it_was(
    running: Running, made: Made, tmp_path: Path
) -> None:
    engine = running(files={"settings.txt": b"mine"})
    function = engine.cloud.function(engine.function("Taker"))
    assert function is not None
    code = engine.lambdas.task_root_of(function)
    assert (code / "settings.txt").read_bytes() == b"mine"
    engine.put_events([made("a")])
    engine.drain()
    assert ids(engine) == ["a"]
    assert not list(tmp_path.rglob("settings.txt"))
