"""The process dies at every step of a tick that makes, corrects and announces digests: each is made and posted once."""

from datetime import timedelta
from typing import Any

import pytest

from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.summaries.digest import digest_of
from shared.store.outbox.outbox_items import SummaryItem
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from shared.store.table.keys import wheel_partition
from tests.faults.pipeline import Pipeline
from tests.unit.domain.histories import History, commit, moment
from tests.unit.store.driving import facts_of

MONDAY = moment("03-09 09:00")
"""When the digest of the week is due."""
LATER = MONDAY + timedelta(hours=2)


def week() -> History:
    """A turn on its way, and a deployment of it."""
    told = History(flywheel="web").proposed("03-03", "cart").challenged("03-04", "c", "03-04 12:00", idea="cart")
    told.proposed("2025-12-01", "forgotten")
    return told.deployed("03-05", "d1", commit("a", "03-04 18:00"), idea="cart")


def late() -> History:
    """What makes of the deployment a failed change, heard of only after the digest."""
    return History(flywheel="web", source="pager").incident("03-06", "i", "03-06 02:00", cause={"deployment": "d1"})


def told() -> Pipeline:
    """Everything is known before the digest is due."""
    pipeline = Pipeline(MONDAY - timedelta(hours=12))
    pipeline.put(week().events)
    pipeline.settle(MONDAY - timedelta(hours=1))
    return pipeline


def corrected() -> Pipeline:
    """The digest is posted, and then something comes late."""
    pipeline = told()
    pipeline.tick_with_digests(MONDAY)
    pipeline.put(late().events)
    pipeline.settle(LATER)
    return pipeline


def digests_posted(pipeline: Pipeline) -> list[str]:
    return [text for text in pipeline.slack.messages.values() if text.startswith("Weekly digest")]


def shown(pipeline: Pipeline) -> dict[str, Any]:
    """What is stored and posted of digests; the minute at which a message was edited is left out."""
    found = pipeline.driver.table.query(
        SummaryItem, wheel_partition("web"), begins=f"{names.SUMMARY_SORT}digest#", consistent=True
    )
    return {
        "stored": [(item.shows, [bytes(each) for each in item.history or ()], bool(item.vanished)) for item in found],
        "posted": sorted({text.partition(" Updated ")[0] for text in digests_posted(pipeline)}),
        "waiting": [row["waiting"]["S"] for row in pipeline.driver.items(names.DIGESTS)],
        "found": pipeline.announced("Turn Stalled"),
    }


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(("begin", "at"), [(told, MONDAY), (corrected, LATER)], ids=["first", "correction"])
def test_a_death_at_any_step_gives_the_same_digest_once(begin: Any, at: Any, before: bool) -> None:
    whole = begin()
    whole.tick_with_digests(at)
    whole.settle(at + timedelta(hours=1))
    right = shown(whole)
    assert len(right["stored"]) == len(right["posted"]) == 1
    assert right["waiting"] == ["[]"]
    assert len(right["found"]) == 1
    step = 0
    while True:
        pipeline = begin()
        pipeline.steps.dies(step, before=before)
        pipeline.tick_with_digests(at)
        pipeline.settle(at + timedelta(hours=1))
        if not pipeline.deaths:
            break
        assert shown(pipeline) == right, step
        assert len(digests_posted(pipeline)) <= 2, "one more, where Slack took it and its answer was lost"
        step += 1
    assert step > (1 if before else 10)


def test_what_is_posted_is_the_digest_of_the_events_themselves() -> None:
    pipeline = corrected()
    pipeline.tick_with_digests(LATER)
    settings = pipeline.driver.settings
    [period] = periods(settings.flywheel("web"), LATER, 1)
    events = [*week().events, *late().events]
    ((shows, history, _),) = shown(pipeline)["stored"]
    assert unpack_summary(shows) == digest_of(facts_of(events), "web", settings, period)
    assert len(history) == 1
