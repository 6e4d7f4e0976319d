"""Who comes again is tried alone, and what ended a process is not tried beside others again."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import pytest

from shared.pipeline import messages
from shared.pipeline import recording as recording_module
from shared.pipeline.recording import Message, Recorded
from shared.pipeline.returning import OutOfTimeError, Recording, record_apart
from shared.store.table import names
from tests.unit.store.driving import NOW, Driver, only_in_process
from tests.unit.store.memory import crashes, refused
from tests.unit.store.pipeline.test_recording import message, proposed

pytestmark = only_in_process


class KilledError(BaseException):
    """The process is gone."""


class Limit:
    """Time for so many messages alone; what is `slow` takes longer."""

    def __init__(self, most: int = 100) -> None:
        self.most = most

    def alone(self) -> AbstractContextManager[None]:
        self.most -= 1
        return nullcontext()

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def is_over(self) -> bool:
        return self.most <= 0


class Late(Limit):
    """Whatever is begun is late."""

    @contextmanager
    def together(self) -> Any:
        yield
        raise OutOfTimeError

    alone = together


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of what was read, in order; a message called poison ends the process."""
    order: list[str] = []
    read = messages.decode_message

    def reads(body: str, *more: Any) -> Any:
        name = next(part for part in body.split('"') if part.startswith(("m", "poison")))
        order.append(name)
        if name.startswith("poison"):
            raise KilledError
        return read(body, *more)

    monkeypatch.setattr(recording_module, "decode_message", reads)
    return order


def came(name: str, receives: int = 2, **more: Any) -> Message:
    told = message(name, proposed(name, **more))
    return Message(told.id, told.body, told.sent, again=receives > 1, receives=receives)


def taken(driver: Driver, messages: Sequence[Message], limit: Limit | None = None) -> Recorded:
    said = Recording(driver.store, driver.settings, lambda _, error: driver.failures.append(error), None)
    return record_apart(said, messages, limit or Limit())


def test_the_most_patient_comes_first_then_the_smallest_then_what_is_new(tried: list[str]) -> None:
    messages = [
        came("m-new", 1),
        came("m-large", title="x" * 50),
        came("m-small"),
        came("m-patient", 4, title="x" * 90),
    ]

    assert taken(Driver(), messages).accepted == 4
    assert tried == ["m-patient", "m-small", "m-large", "m-new"]


def test_what_ended_a_process_is_left_until_it_comes_alone(tried: list[str]) -> None:
    driver, batch = Driver(), [came("poison"), came("m-one", title="x" * 50), came("m-new", 1)]
    with pytest.raises(KilledError):
        taken(driver, batch)

    again = taken(driver, batch)
    assert (again.accepted, again.failed) == (2, ["poison"])
    assert tried == ["poison", "m-one", "m-new"]
    with pytest.raises(KilledError):
        taken(driver, [came("poison", 3)])


def test_who_was_recorded_before_the_process_ended_is_no_suspect(tried: list[str]) -> None:
    driver, batch = Driver(), [came("poison", title="x" * 50), came("m-one")]
    with pytest.raises(KilledError):
        taken(driver, batch)

    assert len(driver.items(names.EVENT)) == 1
    again = taken(driver, batch)
    assert (again.duplicate, again.failed) == (1, ["poison"])


def test_a_failure_of_its_own_makes_nobody_a_suspect() -> None:
    driver = Driver()
    driver.memory.before = lambda name, place, item: _fails(item)
    assert taken(driver, [came("m-one"), came("m-two")]).failed == ["m-one", "m-two"]

    driver.memory.before = lambda *_: None
    assert taken(driver, [came("m-one"), came("m-two")]).accepted == 2


def _fails(item: Any) -> None:
    if item is not None and item["kind"]["S"] == names.EVENT:
        raise refused("ThrottlingException")


def test_where_the_time_is_over_the_rest_comes_again_untried(tried: list[str]) -> None:
    driver = Driver()
    result = taken(driver, [came("m-1"), came("m-2"), came("m-3")], Limit(most=1))

    assert (result.accepted, len(result.failed)) == (1, 2)
    assert len(tried) == 1


def test_what_is_late_comes_again_and_is_no_suspect(tried: list[str]) -> None:
    driver = Driver()
    late = taken(driver, [came("m-old"), came("m-new", 1)], Late())

    assert late.failed == ["m-old", "m-new"]
    assert [type(error) for error in driver.failures] == [TimeoutError, TimeoutError]
    assert taken(driver, [came("m-old"), came("m-new")]).failed == []


def test_what_comes_for_the_first_time_writes_no_marks() -> None:
    driver = Driver()
    taken(driver, [came("m-new", 1)])
    assert driver.items(names.TRIED) == []
    taken(driver, [came("m-new")])
    (mark,) = driver.items(names.TRIED)
    assert int(mark[names.EXPIRES]["N"]) > NOW.timestamp()


def test_an_unexpected_error_in_reading_costs_only_its_own_message(monkeypatch: pytest.MonkeyPatch) -> None:
    read = messages.decode_message

    def reads(body: str, *more: Any) -> Any:
        if "m-bad" in body:
            raise MemoryError
        return read(body, *more)

    monkeypatch.setattr(recording_module, "decode_message", reads)
    result = taken(Driver(), [came("m-one", 1), came("m-bad", 1), came("m-two", 1)])
    assert (result.accepted, result.failed) == (2, ["m-bad"])


def test_where_nobody_can_tell_what_ended_a_process_only_what_came_before_comes_again() -> None:
    driver, batch = Driver(), [came("m-old"), came("m-new", 1)]
    driver.memory.before = crashes(0, refused("ThrottlingException"))
    assert (taken(driver, batch).failed, len(driver.failures)) == (["m-old"], 1)
    assert len(driver.items(names.EVENT)) == 1

    driver.memory.before = lambda *_: None
    assert taken(driver, [came("m-old", 3)]).accepted == 1
