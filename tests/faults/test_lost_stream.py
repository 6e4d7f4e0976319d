"""The table's stream is lost: the next tick converges, and what is younger than 48 h is posted, once."""

from datetime import timedelta

import pytest

from shared.store.table import names
from tests.faults.pipeline import Pipeline
from tests.faults.stories import BEGIN, END, expected, first_lines, outcome, story
from tests.unit.domain.histories import History, commit, moment
from tests.unit.store.driving import Driver, later, turns_of

QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    "deaf",
    [{names.SEGMENT}, {names.TRANSITION}, {names.SEGMENT, names.TRANSITION}],
    ids=["project", "summarise", "both"],
)
def test_what_the_stream_never_told_is_made_up_for_and_posted_once(deaf: set[str]) -> None:
    right, pipeline = expected(), Pipeline(BEGIN)
    pipeline.deaf = set(deaf)
    for batch in story():
        pipeline.put(batch)
        pipeline.settle(pipeline.now + timedelta(seconds=30))
    assert pipeline.slack.messages == {}
    pipeline.lose_stream()

    for number in range(1, 97):
        pipeline.tick(BEGIN + number * QUARTER)
    pipeline.tick(END)
    pipeline.tick(END + QUARTER)

    found = outcome(pipeline)
    assert found == {key: right[key] for key in found}
    assert sorted(first_lines(pipeline)) == right["messages"]


def test_a_summary_that_was_lost_for_longer_than_48_hours_is_kept_and_not_posted() -> None:
    pipeline = Pipeline(BEGIN)
    pipeline.deaf = {names.SEGMENT}
    pipeline.put(story()[0])
    pipeline.settle(BEGIN + timedelta(hours=60))
    pipeline.lose_stream()

    pipeline.tick(BEGIN + timedelta(hours=61))

    assert pipeline.slack.messages == {}
    assert len(pipeline.driver.items(names.SUMMARY)) == 2


def test_recorded_changes_whose_waking_was_lost_are_found_with_their_repository() -> None:
    driver = Driver()
    deployed = History(flywheel="web").deployed("03-05 12:00", "d1", head="c1", repository="shop", idea="cart")
    pushed = History(flywheel=None, source="git").changed("03-04 12:00", "c1", commit("c1", "03-04 11:00"))
    driver.append(deployed.events, later(minutes=-2))
    driver.project()
    driver.append(pushed.events, later(minutes=-1))
    driver.lose_stream()

    driver.tick()

    assert driver.turns("web") == turns_of([*deployed.events, *pushed.events], "web", driver.settings)
    assert driver.turns("web")["idea cart"]["started_at"] == "2026-03-04T11:00:00Z"


def test_another_flywheel_is_found_though_the_last_segment_of_the_batch_was_a_repositorys() -> None:
    driver, proposed = Driver(), History(flywheel=None)
    proposed.proposed("03-01", "cart", flywheel="web").worked("03-03", idea="cart")
    claimed = History(flywheel="search", source="other").proposed("02-01", "cart")
    claimed.changed("03-04 12:00", "c1", commit("c1", "03-04 11:00"), flywheel=None)
    driver.append(proposed.events, later(minutes=-2))
    driver.project()
    driver.append(claimed.events, later(minutes=-1))
    driver.lose_stream()

    driver.tick()

    for wheel in ("web", "search"):
        assert driver.turns(wheel) == turns_of([*proposed.events, *claimed.events], wheel, driver.settings)
    assert driver.turns("web")["idea cart"]["phase"] == 1


def test_moments_of_the_story_are_younger_than_48_hours_when_it_begins() -> None:
    assert BEGIN - moment("03-04") < timedelta(hours=48)
