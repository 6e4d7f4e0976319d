"""Digests on their schedule: each made once, corrected among the last five, and announced until it is heard."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from shared.aws.bus import Announcement
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.digest import digest_of
from shared.pipeline import digest_looks
from shared.pipeline.digesting import Digested, digest_all
from shared.sources.uncounted import Ignored
from shared.store.outbox.outbox_items import SummaryItem
from shared.store.outbox.votes import Vote, keep_vote
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.keys import wheel_partition
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, rules
from tests.unit.store.driving import Driver, tallied
from tests.unit.summaries.test_digest import busy
from tests.unit.summaries.wheels import at, doom_loop, first_turn

MONDAY = datetime(2026, 1, 19, 9, tzinfo=UTC)
"""When the digest of the week is due in which three turns were delivered."""
WEEK = timedelta(days=7)


class Desk:
    """A driver of the store with digests, and what it announced."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.driver = Driver(settings)
        self.announced: list[Mapping[str, Any]] = []
        self.found: list[Announcement] = []
        self.deaf = False

    def hears(self, history: History, at: datetime = MONDAY - timedelta(hours=1)) -> "Desk":
        self.driver.append(history.events, at)
        self.driver.project(at)
        return self

    def ticks(self, at: datetime = MONDAY) -> Digested:
        return digest_all(self.driver.store, self.driver.settings, at, self._announce, self._failed)

    def _announce(self, announcements: Sequence[Announcement]) -> bool:
        if not self.deaf:
            self.announced += [each.detail for each in announcements if each.detail_type == "Digest Ready"]
            self.found += [each for each in announcements if each.detail_type != "Digest Ready"]
        return not self.deaf

    def _failed(self, _: str, error: Exception) -> None:
        self.driver.failures.append(error)

    def stored(self) -> list[SummaryItem]:
        begins = f"{names.SUMMARY_SORT}digest#"
        return list(self.driver.table.query(SummaryItem, wheel_partition(FLYWHEEL), begins=begins))


def told(desk: Desk) -> list[tuple[str, bool, bool]]:
    return [(each["turn"], each["historical"], each["vanished"]) for each in desk.announced]


def late_incident() -> History:
    history = History(source="pager")
    return history.incident(at(8.1), "late", at(8.2), cause={"deployment": "d-c"})


def test_a_digest_is_stored_and_announced_when_it_is_due() -> None:
    desk = Desk().hears(busy())
    assert desk.ticks() == Digested(1, [])
    [item] = desk.stored()
    settings = desk.driver.settings
    [period] = periods(settings.flywheel(FLYWHEEL), MONDAY, 1)
    assert unpack_summary(item.shows) == digest_of(facts_of(busy().events), FLYWHEEL, settings, period)
    assert told(desk) == [("weekly 2026-01-19", False, False)]
    assert desk.announced[0]["summary"] == item.summary


def test_it_is_made_once_however_often_the_clock_ticks() -> None:
    desk = Desk().hears(busy())
    for minutes in range(0, 300, 15):
        desk.ticks(MONDAY + timedelta(minutes=minutes))
    assert (len(desk.announced), len(desk.stored())) == (1, 1)


def test_nothing_is_due_before_its_time() -> None:
    desk = Desk().hears(busy())
    desk.ticks(MONDAY - WEEK)
    desk.ticks(MONDAY - timedelta(seconds=1))
    assert [each["turn"] for each in desk.announced] == ["weekly 2026-01-12"]


def test_what_is_first_made_two_days_late_is_history() -> None:
    desk = Desk().hears(busy())
    desk.ticks(MONDAY + timedelta(hours=49))
    assert told(desk) == [("weekly 2026-01-19", True, False)]


def test_a_late_event_corrects_a_digest_and_keeps_what_it_said() -> None:
    desk = Desk().hears(busy())
    desk.ticks()
    desk.hears(late_incident(), MONDAY + timedelta(days=1)).ticks(MONDAY + timedelta(days=1))
    [item] = desk.stored()
    assert [each["digest"] for each in desk.announced][1] == item.digest
    assert item.digest != desk.announced[0]["digest"]
    assert [unpack_summary(cast("bytes", shown)).digest for shown in item.history] == [desk.announced[0]["digest"]]


def test_a_late_event_that_lies_after_a_period_leaves_it_alone() -> None:
    desk = Desk().hears(busy())
    desk.ticks()
    desk.hears(History().proposed(at(15), "next", id="next"), MONDAY + timedelta(days=1))
    desk.ticks(MONDAY + timedelta(days=1))
    assert len(desk.announced) == 1


def test_a_flywheel_that_hears_events_all_the_time_is_looked_at_hourly() -> None:
    desk = Desk().hears(busy())
    desk.ticks()
    desk.hears(late_incident(), MONDAY + timedelta(minutes=10))
    desk.ticks(MONDAY + timedelta(minutes=45))
    assert len(desk.announced) == 1
    desk.ticks(MONDAY + timedelta(minutes=60))
    assert len(desk.announced) == 2


def test_only_the_last_five_are_corrected() -> None:
    desk = Desk().hears(busy())
    for week in range(6):
        desk.ticks(MONDAY + week * WEEK)
    assert len(desk.announced) == 6
    after = MONDAY + 5 * WEEK + timedelta(days=1)
    desk.hears(late_incident(), after).ticks(after)
    corrected = [each["turn"] for each in desk.announced[6:]]
    assert corrected == [f"weekly {MONDAY + week * WEEK:%Y-%m-%d}" for week in range(1, 6)]


def test_an_announcement_that_the_bus_did_not_take_is_made_again() -> None:
    desk = Desk().hears(busy())
    desk.deaf = True
    assert desk.ticks() == Digested(0, [])
    desk.deaf = False
    desk.driver.restart()
    assert desk.ticks(MONDAY + timedelta(minutes=15)) == Digested(1, [])
    assert desk.ticks(MONDAY + timedelta(minutes=30)) == Digested(0, [])


@pytest.mark.parametrize("corrected", [False, True])
def test_a_death_between_the_digest_and_its_item_loses_no_announcement(
    monkeypatch: pytest.MonkeyPatch, corrected: bool
) -> None:
    desk = Desk().hears(busy())
    now = MONDAY
    if corrected:
        desk.ticks()
        now += timedelta(days=1)
        desk.hears(late_incident(), now)
    with monkeypatch.context() as broken:
        broken.setattr(digest_looks, "save", lambda *_: False)
        assert desk.ticks(now) == Digested(0, [FLYWHEEL])
    assert isinstance(desk.driver.failures.pop(), LostRaceError)
    before = len(desk.announced)
    desk.ticks(now + timedelta(minutes=15))
    assert len(desk.announced) == before + 1
    assert desk.announced[-1]["digest"] == desk.stored()[0].digest


def test_personas_with_channels_get_their_own() -> None:
    desk = Desk(rules(personas={"cto": "#technology"})).hears(busy())
    desk.ticks()
    assert [each["phase"] for each in desk.announced] == [0, 4]


def test_a_persona_that_lost_its_channel_has_its_digest_withdrawn() -> None:
    desk = Desk(rules(personas={"cto": "#technology"})).hears(busy())
    desk.ticks()
    desk.driver.settings = rules()
    desk.ticks(MONDAY + timedelta(minutes=15))
    assert [(each["phase"], each["vanished"]) for each in desk.announced[2:]] == [(4, True)]
    desk.driver.settings = rules(personas={"cto": "#technology"})
    desk.ticks(MONDAY + timedelta(minutes=30))
    assert [(each["phase"], each["vanished"]) for each in desk.announced[3:]] == [(4, False)]


def test_a_digest_names_what_nobody_owns_and_what_counts_for_nothing() -> None:
    history = busy().deployed(at(9), "x", service="lonely", flywheel=None, id="lonely")
    history.deployed(at(9.5), "y", service="forlorn", flywheel=None, id="forlorn")
    desk = Desk().hears(history)
    star = Ignored(source="github/github", kind="star.created", reason="a star is nothing that is counted")
    tallied(desk.driver.table, [(MONDAY - timedelta(days=1), star), (MONDAY - timedelta(days=2), star)])
    desk.ticks()
    [item] = desk.stored()
    missing = unpack_summary(item.shows).missing
    assert "2 events that no flywheel owns (forlorn and lonely): map them in flywheel.toml" in missing
    assert "received and not counted: github/github star.created" in missing


def test_where_digests_are_off_none_is_made() -> None:
    desk = Desk(rules(digest="off")).hears(busy())
    assert desk.ticks() == Digested(0, [])
    assert desk.stored() == []


def test_each_flywheel_has_its_own_clock() -> None:
    desk = Desk(rules(time_zone="America/New_York")).hears(busy())
    desk.ticks(MONDAY + timedelta(hours=4, minutes=59))
    assert [each["turn"] for each in desk.announced] == ["weekly 2026-01-12"]
    desk.ticks(MONDAY + timedelta(hours=5))
    assert [each["turn"] for each in desk.announced] == ["weekly 2026-01-12", "weekly 2026-01-19"]


def test_a_silent_wheel_gets_none_and_is_asked_no_more() -> None:
    desk = Desk().hears(busy())
    silent = MONDAY + 20 * WEEK
    assert desk.ticks(silent) == Digested(0, [])
    assert desk.stored() == []
    assert len(desk.driver.items(names.DIGESTS)) == 1


def test_without_news_a_tick_writes_nothing_and_reads_no_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk().hears(busy())
    desk.ticks()
    before = dict(desk.driver.memory.rows)
    monkeypatch.setattr(digest_looks, "load_family", None)
    assert desk.ticks(MONDAY + timedelta(hours=3)) == Digested(0, [])
    assert desk.driver.memory.rows == before


def found(desk: Desk) -> list[tuple[object, ...]]:
    """What was told of findings, without ids."""
    fields = ("turn", "phase", "time", "historical")
    return [(each.detail_type, *(each.detail.get(name) for name in fields)) for each in desk.found]


AT_NINE = "2026-01-19T09:00:00.000000Z"


def lying() -> History:
    """Two ideas, of which one lies since 12 November, and the other since the beginning of the year."""
    history = History().proposed("2025-11-12", "old", id="old").proposed("01-01", "young", id="young")
    return history.worked("2025-11-20", idea="old", id="old-works")


def test_a_digest_tells_of_turns_that_stall_since_the_one_before() -> None:
    desk = Desk().hears(lying())
    desk.ticks()
    assert found(desk) == [("Turn Stalled", "old", 3, AT_NINE, False)]
    for week in range(1, 7):
        desk.hears(History(source=f"pulse-{week}").add("Ritual Held", at(week), ritual="walk"), MONDAY + week * WEEK)
        desk.ticks(MONDAY + week * WEEK)
    assert found(desk)[1:] == [("Turn Stalled", "young", 1, "2026-02-16T09:00:00.000000Z", False)]
    assert len({each.detail["id"] for each in desk.found}) == 2


def test_a_doom_loop_is_suspected_once_for_as_long_as_it_lasts() -> None:
    desk = Desk().hears(doom_loop(), datetime(2026, 4, 20, 8, tzinfo=UTC))
    for week in range(3):
        desk.ticks(datetime(2026, 4, 20, 9, tzinfo=UTC) + week * WEEK)
    suspected = [each for each in desk.found if each.detail_type == "Doom Loop Suspected"]
    assert [set(each.detail) for each in suspected] == [{"id", "time", "flywheel", "historical"}]
    assert suspected[0].detail["time"] == "2026-04-20T09:00:00.000000Z"


def test_a_corrected_digest_tells_of_no_findings_again() -> None:
    desk = Desk().hears(lying())
    desk.ticks()
    desk.hears(History(source="late").proposed("2025-11-13", "older", id="older"), MONDAY + timedelta(days=1))
    desk.ticks(MONDAY + timedelta(days=1))
    assert len(desk.announced) == 2
    assert found(desk) == [("Turn Stalled", "old", 3, AT_NINE, False)]
    desk.ticks(MONDAY + WEEK)
    assert [each.detail["turn"] for each in desk.found] == ["old", "older"]


def test_findings_of_a_late_digest_are_history() -> None:
    desk = Desk().hears(lying())
    desk.ticks(MONDAY + timedelta(hours=49))
    assert found(desk) == [("Turn Stalled", "old", 3, AT_NINE, True)]


def test_findings_that_the_bus_did_not_take_are_told_again_under_the_same_id() -> None:
    told = Desk().hears(lying())
    told.ticks()
    desk = Desk().hears(lying())
    desk.deaf = True
    desk.ticks()
    desk.deaf = False
    desk.driver.restart()
    desk.ticks(MONDAY + timedelta(minutes=15))
    desk.ticks(MONDAY + timedelta(minutes=30))
    assert desk.found == told.found


def test_a_look_that_dies_before_its_item_is_written_tells_the_same_later(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Desk().hears(lying())
    told.ticks()
    desk = Desk().hears(lying())
    with monkeypatch.context() as broken:
        broken.setattr(digest_looks, "save", lambda *_: False)
        desk.ticks()
    assert desk.found == []
    desk.ticks(MONDAY + timedelta(minutes=15))
    assert desk.found == told.found


def test_a_parent_without_events_has_a_digest_when_any_below_it_is_heard() -> None:
    parent = FlywheelSettings(id="shop")
    settings = Settings(flywheels={"shop": parent, FLYWHEEL: FlywheelSettings(id=FLYWHEEL, parent="shop")})
    desk = Desk(settings).hears(first_turn(), MONDAY - timedelta(hours=1))
    desk.ticks()
    assert {each["flywheel"] for each in desk.announced} == {"shop", FLYWHEEL}
    assert [each["phase"] for each in desk.announced if each["flywheel"] == "shop"] == [0]
    assert desk.driver.failures == []
    desk.ticks(MONDAY + timedelta(hours=2))
    assert len(desk.announced) == 2


def test_a_digest_says_how_often_the_messages_of_its_period_were_called_useful_and_noise() -> None:
    desk = Desk().hears(busy())
    presses = [("useful", 10), ("useful", 10.001), ("useful", 30), ("noise", 40), ("useful", 24 * 9)]
    for opinion, hours_before in presses:
        vote = Vote("m-1", opinion, MONDAY - timedelta(hours=hours_before))
        keep_vote(desk.driver.table, FLYWHEEL, vote)
    desk.ticks()
    [digest] = [unpack_summary(item.shows) for item in desk.stored() if item.phase == 0 and item.turn.endswith("19")]
    assert "its messages were called useful twice, noise once" in digest.missing
