"""Buses, rules and targets, read from what is deployed."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from engine import Engine, PutEventsError
from engine.eventbridge.inputs import input_of

pytestmark = pytest.mark.slow

Running = Callable[..., Engine]
Made = Callable[..., dict[str, Any]]
Resources = dict[str, Any]


def test_an_event_goes_through_every_kind_of_part(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a")])
    engine.drain()
    assert engine.bodies("done") == [{"id": "a", "read": True}]


def test_only_what_the_pattern_names_is_delivered(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([{**made("a"), "DetailType": "Part Lost"}])
    assert engine.messages("inbox") == []


def test_the_archive_keeps_what_its_pattern_names(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a")])
    engine.drain()
    kept: list[Any] = engine.cloud.events.archives["parts"].events
    assert [event["detail"]["id"] for event in kept] == ["a"]


def test_a_disabled_rule_delivers_nothing(running: Running, made: Made) -> None:
    def disable(resources: Resources) -> None:
        resources["ToInbox"]["Properties"]["State"] = "DISABLED"

    engine = running(disable)
    engine.put_events([made("a")])
    assert engine.messages("inbox") == []


def test_without_a_queue_policy_the_event_goes_to_the_rule_s_dead_letter_queue(running: Running, made: Made) -> None:
    engine = running(lambda resources: resources.pop("InboxPolicy"))
    engine.put_events([made("a")])
    assert [event["detail"]["id"] for event in engine.bodies("lost")] == ["a"]
    assert engine.router.undelivered == []


def test_without_a_dead_letter_queue_either_the_event_is_gone_and_said_to_be(running: Running, made: Made) -> None:
    def cut(resources: Resources) -> None:
        del resources["InboxPolicy"]
        del resources["ToInbox"]["Properties"]["Targets"][0]["DeadLetterConfig"]

    engine = running(cut)
    engine.put_events([made("a")])
    assert "does not let EventBridge send" in engine.router.undelivered[0].reason


def test_a_target_that_does_not_exist_is_a_dead_letter(running: Running, made: Made) -> None:
    def misdirect(resources: Resources) -> None:
        resources["ToInbox"]["Properties"]["Targets"][0]["Arn"] = "arn:aws:sqs:us-east-1:123456789012:nowhere"

    engine = running(misdirect)
    engine.put_events([made("a")])
    assert len(engine.bodies("lost")) == 1


def test_angle_brackets_in_a_detail_come_through_unchanged(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([made("a", title="<source> & <detail-type>")])
    assert engine.bodies("inbox")[0]["detail"]["title"] == "<source> & <detail-type>"


def test_a_client_s_put_events_takes_the_same_way(running: Running, made: Made) -> None:
    engine = running()
    answer = boto3.client("events").put_events(Entries=[made("a"), {**made("b"), "Detail": "{"}])
    assert answer["FailedEntryCount"] == 1
    assert [event["detail"]["id"] for event in engine.bodies("inbox")] == ["a"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
        ({"Detail": ""}, "InvalidArgument"),
        ({"Detail": "[1]"}, "MalformedDetail"),
        ({"Source": "aws.ec2"}, "NotAuthorizedForSourceException"),
    ],
)
def test_a_bad_entry_is_refused_alone(running: Running, made: Made, change: dict[str, str], code: str) -> None:
    engine = running()
    results = engine.put_events([{**made("a"), **change}, made("b")])
    assert results[0]["ErrorCode"] == code
    assert "EventId" in results[1]


def test_a_request_above_the_limits_is_refused_whole(running: Running, made: Made) -> None:
    engine = running()
    with pytest.raises(PutEventsError):
        engine.router.put_events([made(str(number)) for number in range(11)])
    with pytest.raises(PutEventsError):
        engine.router.put_events([made("a", filling="x" * 1024 * 1024)])
    assert engine.messages("inbox") == []


def test_a_bus_that_does_not_exist_swallows_what_is_put_on_it(running: Running, made: Made) -> None:
    engine = running()
    assert "EventId" in engine.put_events([{**made("a"), "EventBusName": "elsewhere"}])[0]
    assert engine.messages("inbox") == []


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ({}, {"detail": {"id": "a", "n": [1, 2]}}),
        ({"Input": '{"constant": 1}'}, {"constant": 1}),
        ({"InputPath": "$.detail.n[1]"}, 2),
        ({"InputPath": "$.detail.missing"}, None),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"id": "$.detail.id", "n": "$.detail.n"},
                    "InputTemplate": '{"said": "id <id> of <n>", "n": <n>}',
                }
            },
            {"said": "id a of [1, 2]", "n": [1, 2]},
        ),
        ({"InputTransformer": {"InputPathsMap": {"id": "$.detail.id"}, "InputTemplate": '"<id>"'}}, "a"),
    ],
)
def test_what_a_target_gets(target: dict[str, Any], wanted: Any) -> None:
    assert input_of(target, {"detail": {"id": "a", "n": [1, 2]}}) == wanted


def test_times_of_entries_are_kept_and_those_without_one_get_the_clock_s(running: Running, made: Made) -> None:
    engine = running()
    engine.put_events([{**made("a"), "Time": "2026-01-02T03:04:05+01:00"}, made("b")])
    assert [event["time"] for event in engine.bodies("inbox")] == ["2026-01-02T02:04:05Z", "2026-03-02T09:00:00Z"]


def test_a_rule_on_a_function_invokes_it(running: Running, made: Made) -> None:
    def target_function(resources: Resources) -> None:
        rule = resources["ToInbox"]["Properties"]
        rule["Targets"] = [{"Id": "t", "Arn": {"Fn::GetAtt": ["Clockwork", "Arn"]}, "InputPath": "$.detail"}]

    engine = running(target_function)
    engine.put_events([made("a", scheduled_time="now")])
    engine.drain()
    assert engine.invocations[-1].result["at"] == "now"


def test_events_of_aws_services_reach_the_default_bus(running: Running) -> None:
    def onto_default(resources: Resources) -> None:
        resources["ToInbox"]["Properties"]["EventBusName"] = "default"
        resources["ToInbox"]["Properties"]["EventPattern"] = {"source": [{"prefix": "aws."}]}

    engine = running(onto_default)
    entry = {"Source": "aws.codepipeline", "DetailType": "Stage", "Detail": json.dumps({"id": "a"})}
    engine.put_events([entry], as_service=True)
    assert len(engine.bodies("inbox")) == 1
