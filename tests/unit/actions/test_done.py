"""What became of what was advised: done, and how; still so; or gone, of which nothing is said."""

from typing import Any

import pytest

from shared.flywheel.actions.done import fate
from shared.flywheel.report.listed import listed_actions
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.window import window_of
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, moment, rules


def action(rule: str, phase: int, thing: str = "x", kind: str = "turn") -> dict[str, Any]:
    return {"rule": rule, "phase": phase, "things": [{"kind": kind, "id": thing, "title": None, "url": None}]}


def told(history: History, advised: dict[str, Any], as_of: str, settings: Settings | None = None) -> str:
    """How it was done, else `still` or `gone`."""
    wheel = fold(facts_of(history.events), FLYWHEEL, settings or Settings(), moment(as_of))
    found = fate(advised, listed_actions(wheel, 84), Evidence(wheel, window_of(wheel, 84)))
    return found.how or found.became


def test_a_blocker_that_was_closed_is_told_by_its_weekday_in_the_flywheels_zone() -> None:
    history = History().proposed("03-01", "a").blocked("03-01", "SEC-77", "03-16 23:30", idea="a")
    advised = action("open_blocker", 2, thing="SEC-77", kind="blocker")
    assert told(history, advised, "03-20") == "“SEC-77” was closed on Monday"
    assert told(history, advised, "03-20", rules(time_zone="Europe/Berlin")) == "“SEC-77” was closed on Tuesday"
    assert told(history, advised, "03-30") == "“SEC-77” was closed on 16 Mar"


@pytest.mark.parametrize(
    ("advised", "sentence"),
    [
        (action("stalled_turn", 1, thing="a"), "“a” was stopped on Thursday"),
        (action("open_incident", 4, thing="i", kind="incident"), "“i” was resolved on Wednesday"),
        (action("open_incident", 4, thing="j", kind="incident"), "gone"),
        (action("constraint", 3, thing="a"), "Next Best Action is no longer the constraint"),
        (action("largest_drag.stalled_share", 3), "the largest drag is no longer stalled turns, or below 10%"),
        ({**action("doom_loop", 1), "things": []}, "no change of direction chases a disappointment"),
        (action("phase_unobserved", 1, thing="Idea Proposed", kind="event_kind"), "gone"),
    ],
)
def test_each_rule_says_what_made_its_action_done(advised: dict[str, Any], sentence: str) -> None:
    history = History().proposed("03-01", "a").stopped("03-19 10:00", "a").incident("03-10", "i", "03-18")
    assert told(history, advised, "03-20") == sentence


def delivered(*ideas: str) -> History:
    """An idea a week, each delivered within it."""
    history = History()
    for n, idea in enumerate(ideas):
        history.proposed(f"03-{7 * n + 1:02}", idea).released(f"03-{7 * n + 2:02}", f"f-{idea}", idea=idea)
        history.outcome(f"03-{7 * n + 3:02}", idea=idea, result="missed")
    return history


def test_a_newer_turn_makes_nothing_follow_from_the_one_before() -> None:
    history, advised = delivered("a", "b"), action("next_idea", 1, thing="a")
    assert told(history, advised, "03-12") == "still"
    assert told(history.proposed("03-11", "c", follows="a"), advised, "03-12") == "an idea follows from “a”"


def test_a_newer_bet_that_missed_challenges_no_older_one() -> None:
    history = delivered("a", "b").add("Metric Defined", "02-01", metric="m", role="input")
    for idea in "ab":
        history.proposed("03-01", idea, input_metric="m")
    advised = action("missed_bet", 2, thing="a")
    assert told(history, advised, "03-12") == "still"
    history.challenged("03-11", "why", "03-11 12:00")
    assert told(history, advised, "03-12") == "a challenge was resolved after “a” missed"
    assert told(delivered("b"), advised, "03-12") == "gone"


def test_an_outcome_that_is_asked_for_no_longer_may_still_be_due() -> None:
    history = History().proposed("03-01", "a").released("03-02", "f", idea="a")
    advised = action("outcome_due", 4, thing="a")
    assert told(history, advised, "08-01") == "still"
    assert told(history.outcome("07-31", idea="a"), advised, "08-01") == "the outcome of “a” is recorded"


def test_a_deployment_that_left_the_window_is_not_recovered_by_that() -> None:
    history = History().deployed("03-01", "d").incident("03-01 01:00", "i", cause={"deployment": "d"})
    advised = action("failed_deployment", 4, thing="d", kind="deployment")
    assert told(history, advised, "08-01") == "still"
    resolved = history.add("Incident Resolved", "07-01", incident="i")
    assert told(resolved, advised, "08-01") == "“d” is recovered"
    assert told(History().proposed("03-01", "a"), advised, "08-01") == "gone"


def test_a_stalled_turn_that_went_on_to_another_phase_is_stalled() -> None:
    history = History().proposed("01-01", "a").worked("03-01", idea="a")
    advised = action("stalled_turn", 1, thing="a")
    assert told(history, advised, "03-02") == "still"
    assert told(history.released("03-01 12:00", "f", idea="a"), advised, "03-02") == "“a” is no longer stalled"


def test_a_north_star_that_gave_way_to_another_was_not_measured() -> None:
    history = History().add("Metric Defined", "01-01", metric="m", role="north_star", cadence_days=7)
    history.add("Metric Measured", "03-01", metric="m", value=1)
    advised = action("north_star_stale", 1, thing="m", kind="metric")
    assert told(history, advised, "03-02") == "“m” is measured"
    assert told(history.add("Metric Defined", "03-01", metric="n", role="north_star"), advised, "03-02") == "gone"


def test_a_north_star_whose_definition_was_eased_got_no_better_by_that() -> None:
    history, stale = History(), action("north_star_stale", 1, thing="m", kind="metric")
    history.add("Metric Defined", "01-01", metric="m", role="north_star", cadence_days=7, target=100)
    assert told(history, stale, "03-02") == "still"
    assert told(history.add("Metric Defined", "02-20", metric="m", role="north_star", target=100), stale, "03-02") == (
        "gone"
    )
    away = action("north_star_away", 1, thing="m", kind="metric")
    history.add("Metric Measured", "02-01", metric="m", value=60).add("Metric Measured", "03-01", metric="m", value=50)
    assert told(history, away, "03-02") == "still"
    assert told(history.add("Metric Defined", "03-01", metric="m", role="north_star", target=40), away, "03-02") == (
        "gone"
    )
    history.add("Metric Measured", "03-02", metric="m", value=70)
    assert told(history, away, "03-03") == "“m” no longer goes away"


def test_a_signal_that_got_better_is_told_with_its_value_and_one_that_got_worse_is_not_done() -> None:
    history = History().proposed("01-01", "a").add("Review Recorded", "01-01", workload="w", risks={})
    watched = action("tenet_to_watch.review_age", 4, thing="Review Recorded", kind="event_kind")
    acted = action("tenet_to_act_on.review_age", 4, thing="Review Recorded", kind="event_kind")
    assert (told(history, watched, "05-01"), told(history, watched, "12-01")) == ("still", "still")
    again = history.add("Review Recorded", "11-28", workload="w", risks={})
    assert told(again, acted, "12-01") == "review age 3 d (“A problem-prevention culture”)"
    assert told(History().proposed("01-01", "a"), acted, "12-01") == "gone"


def test_a_phase_is_observed_where_a_turn_shows_it() -> None:
    history = History().proposed("03-01", "a").challenged("03-02", "c", idea="a").released("03-03", "f", idea="a")
    advised = action("phase_unobserved", 2, thing="Challenge Opened", kind="event_kind")
    assert told(history, advised, "03-20") == "a delivered turn shows Challenge & Landscape"


def test_a_drag_of_which_few_are_left_drags_still() -> None:
    history = History()
    for idea in "abcde":
        history.proposed("01-01", idea)
    advised = action("largest_drag.stalled_share", 3, thing="a")
    assert told(history, advised, "03-01") == "still"
    assert told(history.stopped("02-25", "e"), advised, "03-01") == "still"


def test_a_kind_that_was_sent_is_not_the_one_that_is_asked_for_next_in_its_phase() -> None:
    history = History().proposed("01-01", "a")
    for sort in ("market", "organisation"):
        history.add("Map Submitted", "01-02", map=sort, text="component A [0.5, 0.5]")
    advised = asked_for(history, "03-01")
    assert (advised["rule"], advised["phase"]) == ("most_telling_kind.8", 3)
    assert told(history, advised, "03-01") == "still"
    history.deployed("02-28", "d")
    following = asked_for(history, "03-01")
    assert (following["rule"], following["phase"]) == ("most_telling_kind.9", 3)
    assert told(history, advised, "03-01") == "“Frictionless developer experience” has figures"


FAMILY = load(b"""
[flywheels.shop]
[flywheels.checkout]
parent = "shop"
[flywheels.search]
parent = "shop"
""")


def below(first: History, second: History, advised: dict[str, Any], as_of: str) -> str:
    wheel = fold(facts_of([*first.events, *second.events]), "shop", FAMILY, moment(as_of))
    end = fate(advised, listed_actions(wheel, 84), Evidence(wheel, window_of(wheel, 84)))
    return end.how or end.became


def test_a_blocker_that_eleven_others_outlast_holds_several_all_the_same() -> None:
    first, second = History(flywheel="checkout", source="c"), History(flywheel="search", source="s")
    for n in range(12):
        for history, idea in ((first, "a"), (second, "b")):
            history.proposed("01-01", idea).blocked(f"02-{n + 1:02}", f"B-{n}", idea=idea)
    advised = action("shared_blocker", 2, thing="B-11", kind="blocker")
    assert below(first, second, advised, "03-01") == "still"
    first.add("Blocker Closed", "02-27", blocker="B-11", idea="a")
    assert below(first, second, advised, "03-01") == "“B-11” no longer holds several"


def test_a_component_with_inertia_resists_by_any_of_its_spellings_and_among_many() -> None:
    first, second = History(flywheel="checkout", source="c"), History(flywheel="search", source="s")
    names = [*(f"a{n}" for n in range(11)), "Ledger"]
    for history in (first, second):
        history.proposed("01-01", "a" if history is first else "b")
        text = "\n".join(f"component {name} [0.5, 0.5] inertia" for name in names)
        history.add("Map Submitted", "02-01", map="organisation", text=text)
    advised = action("shared_inertia", 2, thing="ledger", kind="component")
    assert below(first, second, advised, "03-01") == "still"
    first.add("Map Submitted", "02-02", map="organisation", text="component Ledger [0.5, 0.5]")
    assert below(first, second, advised, "03-01") == "“ledger” no longer resists on several maps"


def asked_for(history: History, as_of: str) -> dict[str, Any]:
    """The kind of event that would tell most."""
    listed = listed_actions(fold(facts_of(history.events), FLYWHEEL, Settings(), moment(as_of)), 84)
    return next(each for each in listed if each["rule"].startswith("most_telling_kind"))


def test_a_kind_that_gave_way_to_another_was_not_sent() -> None:
    history = History().proposed("01-01", "a")
    advised = asked_for(history, "03-01")
    for sort in ("organisation", "solution", "emerging_value"):
        history.add("Map Submitted", "02-28", map=sort, text="component A [0.5, 0.5]")
    assert asked_for(history, "03-01")["rule"] != advised["rule"] == "most_telling_kind.3"
    assert told(history, advised, "03-01") == "still"
