"""Streams of several shards: in order within a partition key, side by side otherwise."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from engine import Engine

pytestmark = pytest.mark.slow

Running = Callable[..., Engine]
Made = Callable[..., dict[str, Any]]
KEYS = "abcdefgh"
STEPS = 5


def small_batches(resources: dict[str, Any]) -> None:
    resources["ReaderMapping"]["Properties"]["BatchSize"] = 2


def read(engine: Engine) -> list[tuple[str, int]]:
    """(partition key, step) of each record, as they were handed to the reader."""
    images = [
        record["dynamodb"]["NewImage"]
        for each in engine.invocations
        if "Reader" in each.function
        for record in each.payload["Records"]
    ]
    return [(image["pk"]["S"], int(image["step"]["N"])) for image in images]


def written(engine: Engine, made: Made) -> list[tuple[str, int]]:
    """Each of the keys step by step, one after the other; returned as they were written."""
    order = [(key, step) for step in range(STEPS) for key in KEYS]
    for key, step in order:
        engine.put_events([made(key, step=step)])
        assert engine.queues.step()
    return order


@pytest.mark.parametrize("shards", [1, 2, 5])
def test_all_is_read_once_and_the_items_of_one_partition_key_in_their_order(
    running: Running, made: Made, shards: int
) -> None:
    engine = running(small_batches, shards=shards)
    order = written(engine, made)
    assert engine.streams.waiting() > 0
    engine.drain()
    handed = read(engine)
    assert sorted(handed) == sorted(order)
    assert [all(a < b for a, b in pairwise(step for key, step in handed if key == each)) for each in KEYS] == [True] * 8
    assert (handed == order) is (shards == 1)
    assert engine.is_quiet()


def test_shards_are_read_side_by_side(running: Running, made: Made) -> None:
    engine = running(small_batches, shards=3)
    written(engine, made)
    engine.drain()
    batches = [each.payload["Records"] for each in engine.invocations if "Reader" in each.function]
    keys = [{record["dynamodb"]["Keys"]["pk"]["S"] for record in batch} for batch in batches]
    first, last = keys[0], max(at for at, batch in enumerate(keys) if batch & keys[0])
    assert any(not batch & first for batch in keys[:last])


def test_a_batch_that_fails_blocks_its_own_shard_and_no_other(running: Running, made: Made) -> None:
    engine = running(small_batches, shards=4)
    engine.put_events([made("a", step=0, stream_poison=True)])
    engine.put_events([made(key, step=1) for key in KEYS])
    engine.drain()
    done = {body["id"] for body in engine.bodies("done")}
    assert "a" not in done
    assert len(done) >= 4
    engine.settle(timedelta(minutes=5))
    assert {body["id"] for body in engine.bodies("done")} == set(KEYS)
    assert len(engine.messages("dead")) == 1
