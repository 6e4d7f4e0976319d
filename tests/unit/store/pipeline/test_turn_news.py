"""What a write of a TURN says is new: each entry once, and again where a correction moves it."""

import json
from typing import Any

from shared.flywheel.settings.values import Settings
from shared.store.projections.turn_news import news_of
from shared.store.table import names
from tests.unit.domain.histories import History
from tests.unit.store.driving import Driver, later, only_in_process
from tests.unit.store.memory import MemoryConnection


def news(memory: MemoryConnection) -> list[tuple[str, str | None]]:
    """State and news of every write of a turn, in order."""
    images: list[dict[str, Any]] = [image for _, image in memory.told if image["kind"]["S"] == names.TURN]
    return [(image["state"]["S"], image.get(names.NEWS, {}).get("S")) for image in images]


def told(*histories: History) -> list[tuple[str, str | None]]:
    """What is new when these arrive a minute apart."""
    memory = MemoryConnection()
    driver = Driver(Settings(), memory)
    for minute, history in enumerate(histories):
        driver.append(history.events, later(minutes=minute))
        driver.project(later(minutes=minute))
    return news(memory)


def history(source: str = "pipeline") -> History:
    return History(source=source)


pytestmark = only_in_process

IDEA = history("idea").proposed("01-02", "a")
WORK = history("work").worked("01-04", idea="a")


def test_a_turn_starts_with_its_first_phase() -> None:
    assert told(IDEA) == [("open", "01")]


def test_a_phase_that_is_entered_later_is_all_that_is_new() -> None:
    assert told(IDEA, WORK) == [("open", "01"), ("open", "3")]


def test_what_arrives_together_is_told_together() -> None:
    assert told(history().proposed("01-02", "a").worked("01-04", idea="a")) == [("open", "013")]


def test_a_turn_of_a_bare_release_starts_with_it() -> None:
    assert told(history().released("05-30", "bare")) == [("open", "04")]


def test_an_earlier_phase_that_arrives_late_moves_the_start_and_not_the_later_phase() -> None:
    assert told(WORK, IDEA) == [("open", "03"), ("open", "01")]


def test_an_entry_that_a_correction_moves_is_told_again() -> None:
    assert told(IDEA, WORK, history("earlier").worked("01-03", idea="a"))[2:] == [("open", "3")]


def test_what_closes_a_turn_enters_no_phase() -> None:
    assert told(IDEA, history("stop").stopped("01-05", "a"))[1:] == [("stopped", None)]


def test_a_turn_that_vanishes_tells_that_alone_and_one_that_comes_back_all() -> None:
    gone = history("idea").retracted("01-02 12:00", str(IDEA.events[0]["detail"]["id"]))
    back = history("again").proposed("01-02", "a")
    assert told(IDEA, gone, back) == [("open", "01"), ("vanished", "0"), ("open", "01")]


def blocked(day: str, blocker: str = "SEC-77") -> History:
    return history(f"blocks {day}").add("Blocker Opened", day, blocker=blocker, category="approval", idea="a")


def freed(day: str, blocker: str = "SEC-77") -> History:
    return history(f"frees {day}").add("Blocker Closed", day, blocker=blocker, idea="a")


def test_a_blocker_that_opens_or_closes_is_news_of_its_turn() -> None:
    assert told(IDEA, blocked("01-04"), freed("01-05")) == [("open", "01"), ("open", "9"), ("open", "9")]


def test_what_holds_a_turn_that_is_new_is_told_with_it() -> None:
    assert told(history().proposed("01-02", "a").add("Blocker Opened", "01-03", blocker="b", idea="a")) == [
        ("open", "019")
    ]


def test_a_turn_that_closes_while_it_is_held_tells_of_its_close_alone() -> None:
    assert told(IDEA, blocked("01-04"), history("stop").stopped("01-05", "a"))[2:] == [("stopped", None)]


def test_what_an_earlier_release_did_not_store_is_no_news() -> None:
    """Of what held a turn it stored nothing: the first write after an upgrade tells of nothing that was known."""
    held = {"at": "2026-01-04T00:00:00Z", "by": [{"blocker": "SEC-77"}]}
    shows = {"state": "open", "phases": {"1": {"entered_at": "2026-01-02T00:00:00Z"}}}
    then, without, now = (json.dumps(each) for each in (shows, shows | {"held": None}, shows | {"held": held}))
    assert news_of(then, now) is None
    assert news_of(then, without) is None
    assert news_of(without, now) == "9"
