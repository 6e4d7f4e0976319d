"""What a report advises: each rule with its thing by name, in order of urgency, and no advice that means nothing."""

import random
from typing import Any

import pytest
from hypothesis import given, settings

from shared.flywheel.actions.action import Situation
from shared.flywheel.actions.rules import RULES, actions_of
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.window import window_of
from tests.unit.domain.histories import FLYWHEEL, History, commit, facts_of, histories, measured, moment, rules
from tests.unit.summaries.wheels import at, barely_wired, doom_loop, first_turn, healthy, struggling, well_wired


def actions(history: History, as_of: str, window: float = 84) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = history.report(as_of, window)["actions"]
    return found


def by_rule(history: History, as_of: str, window: float = 84) -> dict[str, dict[str, Any]]:
    return {each["rule"].partition(".")[0]: each for each in actions(history, as_of, window)}


def things(action: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["kind"], each["id"]) for each in action["things"]]


def test_an_action_has_its_rule_phase_urgency_text_reason_and_things() -> None:
    [action] = [each for each in actions(first_turn(), at(14)) if each["rule"] == "next_idea"]
    assert action == {
        "rule": "next_idea",
        "phase": 1,
        "urgency": 6,
        "text": "Propose the idea that follows from “Checkout in one page”.",
        "because": "it was delivered on 17 Jan, and nothing follows it yet",
        "things": [{"kind": "turn", "id": "one-page", "title": "Checkout in one page", "url": None}],
    }


def test_one_deployment_is_not_told_to_propose_what_follows_from_a_turn_that_was_none() -> None:
    """Nonsense seen: "propose the idea that follows from what this turn taught" after one deployment."""
    history = History().deployed("03-01", "d1", commit("c1", "02-28"))
    found = by_rule(history, "03-05")
    assert "next_idea" not in found
    assert "turn" not in found["most_telling_kind"]["text"]
    assert things(found["most_telling_kind"]) == [("event_kind", "Map Submitted")]


HEAVY = "\n".join(f"component C{n} [1, 0.{n}]{' inertia' if n < 3 else ''}" for n in range(1, 7))


def test_inertia_is_named_component_by_component() -> None:
    """Nonsense seen: inertia advice with nothing named."""
    action = by_rule(History().add("Map Submitted", "03-01", map="organisation", text=HEAVY), "03-05")["largest_drag"]
    assert action["text"] == "Agree on the first step that moves “C1”; “C2” resists moving too."
    assert action["because"] == "the largest drag is inertia on the map, 33%"
    assert (action["phase"], things(action)) == (2, [("component", "C1"), ("component", "C2")])


def test_a_share_of_fewer_than_five_is_no_drag_to_act_on() -> None:
    few = "component A [1, 0.5] inertia\ncomponent B [1, 0.5]"
    found = by_rule(History().add("Map Submitted", "03-01", map="organisation", text=few), "03-05")
    assert "largest_drag" not in found


def test_safety_that_calls_for_action_comes_before_rework() -> None:
    """Nonsense seen: "take the newest hotfix" while safety stood at 1.3 of 7."""
    history = History()
    for n in range(6):
        history.deployed(f"03-{n + 1:02}", f"d{n}", kind="hotfix" if n % 2 else "planned")
        history.add("Survey Answered", "03-02", survey="psychological_safety", answers=[7, 1, 7, 1, 7, 1, 2])
    found = actions(history, "03-20")
    assert [(each["rule"], each["urgency"]) for each in found[:2]] == [
        ("tenet_to_act_on.psychological_safety", 2),
        ("largest_drag.rework_rate", 3),
    ]
    assert found[0]["because"] == "“Psychological safety” calls for action: score 1.1 of 7, healthy from 5"
    assert things(found[1])[0] == ("deployment", "d5")


def test_a_blocker_is_named_with_the_turn_that_it_holds() -> None:
    """Nonsense seen: "remove the blocker open longest" though SEC-77 was sent."""
    history = History().proposed("03-01", "checkout", title="One page").blocked("03-02", "SEC-77", idea="checkout")
    history.blocked("03-03", "OPS-1", idea="checkout")
    assert "open_blocker" not in by_rule(history, "03-08")
    action = by_rule(history, "03-14")["open_blocker"]
    assert action["text"] == "Remove the blocker “SEC-77”, or split “One page” so that the rest can go on."
    assert action["because"] == "it has been open for 12 d; 92% of turn time is spent blocked"
    assert things(action) == [("blocker", "SEC-77"), ("blocker", "OPS-1"), ("turn", "checkout")]


def test_title_and_link_are_the_latest_of_the_source_that_opened_the_thing() -> None:
    history = History().proposed("03-01", "a")
    history.blocked(
        "03-01", "SEC-77", idea="a", title="Old", url="https://jira.example.com/SEC-77?focus=1", source="jira"
    )
    history.blocked("03-02", "SEC-77", idea="a", title="New", source="jira")
    history.blocked("03-03", "SEC-77", idea="a", title="Else", url="https://else.example.com/", source="else")
    [blocker, _] = by_rule(history, "03-14")["open_blocker"]["things"]
    assert (blocker["title"], blocker["url"]) == ("New", "https://jira.example.com/SEC-77")
    trusting = rules(link_hosts=["jira.example.com"])
    found = next(each for each in history.report("03-14", 84, trusting)["actions"] if each["rule"] == "open_blocker")
    assert found["things"][0]["url"] == "https://jira.example.com/SEC-77?focus=1"


def test_deployments_of_one_name_are_told_apart_by_their_service() -> None:
    history = History()
    for n in range(6):
        history.deployed(f"03-{n // 2 + 1:02}", f"d{n // 2}", service=("web", "api")[n % 2], outcome="rolled_back")
        history.add("Incident Opened", f"03-{n // 2 + 1:02}", incident=f"i{n}", service=("web", "api")[n % 2])
    found = by_rule(history, "03-05")["failed_deployment"]
    assert found["text"] == "Recover the failed deployment “d0” of api."
    assert things(found)[:2] == [("deployment", "d0"), ("deployment", "d0")]
    assert set(found["things"][0]) == {"kind", "id", "title", "url"}


def test_a_failed_deployment_and_an_old_incident_are_broken_now() -> None:
    history = History().deployed("03-01", "d1").incident("03-01 01:00", "i1", cause={"deployment": "d1"})
    assert actions(history, "03-01 12:00")[0]["rule"] == "failed_deployment"
    found = actions(history, "03-04")
    assert [(each["rule"], each["urgency"], each["phase"]) for each in found[:2]] == [
        ("open_incident", 1, 4),
        ("failed_deployment", 1, 4),
    ]
    assert found[0]["because"] == "it has been open for 2 d 23 h"
    assert (things(found[0]), things(found[1])) == ([("incident", "i1")], [("deployment", "d1")])


def test_a_doom_loop_names_what_disappointed() -> None:
    action = actions(doom_loop(), at(106))[0]
    assert (action["rule"], action["phase"], action["urgency"]) == ("doom_loop", 1, 1)
    assert things(action) == [("metric", "share-paid"), ("turn", "idea-1"), ("turn", "idea-0")]


def test_stalled_turns_are_for_the_persona_of_the_phase_in_which_they_stand() -> None:
    history = History().proposed("01-01", "old").proposed("01-02", "worked-on").worked("01-03", idea="worked-on")
    found = [each for each in actions(history, "03-01") if each["rule"] == "stalled_turn"]
    assert [(each["phase"], things(each)) for each in found] == [(1, [("turn", "old")]), (3, [("turn", "worked-on")])]
    assert found[0]["because"] == "it has been open for 59 d, where 42 d is the limit"


def test_a_delivered_turn_without_an_outcome_is_asked_for_it_after_four_weeks() -> None:
    history = History().proposed("01-01", "x").worked("01-02", idea="x").released("01-10", "x-f", idea="x")
    assert "outcome_due" not in by_rule(history, "02-13")
    action = by_rule(history, "02-14")["outcome_due"]
    assert (action["text"], things(action)) == (
        "Record what came of “x”: met, missed or learned.",
        [("turn", "x")],
    )
    assert "outcome_due" not in by_rule(history.outcome("02-13", idea="x"), "02-14")


def test_an_outcome_is_asked_for_whatever_the_window_until_what_came_of_it_is_in_no_figure() -> None:
    history = History().proposed("01-01", "x").worked("01-02", idea="x").released("01-10", "x-f", idea="x")
    assert "outcome_due" in by_rule(history, "02-14", 28)
    assert "outcome_due" in by_rule(history, "04-10", 28)
    assert "outcome_due" not in by_rule(history, "04-11", 28)
    assert "outcome_due" in by_rule(history, "04-11", 112)


def test_the_inputs_that_are_declared_are_those_of_the_scope() -> None:
    family = Settings(
        flywheels={
            each.id: each for each in (FlywheelSettings(id=FLYWHEEL, parent="shop"), FlywheelSettings(id="shop"))
        }
    )
    history = History().proposed("01-01", "x")
    for name, flywheel in (("speed", FLYWHEEL), ("reorders", "shop")):
        history.add("Metric Defined", "01-01", metric=name, role="input", flywheel=flywheel)
    listed = history.report("02-01", 84, family)["actions"]
    found = next(each for each in listed if each["rule"] == "tenet_to_watch.inputs_declared")
    assert found["text"].endswith("declared: “speed” and “reorders”.")


def test_what_something_follows_already_is_not_asked_to_be_followed() -> None:
    history = first_turn()
    assert "next_idea" in by_rule(history, at(14))
    assert "next_idea" in by_rule(first_turn().proposed(at(0), "one-page", follows="one-page"), at(14))
    assert "next_idea" not in by_rule(history.proposed(at(13), "next", follows="one-page"), at(14))


def with_value(history: History, as_of: str, **value: Any) -> list[dict[str, Any]]:
    """The actions of a report in which value is told so."""
    wheel = fold(facts_of(history.events), FLYWHEEL, Settings(), moment(as_of))
    report = report_of(wheel, 84) | {"value": {"north_star": None, "bets": []} | value}
    return actions_of(Situation(report, Evidence(wheel, window_of(wheel, 84))))


STAR = {
    "metric": "orders", "unit": "orders a week", "value": 235.0, "previous": 1000.0,
    "heading": "away", "reached": False, "stale": False,
}  # fmt: skip


def test_a_north_star_that_goes_away_is_held() -> None:
    [action] = [each for each in with_value(History(), "03-01", north_star=STAR) if each["urgency"] == 2]
    assert (action["rule"], action["phase"], things(action)) == ("north_star_away", 1, [("metric", "orders")])
    assert action["because"] == "it went from 1,000 to 235 orders a week"
    reached = STAR | {"reached": True}
    assert not [each for each in with_value(History(), "03-01", north_star=reached) if each["urgency"] == 2]


def test_a_stale_north_star_is_to_be_measured() -> None:
    history = History().add("Metric Defined", "01-01", metric="orders", role="north_star", cadence_days=7)
    history.add("Metric Measured", "01-02", metric="orders", value=1)
    found = with_value(history, "03-01", north_star=STAR | {"stale": True, "heading": "level"})
    [action] = [each for each in found if each["urgency"] == 2]
    assert (action["rule"], action["because"]) == ("north_star_stale", "it was last measured 8.3 × its cadence ago")


def test_a_missed_bet_asks_for_a_challenge_until_one_is_resolved() -> None:
    history = History().proposed("01-01", "x", input_metric="speed").outcome("02-20", idea="x", result="missed")
    bets = [{"turn": "x", "input_metric": "speed", "outcome": "missed"}]
    [action] = [each for each in with_value(history, "03-01", bets=bets) if each["rule"] == "missed_bet"]
    assert (action["phase"], things(action)) == (2, [("turn", "x")])
    history.challenged("02-21", "why", "02-22")
    assert not [each for each in with_value(history, "03-01", bets=bets) if each["rule"] == "missed_bet"]


def test_of_one_urgency_what_is_farthest_beyond_its_limit_comes_first() -> None:
    history = History().proposed("03-01", "x").blocked("03-01", "b", idea="x").proposed("01-01", "old")
    rules = [each["rule"] for each in actions(history, "03-25")]
    assert rules[:2] == ["open_blocker", "stalled_turn"]  # 24 of 7 days, before 83 of 42
    rules = [each["rule"] for each in actions(history, "03-10")]
    assert rules[:2] == ["stalled_turn", "open_blocker"]  # 68 of 42 days, before 9 of 7


@pytest.mark.slow
@given(histories())
@settings(max_examples=60, deadline=None)
def test_actions_are_in_order_and_a_function_of_the_set_of_events(envelopes: list[dict[str, Any]]) -> None:
    found = measured(envelopes, "04-20")["actions"]
    known = {rule.id: rule.urgency for rule in RULES}
    urgencies = [known[each["rule"].partition(".")[0]] for each in found]
    assert urgencies == sorted(each["urgency"] for each in found)
    shuffled = random.Random(3).sample(envelopes, len(envelopes))
    assert measured([*shuffled, *envelopes[::2]], "04-20")["actions"] == found


@pytest.mark.parametrize(
    "wheel", [healthy, struggling, barely_wired, doom_loop, first_turn, well_wired], ids=lambda wheel: wheel.__name__
)
def test_every_action_of_a_wheel_is_one_imperative_sentence_about_named_things(wheel: Any) -> None:
    for day in range(7, 180, 14):
        for each in actions(wheel(), at(day)):
            assert each["text"].endswith(".")
            assert each["because"]
            assert all(thing["id"] for thing in each["things"])
            assert "{" not in each["text"] + each["because"]
            assert each["things"]


def test_an_alarm_that_rang_again_is_to_be_reviewed_again() -> None:
    """Seen: no report at all, where a later incident of a reviewed one's name was not reviewed itself."""
    history = History()
    for n in range(5):
        history.deployed(f"03-0{n + 1}", f"d{n}")
        history.incident(f"03-0{n + 1} 01:00", "alarm", f"03-0{n + 1} 02:00", cause={"deployment": f"d{n}"})
    history.add("Incident Reviewed", "03-01 03:00", incident="alarm")
    action = by_rule(history, "03-20")["tenet_to_act_on"]
    assert things(action)[:4] == [("deployment", f"d{n}") for n in (4, 3, 2, 1)]
