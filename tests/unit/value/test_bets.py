"""Bets and traceability: which input a turn was to move, what it did, and what the turn leads to (value.md §3)."""

from typing import Any

import pytest

from tests.unit.domain.histories import FLYWHEEL, History, measured
from tests.unit.value.test_metrics import FAMILY


def wired() -> History:
    history = History().add("Metric Defined", "01-01", metric="star", role="north_star")
    return history.add("Metric Defined", "01-01", metric="reorders", role="input")


def bet(history: History, idea: str, released: str, **more: Any) -> History:
    proposed = {"input_metric": "reorders"} | more
    history.proposed("03-01", idea, **proposed)
    return history.released(released, f"{idea}-f", idea=idea, flywheel=more.get("flywheel", FLYWHEEL))


def value(history: History, as_of: str = "05-30", flywheel: str = FLYWHEEL) -> dict[str, Any]:
    found: dict[str, Any] = measured(history.events, as_of, 84, FAMILY, flywheel)["value"]
    return found


def measure(history: History, time: str, value: float) -> History:
    return history.add("Metric Measured", time, metric="reorders", value=value)


def test_a_bet_is_told_with_its_input_before_and_after_the_release() -> None:
    history = bet(wired(), "A", "03-20 12:00").outcome("05-01", idea="A", result="missed")
    measure(measure(history, "03-10", 4.1), "03-20 12:00", 4.0)
    measure(measure(history, "04-10", 4.5), "04-17 12:00", 4.6)
    measure(history, "04-17 12:01", 9.0)
    assert value(history)["bets"] == [
        {
            "turn": "A",
            "input_metric": "reorders",
            "released_at": "2026-03-20T12:00:00Z",
            "before": 4.0,
            "after": 4.6,
            "heading": "towards",
            "shared": False,
            "outcome": "missed",
        }
    ]
    [early] = value(history, "04-12")["bets"]
    assert (early["after"], early["outcome"]) == (4.5, None)


@pytest.mark.parametrize(
    ("before", "after"), [("02-20 12:00", None), ("02-20 11:59", None), (None, "04-17 12:00"), (None, "03-20 12:00")]
)
def test_what_is_too_far_from_the_release_is_missing(before: str | None, after: str | None) -> None:
    history = bet(wired(), "A", "03-20 12:00")
    for time in (before, after):
        if time is not None:
            measure(history, time, 5)
    [found] = value(history)["bets"]
    assert found["heading"] is None
    assert (found["before"] is not None) == (before == "02-20 12:00" or after == "03-20 12:00")
    assert (found["after"] is not None) == (after == "04-17 12:00")


def test_the_input_metric_that_an_idea_stated_latest_counts() -> None:
    history = bet(wired(), "A", "03-20").add("Metric Defined", "01-01", metric="visits", role="input")
    history.proposed("03-02", "A", input_metric="visits")
    assert [each["input_metric"] for each in value(history)["bets"]] == ["visits"]
    history.proposed("03-03", "A")
    assert [each["input_metric"] for each in value(history)["bets"]] == ["visits"]


def test_a_changed_role_takes_earlier_bets_away() -> None:
    history = bet(wired(), "A", "03-20")
    assert value(history)["traceability"]["with_input"]["count"] == 1
    history.add("Metric Defined", "05-01", metric="reorders", role="effort")
    assert value(history)["bets"] == []
    assert value(history)["traceability"]["with_input"]["count"] == 0


def test_an_idea_that_names_no_input_of_the_scope_is_no_bet() -> None:
    history = bet(wired(), "A", "03-20", input_metric="unheard of")
    assert value(history)["bets"] == []


def test_bets_are_those_released_in_the_window_in_order_of_release_and_name() -> None:
    history = wired()
    for idea, released in (("C", "04-01"), ("B", "04-02"), ("A", "04-01"), ("old", "03-01"), ("waiting", "06-20")):
        bet(history, idea, released)
    assert [each["turn"] for each in value(history)["bets"]] == ["A", "C", "B"]


def test_bets_on_one_metric_that_are_released_together_share_what_happened() -> None:
    history = bet(bet(wired(), "A", "03-20"), "B", "04-17")
    assert [each["shared"] for each in value(history)["bets"]] == [True, True]
    history = bet(bet(wired(), "A", "03-20"), "B", "04-17 00:01")
    assert [each["shared"] for each in value(history)["bets"]] == [False, False]


def test_bets_of_a_sibling_on_the_parents_metric_are_shared_and_on_its_own_are_not() -> None:
    history = History().add("Metric Defined", "01-01", metric="reorders", role="input", flywheel="shop")
    bet(bet(history, "A", "03-20"), "B", "04-01", flywheel="search")
    assert [each["shared"] for each in value(history)["bets"]] == [True]
    assert [each["shared"] for each in value(history, flywheel="search")["bets"]] == [True]
    history.add("Metric Defined", "01-01", metric="reorders", role="input", flywheel="search")
    assert [each["shared"] for each in value(history)["bets"]] == [False]
    assert [each["shared"] for each in value(history, flywheel="search")["bets"]] == [False]


def test_turns_are_traced_to_goal_input_and_north_star() -> None:
    history = wired().add("Goal Set", "01-01", goal="g", statement="s", parent="top", flywheel="shop")
    history.add("Goal Set", "01-01", goal="top", statement="s", parent="unset", flywheel="shop")
    bet(history, "A", "03-20", goal="g")
    bet(history, "B", "03-20", input_metric=None, goal="nobody set this")
    bet(history, "C", "03-20", input_metric=None).add(
        "Goal Set", "03-02", goal="c", statement="s", idea="C", flywheel="shop"
    )
    found = measured(history.events, "05-30", 84, FAMILY)
    shares = found["value"]["traceability"]
    assert {name: (each["count"], each["n"]) for name, each in shares.items()} == {
        "with_goal": (2, 3), "with_input": (1, 3), "to_north_star": (1, 3),
    }  # fmt: skip
    assert {turn["turn"]: turn["chain"] for turn in found["turn_list"]} == {
        "A": {"goals": ["g", "top"], "input": "reorders", "north_star": "star"},
        "B": {"goals": [], "input": None, "north_star": None},
        "C": {"goals": ["c"], "input": None, "north_star": None},
    }


def test_without_a_north_star_nothing_leads_to_one() -> None:
    history = bet(History().add("Metric Defined", "01-01", metric="reorders", role="input"), "A", "03-20")
    found = measured(history.events, "05-30", 84)
    assert found["value"]["traceability"]["to_north_star"]["count"] == 0
    assert found["turn_list"][0]["chain"] == {"goals": [], "input": "reorders", "north_star": None}


def test_a_circle_of_goals_is_walked_once() -> None:
    history = bet(wired(), "A", "03-20", goal="a")
    for goal, parent in (("a", "b"), ("b", "c"), ("c", "b")):
        history.add("Goal Set", "01-01", goal=goal, statement="s", parent=parent)
    [turn] = measured(history.events, "05-30", 84)["turn_list"]
    assert turn["chain"]["goals"] == ["a", "b", "c"]


def test_the_latest_goal_set_says_the_parent() -> None:
    history = bet(wired(), "A", "03-20", goal="a").add("Goal Set", "01-01", goal="a", statement="s", parent="b")
    history.add("Goal Set", "01-01", goal="b", statement="s").add("Goal Set", "02-01", goal="a", statement="s")
    [turn] = measured(history.events, "05-30", 84)["turn_list"]
    assert turn["chain"]["goals"] == ["a"]
