"""One delivery, or one flywheel, that nobody can handle: all others go on, and it is kept where a person finds it."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from engine import Engine
from engine.lambdas.function import Failure, Function, Work
from engine.lambdas.in_process import InProcess
from shared.store.kept.counting import counts
from shared.store.segments.hints import naming
from shared.store.segments.things import Named
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.keys import flywheel_partition
from shared.store.table.table import Table
from tests.e2e.story import Event, Started, event, items, turns

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
WHEELS = ("lighting", "heating", "cooling")


def proposals() -> list[Event]:
    """One idea for each of three flywheels."""
    told = [event("Idea Proposed", "05T10:00", f"idea-{wheel}", idea=f"I-{wheel}") for wheel in WHEELS]
    for each, wheel in zip(told, WHEELS, strict=True):
        each["detail"]["flywheel"] = wheel
    return told


def damage(engine: Engine, pk: str, sk: str, kind: str) -> None:
    """Somebody wrote an item by hand that nobody can read: of a format to come, and no facts."""
    item = {names.PK: {"S": pk}, names.SK: {"S": sk}, names.KIND: {"S": kind}, "facts": {"B": b"\xff"}}
    item[names.FORMAT] = {"N": "99"}
    client = boto3.client("dynamodb", region_name=engine.cloud.region)
    client.put_item(TableName=engine.outputs["TableName"], Item=item)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "middle", "last"])
def test_a_poisoned_delivery_ends_among_the_dead_and_the_others_of_its_batch_count(
    started: Started, place: int
) -> None:
    engine, sent = started(begin=NOW), proposals()
    damage(engine, *naming(Named("idea", f"I-{WHEELS[place]}"), "another").at, names.NAME)
    invalid = event("Idea Proposed", "05T10:00", "bad")
    for each in (*sent, invalid):
        engine.put_event(each, engine.outputs["BusName"])

    engine.settle()

    others = sorted(wheel for number, wheel in enumerate(WHEELS) if number != place)
    assert sorted(turn["turn"] for turn in turns(engine)) == [f"I-{wheel}" for wheel in others]
    [dead] = engine.bodies("inbox-dead")
    assert dead["detail"] == sent[place]["detail"]
    counted = counts(Store(Table(engine.outputs["TableName"])), NOW + timedelta(days=1))
    assert (counted.accepted, counted.counted, counted.rejected) == (2, 2, 1)
    assert counted.counted + counted.rejected + len(engine.messages("inbox-dead")) == len(sent) + 1


@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "middle", "last"])
def test_a_flywheel_that_cannot_be_folded_holds_up_no_other_of_the_stream(started: Started, place: int) -> None:
    engine, sent = started(begin=NOW), proposals()
    damage(engine, flywheel_partition(WHEELS[place]), f"{names.SEGMENT_SORT}2026-01-01", "none")
    for each in sent:
        engine.put_event(each, engine.outputs["BusName"])
        engine.queues.step()

    engine.settle()

    others = sorted(wheel for number, wheel in enumerate(WHEELS) if number != place)
    assert sorted(turn["turn"] for turn in turns(engine)) == [f"I-{wheel}" for wheel in others]
    assert len(items(engine, names.EVENT)) == 3
    told: list[Any] = engine.bodies("failures")
    assert [notice["requestContext"]["condition"] for notice in told] == ["RetryAttemptsExhausted"]


class KilledError(BaseException):
    """The process is gone: no handler of ours catches it."""


class Dying(InProcess):
    """Runs handlers as ever, but what `ends` raises comes out of the middle of each message with a poison in it."""

    def __init__(self, ends: type[BaseException]) -> None:
        super().__init__()
        self._ends = ends
        self._poisoned: set[ModuleType] = set()

    def _handler(self, function: Function) -> Callable[..., Any]:
        handler = super()._handler(function)
        recording = sys.modules.get("shared.pipeline.recording")
        if recording is not None and recording not in self._poisoned:
            self._poisoned.add(recording)
            self._poison(recording)
        return handler

    def _poison(self, recording: ModuleType) -> None:
        read = recording.decode_message

        def reads(body: str, *more: Any) -> Any:
            if "poison" in body:
                raise self._ends
            return read(body, *more)

        recording.decode_message = reads  # type: ignore[attr-defined]  # a module of the run

    def run(self, function: Function, work: Work) -> tuple[Any, Failure | None, str]:
        try:
            return super().run(function, work)
        except KilledError:
            return None, Failure("Runtime.ExitError", "signal: killed"), ""


def poison(number: int) -> Event:
    return event("Idea Proposed", "05T10:00", f"poison-{number}", idea="poison")


def innocent(number: int) -> Event:
    return event("Idea Proposed", "05T10:00", f"innocent-{number}", idea=f"I-{number}", title="innocent" * 20)


@pytest.mark.parametrize(("ends", "first"), [(KilledError, 2), (MemoryError, 12)], ids=["killed", "out of memory"])
def test_what_ends_the_process_costs_no_neighbour_its_place_in_the_log(
    started: Started, ends: type[BaseException], first: int
) -> None:
    """Some in the first batch, and another with everything that comes later, whoever comes back beside it."""
    engine = started(begin=NOW)
    engine.lambdas.runner = Dying(ends)
    for number in range(12):
        engine.put_event(innocent(number), engine.outputs["BusName"])
        if number < first:
            engine.put_event(poison(number), engine.outputs["BusName"])
    for later in range(12, 18):
        engine.queues.step()
        engine.put_event(poison(later), engine.outputs["BusName"])
        engine.put_event(innocent(later), engine.outputs["BusName"])
        engine.advance_to(engine.clock.now() + timedelta(seconds=183), schedules=False)

    engine.settle()

    assert sorted(turn["turn"] for turn in turns(engine)) == sorted(f"I-{number}" for number in range(18))
    dead = sorted(body["detail"]["id"] for body in engine.bodies("inbox-dead"))
    assert dead == sorted(f"poison-{number}" for number in (*range(first), *range(12, 18)))
