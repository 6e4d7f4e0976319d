"""News of several turns that comes within minutes is one message; alone it is as ever; none is lost or said twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.flywheel.settings.file import load
from shared.flywheel.settings.noise import NoiseSettings
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.noise import GATHERING, QUIET, TOGETHER
from shared.flywheel.summaries.together import TOGETHER as TOGETHER_PHASE
from shared.flywheel.summaries.together import TOGETHER_KEY, window_end
from shared.slack.errors import SlackUnavailableError
from shared.slack.outbox import Outbox
from shared.slack.together import members_of
from shared.slack.words import words_of
from shared.store.outbox.ledger import Entry, entries
from shared.store.outbox.outbox import OutboxStore
from tests.faults.pipeline import KilledError, Pipeline
from tests.unit.domain.histories import History, moment

BEGIN = moment("2026-01-05 10:00")
TEN = NoiseSettings(together_minutes=10, only_on_change=False)


def at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def proposed(*names: str, when: datetime = BEGIN) -> list[dict[str, Any]]:
    """Ideas of one moment, each told by somebody else."""
    told = [History(flywheel="shop", source=f"tracker {name}").proposed(at(when), name, title=name) for name in names]
    return [event for each in told for event in each.events]


def stopped(*names: str, when: datetime) -> list[dict[str, Any]]:
    told = [History(flywheel="shop", source=f"board {name}").stopped(at(when), name) for name in names]
    return [event for each in told for event in each.events]


def worked(name: str, when: datetime) -> list[dict[str, Any]]:
    return History(flywheel="shop", source=f"work {name}").worked(at(when), idea=name).events


def happens(pipeline: Pipeline, when: datetime, *events: list[dict[str, Any]]) -> None:
    """Events arrive when they happen; after a quarter of an hour the schedule fires, and what it wakes is done."""
    pipeline.settle(when)
    pipeline.put(each for told in events for each in told)
    pipeline.tick(when + timedelta(minutes=15))
    pipeline.settle(when + timedelta(minutes=20))


def heard(pipeline: Pipeline) -> list[str]:
    """What stands in the channel itself, by its beginning."""
    slack = pipeline.slack
    top = [ts for ts in slack.messages if ts not in slack.threads or slack.threads[ts][1]]
    return [slack.messages[ts].partition(".")[0] for ts in top]


def told(settings: Settings | None = None) -> Pipeline:
    return Pipeline(BEGIN, settings or Settings(noise=TEN))


def of_cards(pipeline: Pipeline) -> list[Entry]:
    return [entry for entry in entries(pipeline.driver.table, "shop") if entry.phase == 9]


def test_turns_that_begin_together_are_one_message_that_shows_each_as_it_stands() -> None:
    pipeline = told()
    pipeline.put(proposed("gift", "wallet", "search"))
    pipeline.settle(BEGIN + timedelta(minutes=9))
    assert heard(pipeline) == []
    assert {(entry.state, entry.reason) for entry in of_cards(pipeline)} == {("pending", GATHERING)}
    pipeline.tick(BEGIN + timedelta(minutes=15))
    assert heard(pipeline) == ["3 turns moved on · shop"]
    [message] = pipeline.slack.messages
    rows = str(pipeline.slack.blocks[message])
    assert all(f"• *{name}* is in Clarity of Purpose." in rows for name in ("gift", "wallet", "search"))
    assert {(entry.state, entry.reason, entry.ts) for entry in of_cards(pipeline)} == {("sent", TOGETHER, message)}

    day = BEGIN + timedelta(days=1)
    happens(pipeline, day, worked("gift", day))
    assert "gift is in Next Best Action" in pipeline.slack.messages[message]
    assert "wallet is in Clarity of Purpose" in pipeline.slack.messages[message]
    [reply] = [ts for ts in pipeline.slack.messages if ts != message]
    assert pipeline.slack.threads[reply] == (message, False)
    assert pipeline.slack.messages[reply].startswith("gift: Clarity of Purpose is complete, in 1 d.")
    assert heard(pipeline) == ["3 turns moved on · shop"]


def test_a_turn_that_moves_alone_has_its_own_card_and_end_a_few_minutes_later() -> None:
    pipeline = told()
    happens(pipeline, BEGIN, proposed("gift"))
    later = BEGIN + timedelta(days=2)
    happens(pipeline, later, stopped("gift", when=later))
    card, end = pipeline.slack.messages
    assert heard(pipeline) == ["gift was stopped after 2 d", "“gift” was stopped after 2 d · shop"]
    assert pipeline.slack.threads[end] == (card, True)
    assert {(entry.state, entry.reason) for entry in of_cards(pipeline)} == {("updated", None)}


def test_turns_with_cards_of_their_own_that_end_together_are_one_message_and_each_card_shows_its_end() -> None:
    pipeline = told()
    for days, name in enumerate(("gift", "wallet")):
        day = BEGIN + timedelta(days=days)
        happens(pipeline, day, proposed(name, when=day))
    end = BEGIN + timedelta(days=4)
    happens(pipeline, end, stopped("gift", "wallet", when=end))
    assert heard(pipeline) == [
        "gift was stopped after 4 d",
        "wallet was stopped after 3 d",
        "2 turns moved on · shop",
    ]
    ends = [entry for entry in entries(pipeline.driver.table, "shop") if entry.phase == 0]
    assert {(entry.state, entry.reason) for entry in ends} == {("sent", TOGETHER)}


def test_a_correction_of_one_of_several_edits_their_message() -> None:
    pipeline = told()
    events = proposed("gift", "wallet")
    happens(pipeline, BEGIN, events)
    renamed = {**events[0], "detail": {**events[0]["detail"], "revision": 2, "title": "Gift cards"}}
    later = BEGIN + timedelta(hours=1)
    happens(pipeline, later, [renamed], worked("gift", later))
    assert "Gift cards is in Next Best Action" in next(iter(pipeline.slack.messages.values()))
    assert heard(pipeline) == ["2 turns moved on · shop"]


def test_what_waited_for_the_end_of_quiet_hours_is_told_together() -> None:
    noise = NoiseSettings(together_minutes=10, quiet_from=9, quiet_to=15, time_zone="UTC")
    pipeline = told(Settings(noise=noise))
    for hour, name in enumerate(("gift", "wallet", "search")):
        then = BEGIN + timedelta(hours=hour)
        happens(pipeline, then, proposed(name, when=then))
    assert heard(pipeline) == []
    pipeline.tick(BEGIN + timedelta(hours=5))
    pipeline.tick(BEGIN + timedelta(hours=5, minutes=15))
    assert heard(pipeline) == ["3 turns moved on · shop"]


def test_a_personas_channel_hears_of_several_phases_at_once_and_each_channel_by_its_own_rule() -> None:
    shop = FlywheelSettings(id="shop", personas={"ceo": "#ceo"})
    pipeline = told(Settings(flywheels={"shop": shop}, channels={"#ceo": TEN}))
    pipeline.put(proposed("gift", "wallet"))
    pipeline.settle(BEGIN + timedelta(minutes=5))
    assert len(heard(pipeline)) == 2
    day = BEGIN + timedelta(days=1)
    happens(pipeline, day, worked("gift", day), worked("wallet", day))
    [message] = pipeline.slack.of_channel("#ceo")
    assert "• *gift* · Clarity of Purpose is complete, in 1 d." in str(message)
    assert "• *wallet* · Clarity of Purpose is complete, in 1 d." in str(message)


def test_of_forty_turns_six_are_shown_the_others_counted_within_a_hundred_and_forty_words() -> None:
    pipeline = told()
    happens(pipeline, BEGIN, proposed(*(f"an idea of several words number {number}" for number in range(40))))
    assert heard(pipeline) == ["40 turns moved on · shop"]
    [blocks] = pipeline.slack.blocks.values()
    assert words_of(blocks) <= 140
    assert "and 34 turns more" in str(blocks)


def test_what_comes_after_the_message_was_sent_is_told_with_the_next() -> None:
    pipeline = told()
    pipeline.put(proposed("gift", "wallet"))
    pipeline.tick(BEGIN + timedelta(minutes=12))
    happens(pipeline, BEGIN + timedelta(minutes=12), proposed("search", "maps", when=BEGIN + timedelta(minutes=12)))
    assert heard(pipeline) == ["2 turns moved on · shop"] * 2


def failed(name: str, when: datetime) -> list[dict[str, Any]]:
    """An idea is released by a deployment that breaks something; half an hour later its turn is over."""
    told = History(flywheel="shop", source=f"ci {name}").worked(at(when), idea=name)
    told.deployed(at(when), f"d {name}", features=[name])
    told.released(at(when + timedelta(minutes=1)), name, idea=name, deployments=[f"d {name}"])
    broken = when + timedelta(minutes=5)
    return told.incident(
        at(broken), f"i {name}", at(when + timedelta(minutes=9)), cause={"deployment": f"d {name}"}
    ).events


SHORT = "[defaults]\nsoak_days = 0.02\ndigest = 'off'\n"
AN_HOUR = f"{SHORT}[noise]\ntogether_minutes = 60\n"


def ends_with_a_failed_change(pipeline: Pipeline) -> Pipeline:
    """Two turns begin; one of them is over after 33 minutes, with a failed change."""
    pipeline.put(proposed("gift", "wallet"))
    pipeline.settle(BEGIN + timedelta(minutes=10))
    pipeline.put(failed("gift", BEGIN + timedelta(minutes=1)))
    pipeline.settle(BEGIN + timedelta(minutes=12))
    pipeline.tick(BEGIN + timedelta(minutes=45))
    pipeline.settle(BEGIN + timedelta(minutes=46))
    return pipeline


def test_a_failed_change_brings_the_message_forward_in_which_its_turn_waits_and_what_comes_then_has_the_next() -> None:
    pipeline = ends_with_a_failed_change(told(load(AN_HOUR)))
    assert heard(pipeline) == ["2 turns moved on · shop"]
    [message] = pipeline.slack.messages.values()
    assert "gift was delivered in 31 min, with a failed change" in message
    pipeline.put(proposed("search", when=BEGIN + timedelta(minutes=46)))
    pipeline.settle(BEGIN + timedelta(minutes=100))
    assert next(iter(pipeline.slack.messages.values())) == message
    pipeline.tick(BEGIN + timedelta(minutes=121))
    assert heard(pipeline) == ["2 turns moved on · shop", "search is in Clarity of Purpose"]
    ends = [
        (entry.turn, entry.state, entry.reason) for entry in entries(pipeline.driver.table, "shop") if not entry.phase
    ]
    assert ends == [("gift", "sent", TOGETHER)]


def test_what_is_severe_brings_a_message_forward_that_quiet_hours_hold() -> None:
    """Turns that began before the quiet wait for each other into it; one of them fails within it."""
    hours = "quiet_from = 11\nquiet_to = 15\n"
    pipeline = told(load(AN_HOUR.replace("0.02", "0.05") + hours))
    pipeline.put(proposed("gift", "wallet"))
    pipeline.settle(BEGIN + timedelta(minutes=10))
    pipeline.put(failed("gift", BEGIN + timedelta(minutes=1)))
    pipeline.tick(BEGIN + timedelta(minutes=61))
    assert heard(pipeline) == []
    assert {(entry.state, entry.reason) for entry in of_cards(pipeline)} == {("pending", QUIET)}
    pipeline.tick(BEGIN + timedelta(minutes=76))
    pipeline.settle(BEGIN + timedelta(minutes=77))
    assert heard(pipeline) == ["2 turns moved on · shop"]


def test_a_failed_change_that_breaks_nothing_through_waits_for_the_other_turns() -> None:
    pipeline = ends_with_a_failed_change(told(load(f"{AN_HOUR}breaks_through = ['broken', 'doom_loop']\n")))
    assert heard(pipeline) == []
    pipeline.tick(BEGIN + timedelta(minutes=61))
    assert heard(pipeline) == ["2 turns moved on · shop"]


def test_a_failed_change_of_a_turn_that_waits_for_nobody_is_a_message_of_its_own() -> None:
    pipeline = told(load(AN_HOUR.replace("0.02", "0.2")))
    pipeline.put(proposed("gift", "wallet"))
    pipeline.tick(BEGIN + timedelta(minutes=61))
    pipeline.put(failed("gift", BEGIN + timedelta(minutes=50)) + stopped("wallet", when=BEGIN + timedelta(minutes=61)))
    pipeline.tick(BEGIN + timedelta(hours=5, minutes=50))
    pipeline.settle(BEGIN + timedelta(hours=5, minutes=51))
    assert heard(pipeline)[-1].startswith("“gift” was delivered in 5 h 39 min, with a failed change")


def test_a_failed_change_breaks_through_quiet_hours_and_what_is_not_severe_waits_for_their_end() -> None:
    quiet = f"{SHORT}[noise]\nquiet_from = 9\nquiet_to = 15\n"
    pipeline = ends_with_a_failed_change(told(load(quiet)))
    assert [each.partition(",")[2] for each in heard(pipeline)] == [" with a failed change · shop"]
    waits = {entry.turn: (entry.state, entry.reason) for entry in of_cards(pipeline)}
    assert waits["wallet"] == ("pending", QUIET)
    muted = ends_with_a_failed_change(told(load(f"{quiet}breaks_through = ['broken']\n")))
    assert heard(muted) == []
    assert {(entry.state, entry.reason) for entry in of_cards(muted)} == {("pending", QUIET)}


def test_the_last_phase_of_a_turn_with_a_failed_change_breaks_through_in_its_personas_channel() -> None:
    quiet = "[channels.'#cto']\nquiet_from = 9\nquiet_to = 15\ntogether_minutes = 60\n"
    config = f"{SHORT}personas.cto = '#cto'\n{quiet}"
    pipeline = ends_with_a_failed_change(told(load(config)))
    assert len(pipeline.slack.of_channel("#cto")) == 1
    assert not ends_with_a_failed_change(told(load(f"{config}breaks_through = []\n"))).slack.of_channel("#cto")


def test_news_that_is_registered_again_as_whoever_did_it_died_is_registered_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pipeline, postpone, deaths = told(), Outbox._postpone, iter([True])

    def dies_first(*given: Any) -> Any:
        if next(deaths, False):
            raise KilledError
        return postpone(*given)

    monkeypatch.setattr(Outbox, "_postpone", dies_first)
    pipeline.put(proposed("gift", "wallet"))
    pipeline.settle(BEGIN + timedelta(minutes=9))
    assert pipeline.deaths == 1
    message = OutboxStore(pipeline.driver.table).together("shop", "#value-flywheel", window_end(BEGIN, 10))
    assert (int(message.phase), message.key) == (TOGETHER_PHASE, TOGETHER_KEY)
    assert sorted(turn for _, turn, _ in members_of(message)) == ["gift", "wallet"]


def test_of_two_turns_whose_message_slack_did_not_take_the_one_that_is_left_is_told_by_itself() -> None:
    pipeline, events = told(), proposed("gift", "wallet")
    pipeline.put(events)
    pipeline.settle(BEGIN + timedelta(minutes=9))

    def down(step: str) -> None:
        if step == "post":
            raise SlackUnavailableError("down")

    pipeline.steps.before = down
    pipeline.tick(BEGIN + timedelta(minutes=11))
    assert heard(pipeline) == []
    assert {entry.state for entry in of_cards(pipeline)} == {"pending"}
    taken_back = History(flywheel="shop", source=events[0]["source"]).retracted(
        at(BEGIN + timedelta(minutes=11)), events[0]["detail"]["id"], id="taken back"
    )
    pipeline.put(taken_back.events)
    pipeline.settle(BEGIN + timedelta(minutes=12))
    pipeline.steps.heal()
    pipeline.tick(BEGIN + timedelta(minutes=30))
    pipeline.tick(BEGIN + timedelta(minutes=45))
    assert heard(pipeline) == ["wallet is in Clarity of Purpose"]


def played(pipeline: Pipeline) -> Pipeline:
    """Three turns that begin together, one that goes on, two that end together with one that began later."""
    pipeline.put(proposed("gift", "wallet", "search"))
    for minutes in (12, 30, 60):
        pipeline.tick(BEGIN + timedelta(minutes=minutes))
        pipeline.redrive()
    day, end = BEGIN + timedelta(days=1), BEGIN + timedelta(days=2)
    happens(pipeline, day, worked("gift", day), proposed("maps", when=day))
    happens(pipeline, end, stopped("wallet", "maps", when=end))
    for hour in range(1, 4):
        pipeline.tick(end + timedelta(hours=hour))
        pipeline.redrive()
    return pipeline


EXPECTED = ["2 turns moved on · shop", "3 turns moved on · shop", "maps was stopped after 1 d"]


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_death_at_any_step_loses_no_turn_and_costs_one_duplicate_at_most(before: bool) -> None:
    right = sorted(heard(played(told())))
    assert right == EXPECTED
    step = 0
    while True:
        pipeline = told()
        pipeline.steps.dies(step, before=before)
        played(pipeline)
        if not pipeline.deaths:
            break
        assert set(heard(pipeline)) >= set(right), step
        assert len(heard(pipeline)) <= len(right) + 1, step
        shown = {entry.state for entry in of_cards(pipeline)}
        assert shown <= {"sent", "updated"}, step
        step += 1
    assert step > (20 if before else 80)


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_death_at_any_step_neither_loses_what_breaks_through_nor_who_waited_with_it(before: bool) -> None:
    step = 0
    while True:
        pipeline = told(load(AN_HOUR))
        pipeline.steps.dies(step, before=before)
        ends_with_a_failed_change(pipeline)
        for minutes in (61, 90, 121, 150, 181):
            pipeline.redrive()
            pipeline.tick(BEGIN + timedelta(minutes=minutes))
        texts = " ".join(pipeline.slack.messages.values())
        assert "with a failed change" in texts, step
        assert "wallet is in Clarity of Purpose" in texts, step
        assert len(heard(pipeline)) <= 2, step
        if not pipeline.deaths:
            break
        step += 1
    assert step > (15 if before else 40)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["post", "update", "permalink"])
@pytest.mark.parametrize("number", range(4))
def test_a_lost_answer_of_slack_costs_one_duplicate_at_most_and_no_edit_goes_backwards(name: str, number: int) -> None:
    pipeline = told()
    lose_answer(pipeline, name, number)
    played(pipeline)
    assert set(heard(pipeline)) >= set(EXPECTED)
    assert len(heard(pipeline)) <= len(EXPECTED) + 1
    together = [text for text in pipeline.slack.messages.values() if text.startswith("3 turns")]
    assert "gift is in Next Best Action" in together[-1]
    assert "wallet was stopped" in together[-1]


def lose_answer(pipeline: Pipeline, name: str, number: int) -> None:
    """Slack does what it was asked to, and its answer is lost: once, of the calls of one kind."""
    calls = iter(range(10_000))

    def after(step: str) -> None:
        if step == name and next(calls) == number:
            raise SlackUnavailableError("the answer was lost")

    pipeline.steps.after = after
