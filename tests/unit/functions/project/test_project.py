"""`project`, as Lambda calls it, with what the table's stream says after `record`."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.store.log.identity import EventItem
from shared.store.table import names
from shared.store.table.items import TransitionItem, TurnItem, WheelItem
from shared.store.table.table import Table
from tests.fakes.lambda_context import CONTEXT
from tests.unit.domain.histories import History
from tests.unit.functions.record.test_record import message

pytestmark = pytest.mark.slow


def inbox(history: History) -> dict[str, Any]:
    return {"Records": [message(str(number), body) for number, body in enumerate(history.events)]}


def test_segments_of_the_stream_become_turns_and_transitions(
    handler: Callable[[str], Any], stream: Callable[[], dict[str, Any]]
) -> None:
    history = History(flywheel="web").proposed("03-01", "cart").deployed("03-02", "d1", idea="cart")
    handler("record")(inbox(history), CONTEXT)

    assert handler("project")(stream(), CONTEXT) == {"batchItemFailures": []}

    table = Table("flywheel")
    (turn,) = table.query(TurnItem, "W#web", begins=names.TURN_SORT)
    (transition,) = table.query(TransitionItem, "W#web", begins=names.TRANSITION_SORT)
    assert (turn.turn, turn.state, int(transition.phase)) == ("cart", "open", 1)
    assert stream() == {"Records": []}, "project wakes nobody"


def test_a_flywheel_that_cannot_be_folded_has_its_records_handed_over_again(
    handler: Callable[[str], Any], stream: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler("record")(inbox(History(flywheel="web").proposed("03-01", "cart")), CONTEXT)
    batch = stream()
    monkeypatch.setenv("TABLE_NAME", "missing")

    answer = handler("project")(batch, CONTEXT)

    assert answer["batchItemFailures"] == [{"itemIdentifier": batch["Records"][0]["dynamodb"]["SequenceNumber"]}]


def test_the_moment_of_a_fold_is_the_end_of_the_second_in_which_the_newest_segment_was_written(
    handler: Callable[[str], Any], stream: Callable[[], dict[str, Any]]
) -> None:
    handler("record")(inbox(History(flywheel="web").proposed("03-01", "cart")), CONTEXT)
    handler("project")(stream(), CONTEXT)

    wheel = Table("flywheel").get(WheelItem, "W#web", names.WHEEL_SORT)
    assert wheel is not None
    assert wheel.as_of == "2026-03-10T12:00:01.000000Z"


def test_a_correction_rewrites_the_event_and_its_turn_each_under_its_version(
    handler: Callable[[str], Any], stream: Callable[[], dict[str, Any]]
) -> None:
    """In DynamoDB's own terms (moto): a put if absent, then puts if the version is the one that was read."""
    for revision, title in ((1, "A cart"), (2, "A basket")):
        told = History(flywheel="web").proposed("03-01", "cart", revision=revision, title=title)
        handler("record")(inbox(told), CONTEXT)
        handler("project")(stream(), CONTEXT)

    table = Table("flywheel")
    (turn,) = table.query(TurnItem, "W#web", begins=names.TURN_SORT)
    (event,) = [item for item in table.of(EventItem).scan() if item.kind == names.EVENT]
    assert (int(turn.version), int(event.version)) == (2, 2)
    assert "A basket" in turn.shows
