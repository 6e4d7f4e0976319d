"""Who is told how much: twelve weeks through the whole pipeline, and each rule of a channel."""

import re
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from shared.flywheel.settings.noise import NoiseSettings
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.noise import AS_BEFORE, OFF, ROUTINE
from shared.slack.words import words_of
from shared.store.outbox.ledger import Entry, entries
from tests.faults.pipeline import Pipeline
from tests.unit.domain.histories import History, commit, moment

BEGIN = moment("2026-01-05 10:00")
"""A Monday."""
WEEKS = 12
BUDGET = 16


def at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def release(week: int, *, fails: bool = False) -> list[History]:
    """One release of a plain repository: a deployment that somebody built, the feature in it, at times an incident."""
    day = BEGIN + timedelta(weeks=week, hours=week % 3)
    deployed = History(flywheel="shop", source=f"ci {week}")
    made = commit(f"c{week}", at(day - timedelta(hours=20 + week % 5)))
    deployed.deployed(at(day), f"d{week}", made, features=[f"v1.{week}"])
    released = History(flywheel="shop", source=f"releases {week}")
    released.released(at(day + timedelta(minutes=5)), f"v1.{week}", deployments=[f"d{week}"])
    if not fails:
        return [deployed, released]
    opened = day + timedelta(hours=2)
    broken = History(flywheel="shop", source=f"pager {week}")
    cause = {"deployment": f"d{week}"}
    return [deployed, released, broken.incident(at(opened), f"i{week}", at(opened + timedelta(hours=3)), cause=cause)]


def lived(settings: Settings | None = None, failing: tuple[int, ...] = (), weeks: int = WEEKS) -> Pipeline:
    """Weeks of one release each, a tick a day."""
    pipeline = Pipeline(BEGIN, settings)
    for week in range(weeks):
        for told in release(week, fails=week in failing):
            moments = [datetime.fromisoformat(each["detail"]["time"]) for each in told.events]
            pipeline.settle(max(pipeline.now, *moments))
            pipeline.put(told.events)
        for day in range(7):
            pipeline.tick_with_digests(max(pipeline.now, BEGIN + timedelta(weeks=week, days=day, hours=6)))
    return pipeline


@cache
def plain() -> Pipeline:
    """Twelve weeks of it in which nothing failed."""
    return lived()


def ledger(pipeline: Pipeline) -> list[Entry]:
    return entries(pipeline.driver.table, "shop")


PAGE = Path(__file__).parents[2] / "docs" / "slack.md"


@pytest.mark.slow
def test_what_the_page_says_of_twelve_weeks_is_so() -> None:
    slack = plain().slack
    advised = [text.partition("Next: ")[2] for text in slack.messages.values()]
    rows = re.findall(r"^\| ([a-z][^|]+?) \| [\d,]+ \| ([\d,]+) \|$", PAGE.read_text(), re.MULTILINE)
    assert {name: int(now.replace(",", "")) for name, now in rows} == {
        "messages": len(slack.messages),
        "of them digests": sum("digest" in text[:30] for text in slack.messages.values()),
        "words in view, in all": sum(map(words_of, slack.blocks.values())),
        "words of their texts, in all": sum(len(text.split()) for text in slack.messages.values()),
        "messages that advise what the one before them did": sum(map(str.__eq__, advised, advised[1:])),
    }


@pytest.mark.slow
def test_a_plain_repository_with_a_release_a_week_is_told_at_most_sixteen_times_in_twelve_weeks() -> None:
    pipeline = plain()
    assert 3 <= len(pipeline.slack.messages) <= BUDGET
    rules = Counter(entry.reason for entry in ledger(pipeline) if entry.state == "suppressed")
    assert rules[ROUTINE] >= 2 * WEEKS
    assert rules[AS_BEFORE] + len(pipeline.slack.messages) == WEEKS - 1


@pytest.mark.slow
def test_with_two_failed_releases_it_is_told_of_them_and_still_at_most_sixteen_times() -> None:
    pipeline = lived(failing=(4, 8))
    texts = list(pipeline.slack.messages.values())
    assert len(texts) <= BUDGET
    for week in (4, 8):
        assert any(text.startswith(f"“v1.{week}” was delivered") and "a failed change" in text for text in texts)


def test_a_digest_says_how_much_was_held_back_since_the_last_one_and_the_ledger_why() -> None:
    pipeline = lived(weeks=3)
    said = [blocks for blocks in pipeline.slack.blocks.values() if "held back since" in str(blocks)]
    assert said
    assert "routine" in str(said[-1])
    assert {entry.reason for entry in ledger(pipeline) if entry.phase == 9} == {ROUTINE}


def test_each_channel_whose_rules_hold_back_says_how_much_in_its_own_digest() -> None:
    """The engineers' channel hears no phases; what it was not told stands in its digest, and in no other channel's."""
    shop = FlywheelSettings(id="shop", channel="#shop", personas={"engineers": "#engineers", "cto": "#cto"})
    rules = NoiseSettings(only_on_change=False, routine=True)
    without_phases = NoiseSettings(only_on_change=False, routine=True, off=("phase",))
    settings = Settings(flywheels={"shop": shop}, noise=rules, channels={"#engineers": without_phases})
    pipeline = Pipeline(BEGIN, settings)
    for week in range(2):
        told = History(flywheel="shop", source=f"ideas {week}")
        day = BEGIN + timedelta(weeks=week)
        told.proposed(at(day), f"i{week}").challenged(at(day + timedelta(days=1)), f"c{week}", idea=f"i{week}")
        told.worked(at(day + timedelta(days=2)), idea=f"i{week}")
        pipeline.settle(day + timedelta(days=2, minutes=5))
        pipeline.put(told.events)
        for passed in range(3, 8):
            pipeline.tick_with_digests(day + timedelta(days=passed, hours=6))
    totals = {
        channel: re.findall(r"held back since ([^']*)'", str(pipeline.slack.of_channel(channel)))
        for channel in ("#shop", "#engineers", "#cto")
    }
    assert totals == {"#shop": [], "#engineers": ["7 Jan: 1 switched off", "12 Jan: 1 switched off"], "#cto": []}


def test_a_turn_that_somebody_proposed_has_a_card_and_its_end_is_told() -> None:
    pipeline = Pipeline(BEGIN)
    proposed = History(flywheel="shop").proposed(at(BEGIN), "gift", title="Gift wrapping")
    pipeline.put(proposed.events)
    pipeline.settle(BEGIN + timedelta(minutes=5))
    assert [text.partition(".")[0] for text in pipeline.slack.messages.values()] == [
        "Gift wrapping is in Clarity of Purpose"
    ]


def test_kinds_that_are_off_are_not_said_and_the_rest_is() -> None:
    settings = Settings(noise=NoiseSettings(off=("card", "reply", "digest"), routine=True))
    pipeline = lived(settings, weeks=2)
    assert [text.partition(" in ")[0] for text in pipeline.slack.messages.values()] == ["“v1.0” was delivered"]
    assert {entry.reason for entry in ledger(pipeline) if entry.key == "digest"} == {OFF}


def test_with_routine_on_each_turn_has_its_card() -> None:
    pipeline = lived(Settings(noise=NoiseSettings(routine=True)), weeks=2)
    cards = [text for text in pipeline.slack.messages.values() if text.startswith("v1.")]
    assert len(cards) == 2


def test_in_quiet_hours_new_messages_wait_for_their_end_and_none_is_lost() -> None:
    noise = NoiseSettings(quiet_from=9, quiet_to=15, time_zone="UTC")
    pipeline = Pipeline(BEGIN, Settings(noise=noise))
    pipeline.put(History(flywheel="shop").proposed(at(BEGIN), "gift").events)
    pipeline.tick(BEGIN + timedelta(hours=4))
    assert pipeline.slack.messages == {}
    [entry] = ledger(pipeline)
    assert (entry.state, entry.reason, entry.due_at) == ("pending", "quiet hours", "2026-01-05T15:00:00.000000Z")
    pipeline.tick(BEGIN + timedelta(hours=5, minutes=15))
    assert len(pipeline.slack.messages) == 1


def test_each_digest_is_said_where_only_on_change_is_off() -> None:
    pipeline = lived(Settings(noise=NoiseSettings(only_on_change=False)), weeks=5)
    assert len(pipeline.slack.messages) == 4
