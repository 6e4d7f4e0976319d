"""The log: once each, whatever is delivered how often, in which order, wherever it breaks off."""

import json
from itertools import permutations
from typing import Any

import pytest

from shared.flywheel.facts.fact import ChallengeOpened
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.store.log.identity import identity_of
from shared.store.segments.pack import unpack
from shared.store.segments.segments import packed_parts
from shared.store.table import names
from shared.store.table.errors import LostRaceError, TooLargeError
from shared.store.table.keys import event_key
from tests.unit.domain.histories import History, commit, moment
from tests.unit.store.driving import Driver, Envelope, facts_of, later, only_in_process, report_of
from tests.unit.store.memory import refused


def event(id: str, time: str = "2026-03-02T10:00:00Z", kind: str = "Idea Proposed", **detail: Any) -> Envelope:
    body = {"id": id, "time": time} | ({"idea": "checkout-button"} if kind == "Idea Proposed" else {}) | detail
    return {"source": "pipeline", "detail-type": kind, "detail": body}


def partitions(driver: Driver) -> dict[str, set[tuple[int, tuple[int, int, int]]]]:
    """By partition, the versions of events whose facts lie there."""
    found: dict[str, set[Any]] = {}
    for row in driver.items(names.SEGMENT):
        found.setdefault(row["pk"]["S"], set()).update((f.key, f.rank) for f in unpack(row["facts"]["B"]))
    return found


def version(envelope: Envelope) -> tuple[int, tuple[int, int, int]]:
    (fact,) = facts_of([envelope])
    return fact.key, fact.rank


def test_an_event_delivered_again_is_a_duplicate_and_writes_nothing() -> None:
    driver = Driver()
    assert driver.append([event("1", flywheel="web")]) == ["accepted"]
    before = dict(driver.memory.rows)

    assert driver.append([event("1", flywheel="web")], again=True) == ["duplicate"]
    assert driver.memory.rows == before


def test_an_event_sent_twice_is_a_duplicate_and_its_fact_counts_once() -> None:
    driver = Driver()
    assert driver.append([event("1", flywheel="web")]) == ["accepted"]

    assert driver.append([event("1", flywheel="web")], later(minutes=1)) == ["duplicate"]
    assert len(driver.facts("web")) == 1
    assert [int(row["version"]["N"]) for row in driver.items(names.EVENT)] == [1]


def test_a_usual_append_asks_the_table_nothing_about_its_event() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    asked: list[str] = []
    driver.memory.before = lambda operation, place, _: asked.append(operation)

    driver.append([event("2", flywheel="web")])

    assert asked == ["put", "put"]


def test_a_revision_is_looked_up_first_and_leaves_one_segment_more() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    asked: list[str] = []
    driver.memory.before = lambda operation, place, _: asked.append(operation)

    driver.append([event("1", flywheel="web", revision=2)], later(minutes=1))

    assert asked == ["batch_get", "put", "put"]
    assert len(driver.items(names.SEGMENT)) == 2


def test_a_superseded_event_sent_again_after_its_service_was_mapped_elsewhere_counts_nowhere() -> None:
    """It then lies in a partition that its revision had never been in."""
    driver = Driver(Settings(flywheels={"web": FlywheelSettings(id="web", services=("shop",))}))
    first, second = event("1", service="shop"), event("1", service="shop", revision=2)
    driver.append([first])
    driver.append([second])
    driver.settings = Settings(flywheels={"search": FlywheelSettings(id="search", services=("shop",))})
    driver.restart()

    assert driver.append([first], later(minutes=1)) == ["duplicate"]

    both = {version(first), version(second)}
    assert partitions(driver) == {"F#web": both, "F#search": both}


def test_an_event_twice_in_one_batch_counts_once() -> None:
    driver = Driver()

    assert driver.append([event("1", flywheel="web")] * 3) == ["accepted", "duplicate", "duplicate"]
    assert len(driver.items(names.EVENT)) == 1


def test_a_batch_of_one_flywheel_is_one_segment() -> None:
    driver = Driver()
    driver.append([event(str(number), flywheel="web") for number in range(25)])

    assert len(driver.items(names.SEGMENT)) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
def test_revisions_in_any_order_leave_the_highest_in_the_log(order: tuple[int, ...], together: bool) -> None:
    revisions = [event("1", flywheel="web", revision=number, title=f"title {number}") for number in (1, 2, 3)]
    driver = Driver()
    arrived = [revisions[place] for place in order]
    for batch in [arrived] if together else [[each] for each in arrived]:
        assert set(driver.append(batch)) == {"accepted"}

    (stored,) = driver.items(names.EVENT)
    assert json.loads(identity_of(driver.table, stored).winner.event.text)["title"] == "title 3"
    assert driver.report("web") == report_of(revisions, "web", driver.settings)
    assert driver.report("web")["receipt"]["excluded"] == {"superseded": 2}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_event_that_moves_between_flywheels_leaves_no_superseded_fact_without_its_successor(
    order: tuple[int, ...],
) -> None:
    moving = [event("1", flywheel=wheel, revision=n) for n, wheel in enumerate(("web", "search", "pay"), start=1)]
    driver = Driver()
    for place in order:
        driver.append([moving[place]])

    everything = {version(each) for each in moving}
    assert partitions(driver) == {"F#web": everything, "F#search": everything, "F#pay": everything}
    for wheel in ("web", "search", "pay"):
        assert driver.report(wheel) == report_of(moving, wheel, driver.settings)


def test_all_flywheels_that_an_event_moved_between_are_woken() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    driver.project()

    driver.append([event("1", flywheel="search", revision=2)])

    assert driver.project() == ["search", "web"]
    assert driver.turns("web") == {}
    assert set(driver.turns("search")) == {"idea checkout-button"}


def test_a_retraction_wakes_the_flywheel_of_its_target() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    driver.project()

    driver.append([event("2", "2026-03-03T10:00:00Z", "Event Retracted", retracts="1")])

    assert driver.project() == ["web"]
    assert driver.turns("web") == {}


def test_a_retraction_wakes_the_flywheel_of_a_target_that_names_nothing() -> None:
    driver = Driver()
    deployed = History(flywheel="web").deployed("03-02", "d1", id="1")
    driver.append(deployed.events)
    driver.project()

    driver.append([event("2", "2026-03-03T10:00:00Z", "Event Retracted", retracts="1")])

    assert driver.project() == ["web"]


def test_a_retraction_wakes_the_flywheel_of_a_target_that_only_names_its_idea() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web"), event("2", kind="Work Started", idea="checkout-button")])
    driver.project()

    driver.append([event("3", "2026-03-03T10:00:00Z", "Event Retracted", retracts="2")])

    assert driver.project() == ["web"]
    assert driver.turns("web")["idea checkout-button"]["phase"] == 1


def test_of_several_segments_only_the_last_one_written_wakes_anybody() -> None:
    """Whom it wakes can then read all the others."""
    driver = Driver()
    driver.append(
        [event("1", flywheel="web"), event("2", flywheel="search"), event("3", kind="Work Started", idea="x")]
    )

    told = [image.get("flywheels") for image in driver.memory.inserted if image["kind"]["S"] == names.SEGMENT]
    assert told == [None, None, {"L": [{"S": "search"}, {"S": "web"}]}]


def test_a_retraction_of_a_retraction_wakes_the_flywheel_at_the_end_of_the_chain() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    driver.append([event("2", "2026-03-03T10:00:00Z", "Event Retracted", retracts="1")])
    driver.project()

    driver.append([event("3", "2026-03-04T10:00:00Z", "Event Retracted", retracts="2")])

    assert driver.project() == ["web"]
    assert set(driver.turns("web")) == {"idea checkout-button"}


def test_a_retraction_before_its_target_still_takes_it_back() -> None:
    driver = Driver()
    driver.append([event("2", "2026-03-03T10:00:00Z", "Event Retracted", retracts="1")])
    driver.append([event("1", flywheel="web")])
    driver.project()

    assert driver.turns("web") == {}


def test_an_event_of_another_source_is_not_taken_back() -> None:
    driver = Driver()
    retraction = event("2", "2026-03-03T10:00:00Z", "Event Retracted", retracts="1") | {"source": "somebody-else"}
    driver.append([event("1", flywheel="web"), retraction])
    driver.project()

    assert set(driver.turns("web")) == {"idea checkout-button"}


def test_an_event_that_names_only_an_idea_wakes_the_flywheel_that_named_it() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    driver.append([event("2", flywheel="search", idea="ranking")])
    driver.project()

    driver.append([event("3", "2026-03-03T10:00:00Z", "Work Started", idea="checkout-button")])

    assert driver.project() == ["web"]
    assert driver.turns("web")["idea checkout-button"]["phase"] == 3


def test_the_end_of_an_incident_whose_opening_was_told_by_its_idea_wakes_its_flywheel() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])
    driver.append([event("2", kind="Incident Opened", incident="down", idea="checkout-button")])
    driver.project()

    driver.append([event("3", "2026-03-02T12:00:00Z", kind="Incident Resolved", incident="down")])

    assert driver.project() == ["web"]


def test_the_end_of_an_incident_is_woken_too_where_the_idea_became_known_last() -> None:
    """Nobody could be hinted at when the opening came; the fold that finds it leaves the hint."""
    driver = Driver()
    driver.append([event("2", kind="Incident Opened", incident="down", idea="checkout-button")])
    driver.append([event("1", flywheel="web")])
    driver.project()

    driver.append([event("3", "2026-03-02T12:00:00Z", kind="Incident Resolved", incident="down")])

    assert driver.project() == ["web"]


def test_an_idea_of_two_flywheels_wakes_both() -> None:
    """Which of them an event that names only the idea belongs to depends on who named it first."""
    driver = Driver()
    driver.append([event("1", "2026-03-02T10:00:00Z", flywheel="web")])
    driver.append([event("2", "2026-03-02T11:00:00Z", "Work Started", idea="checkout-button")])
    driver.project()
    assert driver.turns("web")["idea checkout-button"]["phase"] == 3

    driver.append([event("3", "2026-03-02T09:00:00Z", flywheel="search")])

    assert driver.project() == ["search", "web"]
    assert driver.turns("web")["idea checkout-button"]["phase"] == 1
    assert driver.turns("search")["idea checkout-button"]["phase"] == 3


def test_recorded_changes_wake_the_flywheels_that_deployed_their_repository_by_head_alone() -> None:
    driver = Driver()
    deployed = History(flywheel="web").deployed("03-05 12:00", "d1", head="c1", repository="shop", idea="cart")
    pushed = History(flywheel=None, source="git").changed("03-04 12:00", "c1", commit("c1", "03-04 11:00"))
    driver.append(deployed.events)
    driver.project()

    driver.append(pushed.events)

    assert driver.project() == ["web"]
    assert driver.report("web") == report_of([*deployed.events, *pushed.events], "web", driver.settings)
    assert driver.report("web", moment("04-01"))["dora"]["lead_time_hours"]["values"] == [25.0]


def test_recorded_changes_of_nobody_lie_only_with_their_repository() -> None:
    driver = Driver()
    pushed = History(flywheel=None).changed("03-04 12:00", "c1", commit("c1", "03-04 11:00"))
    driver.append(pushed.events)

    assert set(partitions(driver)) == {"R#shop"}


@pytest.mark.slow
@only_in_process
def test_facts_too_many_for_one_item_are_split() -> None:
    commits = [commit(f"{number:040x}", "03-04 11:00") for number in range(9000)]
    history = History(flywheel="web")
    for number in range(8):
        history.changed("03-04 12:00", f"{number:040x}", *commits, branch=f"b{number}")
    facts = facts_of(history.events)

    parts = list(packed_parts([*facts, *facts]))

    assert len(parts) > 1
    assert all(len(part) <= 400_000 - 4_000 for part in parts)
    assert {fact for part in parts for fact in unpack(part)} == set(facts)


@pytest.mark.slow
@only_in_process
def test_a_fact_too_large_for_any_item_is_an_error_of_its_own() -> None:
    commits = [commit(f"{number:040x}", "03-04 11:00") for number in range(60_000)]

    with pytest.raises(TooLargeError):
        list(packed_parts(facts_of(History(flywheel="web").changed("03-04 12:00", "a", *commits).events)))


def test_a_long_event_is_kept_compressed_and_comes_back_as_it_was() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web", title="Überlänge " * 400)])

    (row,) = driver.items(names.EVENT)
    assert "detail" not in row
    assert json.loads(identity_of(driver.table, row).winner.event.text)["title"] == "Überlänge " * 400


def test_challengers_are_kept_as_a_hash_that_only_this_stack_makes() -> None:
    driver = Driver()
    challenge = event("1", kind="Challenge Opened", challenge="c", challenger="ada@example.com", flywheel="web")
    driver.append([challenge])

    assert "ada" not in repr(driver.memory.rows)
    (kept,) = driver.facts("web")
    (received,) = facts_of([challenge])
    assert kept.rank == received.rank
    assert isinstance(kept, ChallengeOpened)
    assert len(kept.challenger or "") == 16
    assert driver.append([challenge], later(minutes=1)) == ["duplicate"]


def test_another_process_that_was_faster_is_seen_and_its_event_kept() -> None:
    """Between our reading and our writing somebody else appends a revision of the same event."""
    driver = Driver()
    other = driver.another()
    mine, theirs = event("1", flywheel="web"), event("1", flywheel="search", revision=2)

    def faster(operation: str, place: str, item: Any) -> None:
        if operation == "put" and place.startswith("E#"):
            driver.memory.before = lambda *_: None
            other.append([theirs])

    driver.memory.before = faster
    assert driver.append([mine]) == ["accepted"]

    both = {version(mine), version(theirs)}
    assert partitions(driver) == {"F#web": both, "F#search": both}
    (stored,) = driver.items(names.EVENT)
    assert identity_of(driver.table, stored).winner.fact.revision == 2


def test_an_acknowledgement_lost_on_its_way_back_loses_no_fact() -> None:
    """The write took place; the client, which never heard so, tried again and was told that the item exists."""
    driver = Driver()

    def lost(operation: str, place: str, item: Any) -> None:
        if place.startswith("E#"):
            driver.memory.after = lambda *_: None
            raise refused("ConditionalCheckFailedException")

    driver.memory.after = lost
    assert driver.append([event("1", flywheel="web")]) == ["accepted"]
    assert len(driver.facts("web")) == 1
    assert driver.append([event("1", flywheel="web")], later(minutes=1)) == ["duplicate"]


def test_one_who_always_loses_gives_the_delivery_back() -> None:
    driver = Driver()

    def conflict(operation: str, place: str, item: Any) -> None:
        if operation == "put" and place.startswith("E#"):
            raise refused("ConditionalCheckFailedException")

    driver.memory.before = conflict
    with pytest.raises(LostRaceError):
        driver.append([event("1", flywheel="web")])


def test_every_event_is_stored_under_the_hash_of_its_source_and_id_alone() -> None:
    driver = Driver()
    driver.append([event("1", flywheel="web")])

    (fact,) = facts_of([event("1", time="2026-09-09T09:09:09Z", flywheel="other")])
    assert event_key(fact.key) in driver.memory.rows
