"""Recursive loops, counted and stopped as Lambda does."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

from engine import Engine
from engine.account.tracing import trace_of
from engine.lambdas.chains import header_of, lineage_of, mark_of
from tests.unit.engine.conftest import allow, arn

pytestmark = pytest.mark.slow

Running = Callable[..., Engine]
Resources = dict[str, Any]


def looping(resources: Resources, delay: int = 5) -> None:
    """The taker sends each message back to its own queue, to be received after a delay in seconds."""
    taker = resources["Taker"]["Properties"]
    taker["Handler"] = "functions.looper.handler"
    taker["Environment"]["Variables"] |= {"QUEUE_URL": {"Ref": "Inbox"}, "DELAY": str(delay)}
    resources["TakerRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(
        allow(["sqs:SendMessage"], arn("Inbox"))
    )


def through_events(resources: Resources) -> None:
    """The taker writes an item, the stream's reader puts an event, and the event comes back to the taker's queue."""
    resources["ToInbox"]["Properties"]["EventPattern"] = {"source": ["reader", "factory"]}


def send(engine: Engine, body: dict[str, Any], delay: int = 0) -> None:
    url = engine.outputs["Inbox"]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(body), DelaySeconds=delay)


def runs(engine: Engine) -> list[list[str]]:
    """The messages of each invocation of the taker that ran."""
    taken = [each.payload["Records"] for each in engine.invocations if "Taker" in each.function]
    return [[json.loads(record["body"]).get("id", "") for record in records] for records in taken]


def test_the_seventeenth_invocation_of_a_chain_is_stopped_and_its_message_ends_in_the_dead_letter_queue(
    running: Running,
) -> None:
    engine = running(looping)
    send(engine, {"id": "a"})
    engine.settle()
    assert runs(engine) == [["a"]] * 16
    assert [(each.failure.type, len(each.payload["Records"])) for each in engine.lambdas.recursive if each.failure] == [
        ("RecursiveInvocationException", 1)
    ] * 3  # as often as the queue hands it out: Lambda refuses each time
    assert [body["times"] for body in engine.bodies("dead")] == [16]
    assert [count for name, count in engine.chains.items() if "Taker" in name] == [16]
    assert engine.failures == list(engine.lambdas.recursive)


def test_messages_that_nobody_sends_back_are_chains_of_one(running: Running) -> None:
    engine = running(looping)
    for _ in range(20):
        send(engine, {"times": 0})
        engine.settle()
    assert list(engine.chains.values()) == [1]
    assert engine.failures == []


def test_another_chain_in_the_same_queue_goes_on_where_one_was_stopped(running: Running) -> None:
    engine = running(looping)
    send(engine, {"id": "a"})
    engine.advance_to(engine.clock.now() + timedelta(seconds=5 * 16 + 30), schedules=False)
    assert len(engine.lambdas.recursive) > 0
    send(engine, {"id": "b"})
    engine.drain()
    assert runs(engine)[-1] == ["b"]


def test_of_a_batch_the_longest_chain_counts_for_all_of_it(running: Running) -> None:
    engine = running(looping)
    send(engine, {"id": "a"})
    engine.advance_to(engine.clock.now() + timedelta(seconds=4), schedules=False)
    send(engine, {"id": "b"}, delay=1)
    engine.advance_to(engine.clock.now() + timedelta(seconds=2), schedules=False)
    assert runs(engine) == [["a"], ["a", "b"]]
    lineages = [lineage_of([str(trace_of(message))]) for message in engine.messages("inbox")]
    assert [list(lineage.values()) for lineage in lineages] == [[2], [2]]


def test_a_loop_through_a_table_and_a_bus_is_not_seen_as_on_aws(
    running: Running, made: Callable[..., dict[str, Any]]
) -> None:
    engine = running(through_events)
    engine.put_events([made("a")])
    for _ in range(100):
        assert engine.tick()
    assert len(runs(engine)) > 16
    assert max(engine.chains.values()) == 1


@pytest.mark.parametrize(
    ("headers", "longest"),
    [
        ([], {}),
        (["Root=1-a-b;Parent=c;Sampled=1"], {}),
        (["Root=1-a-b;Lineage=a87bd80c:1,68fd508a:5"], {"a87bd80c": 1, "68fd508a": 5}),
        (["Lineage=a87bd80c:1", "Lineage=a87bd80c:7;Sampled=0"], {"a87bd80c": 7}),
        (["Lineage=a87bd80c:many"], {"a87bd80c": 0}),
    ],
)
def test_a_lineage_is_read_from_trace_headers(headers: list[str], longest: dict[str, int]) -> None:
    assert lineage_of(headers) == longest


def test_a_lineage_comes_back_as_it_was_written() -> None:
    lineage = {mark_of("arn:a"): 3, mark_of("arn:b"): 16}
    header = header_of("a request", lineage)
    assert lineage_of([header]) == lineage
    assert header.startswith("Root=1-")
