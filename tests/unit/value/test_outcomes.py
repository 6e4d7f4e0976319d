"""What came of the turns: the latest outcome counts, also long after the close (value.md §1)."""

from math import log

import pytest

from tests.unit.domain.histories import History


def turn(history: History, idea: str, released: str) -> History:
    return history.proposed("03-01", idea).released(released, f"{idea}-f", idea=idea)


def outcome_of(history: History, idea: str, as_of: str) -> object:
    return history.turn(idea, as_of)["outcome"]


def test_an_outcome_long_after_the_close_is_the_outcome_of_its_turn() -> None:
    history = turn(History(), "A", "03-05").outcome("05-20", idea="A", result="missed")
    assert outcome_of(history, "A", "05-19") is None
    assert outcome_of(history, "A", "05-20") == "missed"
    assert history.turn("A", "05-20")["closed_at"] == "2026-03-12T00:00:00Z"


def test_of_contradictory_outcomes_the_latest_counts_and_changes_nothing_else() -> None:
    history = turn(History(), "A", "03-05").outcome("03-20", idea="A", result="met")
    before = history.report("04-01", 84)
    history.outcome("03-25", idea="A", result="missed")
    after = history.report("04-01", 84)
    assert after["value"]["outcomes"] == {"met": 0, "missed": 1, "learned": 0, "unknown": 0}
    assert after["turns"] == before["turns"]
    assert after["momentum"] == before["momentum"]


def test_outcomes_are_counted_over_turns_delivered_in_the_window() -> None:
    history = History()
    for idea, result in (("A", "met"), ("B", "met"), ("C", "missed"), ("D", "learned"), ("E", None)):
        turn(history, idea, "03-05")
        if result:
            history.outcome("03-20", idea=idea, result=result)
    turn(history, "open", "03-29").stopped("03-20", "dropped").proposed("03-01", "dropped")
    found = history.report("04-01", 84)["value"]
    assert found["outcomes"] == {"met": 2, "missed": 1, "learned": 1, "unknown": 1}
    assert (found["hit_rate"]["value"], found["hit_rate"]["count"], found["hit_rate"]["n"]) == (2 / 3, 2, 3)
    assert history.report("07-01", 84)["value"]["outcomes"] == {"met": 0, "missed": 0, "learned": 0, "unknown": 0}
    assert history.report("07-01", 84)["value"]["hit_rate"]["value"] is None


def test_an_outcome_of_a_shared_feature_is_that_of_every_idea_that_shares_it() -> None:
    history = History().proposed("03-01", "A", feature="f").proposed("03-01", "B", feature="f").released("03-05", "f")
    history.outcome("03-20", feature="f", result="met")
    assert [outcome_of(history, idea, "04-01") for idea in ("A", "B")] == ["met", "met"]


def test_only_turns_that_paid_push_the_momentum_of_value() -> None:
    history = turn(History(), "A", "03-05").outcome("05-01", idea="A", result="met")
    turn(history, "B", "04-02").outcome("04-20", idea="B", result="missed")
    turn(history, "C", "04-02")
    found = history.report("05-07", 84)["value"]["momentum"]
    value, other = 2 ** -(56 / 28), 2 ** -(28 / 28)
    assert found["value"] == pytest.approx(value, rel=1e-15)
    assert found["rate_equivalent"] == pytest.approx(value * log(2), rel=1e-15)
    assert found["trend"] == pytest.approx(0.5, rel=1e-15)
    assert found["known_share"] == pytest.approx((value + other) / (value + 2 * other), rel=1e-15)


def test_momentum_of_value_is_unknown_where_nothing_was_delivered() -> None:
    found = History().proposed("03-01", "A").report("04-01", 84)["value"]["momentum"]
    assert found == {"value": 0.0, "rate_equivalent": 0.0, "trend": None, "known_share": None}
