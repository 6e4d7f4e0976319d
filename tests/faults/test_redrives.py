"""Deliveries come again days and weeks later, from dead letters or the archive: nothing changes, nothing is said."""

from datetime import timedelta
from typing import Any

import pytest

from shared.store.table import names
from tests.faults.pipeline import Pipeline
from tests.faults.stories import BEGIN, END, expected, first_lines, outcome, play, sent, story
from tests.unit.domain.histories import History
from tests.unit.store.driving import report_of, turns_of
from tests.unit.store.memory import Raw, refused


def stored(pipeline: Pipeline) -> dict[str, Any]:
    """Everything in the table but how far its wheels and its sealing have come."""
    passing = {names.WHEEL, names.NAME, names.SEGMENT, names.SEALED, names.WITNESS}
    rows = pipeline.memory.rows.items()
    return {f"{pk} {sk}": row for (pk, sk), row in rows if row[names.KIND]["S"] not in passing}


@pytest.mark.parametrize("days", [13, 29, 60])
def test_everything_again_after_days_changes_nothing_and_posts_nothing(days: int) -> None:
    """13 days: dead letters just before SQS drops them; 29: the archive; 60: what was kept beside the queue."""
    pipeline = play(Pipeline(BEGIN))
    pipeline.tick(END + timedelta(days=3))
    before, told = stored(pipeline), dict(pipeline.slack.messages)

    pipeline.settle(BEGIN + timedelta(days=days))
    pipeline.put(sent())
    pipeline.tick(BEGIN + timedelta(days=days, hours=1))

    assert stored(pipeline) == before
    assert pipeline.slack.messages == told


def test_what_first_comes_through_after_13_days_among_the_dead_counts_and_is_not_posted() -> None:
    pipeline = Pipeline(BEGIN)

    def broken(operation: str, place: str, item: Raw | None) -> None:
        if operation == "put" and place.startswith("E#"):
            raise refused("ValidationException")

    pipeline.memory.before = broken
    pipeline.put(story()[0])
    pipeline.settle(BEGIN + timedelta(days=13))
    assert len(pipeline.inbox.dead) == len(story()[0])

    pipeline.memory.before = lambda *_: None
    pipeline.redrive()
    pipeline.tick(BEGIN + timedelta(days=13, hours=1))

    at, settings = pipeline.now, pipeline.driver.settings
    assert pipeline.inbox.dead == []
    assert pipeline.driver.report("web", at) == report_of(story()[0], "web", settings, at)
    assert pipeline.driver.turns("web") == turns_of(story()[0], "web", settings, at)


def test_a_replay_beside_new_events_counts_the_new_ones_only() -> None:
    right, pipeline = expected(), play(Pipeline(BEGIN))
    new = History(flywheel="web", source="ci").proposed("03-13 02:00", "list", id="new").events

    pipeline.put([*sent(), *new, *sent()])
    pipeline.tick(END + timedelta(hours=6))

    found = outcome(pipeline)
    assert found["counts"].counted == right["counts"].counted + 1
    assert found["turns"]["web"] == turns_of([*sent(), *new], "web", pipeline.driver.settings, END + timedelta(hours=6))
    assert sorted(first_lines(pipeline)) == sorted([*right["messages"], "list is in Clarity of Purpose"])
