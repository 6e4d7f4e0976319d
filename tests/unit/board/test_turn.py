"""The page of one turn: what came of it, what held it, and what it can be traced to."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from shared.board.turn.page import turn_page
from shared.board.turn.subject import UnknownTurnError
from shared.flywheel.history.history import history_of
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.unit.board.pages import Tree
from tests.unit.domain.histories import (
    FLYWHEEL,
    MOMENTS,
    SETTINGS,
    Envelope,
    History,
    commit,
    facts_of,
    histories,
    moment,
)


def bet() -> History:
    history = History().add("Goal Set", "01-05", goal="G1", statement="Shoppers pay without thinking")
    history.add("Metric Defined", "01-05", metric="orders", role="north_star", target=60)
    history.add("Metric Defined", "01-05", metric="saved-addresses", role="input", unit="percent", target=40)
    history.add("Metric Measured", "03-01", metric="saved-addresses", value=31.4)
    history.add("Metric Measured", "03-25", metric="saved-addresses", value=32)
    history.proposed("02-20", "i1", title="Saved addresses", goal="G1", input_metric="saved-addresses")
    history.worked("02-23", idea="i1").blocked("02-24", "b1", "02-26", idea="i1", title="Vault access")
    history.deployed("03-02", "d1", commit("c1", "03-01", "i1"))
    history.released("03-04", "f1", idea="i1")
    return history.outcome("03-26", idea="i1", result="missed", note="They type another for a gift")


def page(history: History, turn: str = "i1", as_of: str = "03-30", **how: Any) -> Tree:
    wheel = fold(facts_of(history.events), FLYWHEEL, Settings(), moment(as_of))
    at = moment(as_of) + timedelta(minutes=4)
    values = history_of(wheel, Settings(), 84)
    return Tree(turn_page(report_of(wheel, 84), values, turn, as_of=at, **how))


def test_a_missed_bet_says_so_with_what_its_input_did_around_the_release() -> None:
    text = page(bet()).text
    assert "Saved addresses was delivered, and missed its bet." in text
    assert "No. Saved addresses : 32% after it, 31.4 before; the target is 40." in text
    assert "That is what happened after it, not because of it." in text
    assert "“ They type another for a gift ”" in text


def test_two_values_of_a_bet_that_read_the_same_in_short_are_told_apart() -> None:
    history = bet().add("Metric Measured", "03-26", metric="saved-addresses", value=31.41)
    assert "No. Saved addresses : 31.41% after it, 31.40 before; the target is 40." in page(history).text


def test_what_held_it_is_named_and_its_chain_is_whole() -> None:
    text = page(bet()).text
    assert "Next Best Action took 9 d" in text
    assert "Blocked by “Vault access” for 2 d." in text
    assert "It can be traced from the north star down to what was deployed." in text


def test_behind_a_link_a_turn_has_no_note() -> None:
    assert "for a gift" not in page(bet(), audience="link").text


def test_an_open_turn_says_where_it_is_and_what_is_not_yet() -> None:
    text = page(History().proposed("03-20", "i1", title="Pay in one tap").challenged("03-22", "c1", idea="i1")).text
    assert "Pay in one tap is in Challenge & Landscape." in text
    assert "not yet" in text
    assert "It cannot be traced: north star, input and goal are not set." in text


@pytest.mark.slow
@settings(max_examples=25)
@given(histories(), MOMENTS, SETTINGS)
def test_every_turn_of_any_history_has_a_page_that_is_well_formed(
    events: list[Envelope], as_of: datetime, rules: Settings
) -> None:
    wheel = fold(facts_of(events), FLYWHEEL, rules, as_of)
    report, values = report_of(wheel, 84), history_of(wheel, rules, 84)
    for turn in values.turns:
        tree = Tree(turn_page(report, values, turn.turn, as_of=as_of, audience="link"))
        assert not re.search(r"\bNone\b|\bnan\b", tree.text)
        assert not [each for each in tree.all("a") if (each.get("href") or "").startswith("https:")]


def test_a_turn_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownTurnError, match="got 'nobody'"):
        page(bet(), "nobody")


def test_an_input_that_nobody_measures_any_more_is_hatched_and_is_no_value_of_now() -> None:
    history = bet().add("Metric Defined", "01-06", metric="saved-addresses", role="input", target=40, cadence_days=7)
    current, stale = page(history), page(history, as_of="06-30")
    assert not [each for each in current.all("rect") if each.get("class") == "hatched"]
    assert [each for each in stale.all("rect") if each.get("class") == "hatched"]
    labels = [each.get("aria-label") or "" for each in stale.all("svg")]
    assert "Saved addresses over 26 weeks, 32 on 25 Mar." in labels
