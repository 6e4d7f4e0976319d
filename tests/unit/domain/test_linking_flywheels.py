"""Whose flywheel an event turns (domain: "Flywheel of an event")."""

from typing import Any

import pytest

from shared.flywheel.report.report import flywheels_of
from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.unit.domain.histories import History, Report, facts_of, measured

OWNERS = Settings(
    flywheels={
        "checkout": FlywheelSettings(id="checkout", services=("web", "pay-*"), repositories=("shop",)),
        "search": FlywheelSettings(id="search", services=("pay-search",), repositories=("sh*", "index")),
    }
)


def seen(history: History, flywheel: str, **window: Any) -> Report:
    return measured(history.events, "03-30", settings=OWNERS, flywheel=flywheel, **window)


def counted(history: History) -> dict[str, int]:
    return {name: seen(history, name)["receipt"]["counted"] for name in ("checkout", "search")}


def test_the_field_beats_the_service_and_the_service_the_repository() -> None:
    history = History(flywheel=None)
    history.deployed("03-02", "d1", service="web", repository="index")
    assert counted(history) == {"checkout": 1, "search": 0}
    history.deployed("03-02", "d2", service="web", flywheel="search")
    assert counted(history) == {"checkout": 1, "search": 1}
    history.deployed("03-02", "d3", service="unknown", repository="index")
    assert counted(history) == {"checkout": 1, "search": 2}


def test_an_exact_name_beats_a_pattern() -> None:
    history = History(flywheel=None).deployed("03-02", "d1", service="pay-search")
    history.deployed("03-02", "d2", service="pay-cards").changed("03-02", "a", repository="shop")
    assert counted(history) == {"checkout": 2, "search": 1}


CLOSINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "Incident Resolved": ("incident", {}),
    "Incident Reviewed": ("incident", {}),
    "Blocker Closed": ("blocker", {}),
    "Challenge Resolved": ("challenge", {"decision": "stop"}),
}


def opened(history: History, kind: str, time: str, **more: Any) -> History:
    """What a kind of closing closes, opened."""
    what, _ = CLOSINGS[kind]
    return history.add(f"{what.capitalize()} Opened", time, **{what: "x"}, **more)


def closed(history: History, kind: str, time: str, **more: Any) -> History:
    what, must = CLOSINGS[kind]
    return history.add(kind, time, **{what: "x"}, **must, **more)


every_closing = pytest.mark.parametrize("kind", CLOSINGS)


@every_closing
def test_a_closing_that_tells_nothing_follows_the_latest_opening_at_or_before_it_else_the_earliest(kind: str) -> None:
    def belongs(time: str) -> dict[str, int]:
        history = opened(History(flywheel=None), kind, "03-03 10:00", service="web")
        return counted(closed(opened(history, kind, "03-10 10:00", service="pay-search"), kind, time))

    mine, theirs = {"checkout": 2, "search": 1}, {"checkout": 1, "search": 2}
    assert [belongs(time) for time in ("03-03 10:00", "03-10 09:59", "03-10 10:00")] == [mine, mine, theirs]
    assert belongs("03-02") == mine


@every_closing
def test_a_closing_follows_its_opening_whatever_service_it_names(kind: str) -> None:
    """Opened on a service of search, closed when it had become one of checkout: the opening alone says whose it is."""
    history = opened(History(flywheel=None), kind, "03-03", service="pay-search")
    assert counted(closed(history, kind, "03-04", service="web")) == {"checkout": 0, "search": 2}


@every_closing
def test_of_several_openings_that_of_the_owner_of_the_closings_service_is_followed(kind: str) -> None:
    """search opened before the closing; checkout, which owns the service, opened it even after that."""
    history = opened(History(flywheel=None), kind, "03-03", service="pay-search")
    opened(history, kind, "03-09", service="web")
    assert counted(closed(history, kind, "03-05", service="web")) == {"checkout": 2, "search": 1}


@every_closing
@pytest.mark.parametrize(("opening", "own"), [("03-05 10:05", True), ("03-05 10:06", False), ("03-01", True)])
def test_a_closings_own_field_counts_where_that_flywheel_opened_it_at_most_five_minutes_later(
    kind: str, opening: str, own: bool
) -> None:
    history = opened(History(flywheel=None), kind, opening, flywheel="checkout")
    opened(history, kind, "03-04", flywheel="search")
    closed(history, kind, "03-05 10:00", flywheel="checkout", service="pay-search")
    assert counted(history) == ({"checkout": 2, "search": 1} if own else {"checkout": 1, "search": 2})


@every_closing
def test_a_closing_follows_an_opening_of_its_own_source_before_any_other(kind: str) -> None:
    """checkout opened the same name later, but its sender never spoke of it: the closing is not of that."""
    history = opened(History(flywheel=None), kind, "03-03", service="pay-search", source="pager")
    opened(history, kind, "03-04", service="web", source="chat")
    assert counted(closed(history, kind, "03-05", service="web", source="pager")) == {"checkout": 1, "search": 2}


@every_closing
def test_a_closing_of_another_source_belongs_to_its_service_else_to_the_earliest_opening_of_any(kind: str) -> None:
    history = opened(History(flywheel=None), kind, "03-03", service="pay-search", source="pager")
    opened(history, kind, "03-04", service="web", source="chat")
    closed(history, kind, "03-05", service="web", source="elsewhere")
    assert counted(history) == {"checkout": 2, "search": 1}
    closed(history, kind, "03-05", flywheel="alone", source="elsewhere")
    assert counted(history) == {"checkout": 2, "search": 2}


@every_closing
def test_a_closing_without_an_opening_belongs_to_its_service_then_its_field_then_its_idea(kind: str) -> None:
    tells = {"flywheel": "checkout", "service": "pay-search"}
    assert counted(closed(History(flywheel=None), kind, "03-05", **tells)) == {"checkout": 0, "search": 1}
    tells = {"flywheel": "checkout", "service": "unknown"}
    assert counted(closed(History(flywheel=None), kind, "03-05", **tells)) == {"checkout": 1, "search": 0}
    history = History(flywheel=None).proposed("03-02", "faster", flywheel="search")
    assert counted(closed(history, kind, "03-05", idea="faster")) == {"checkout": 0, "search": 2}


def test_a_closing_that_follows_nobodys_opening_is_nobodys() -> None:
    history = History(flywheel=None).incident("03-03", "i1")
    history.add("Incident Resolved", "03-04", incident="i1", service="web")
    assert counted(history) == {"checkout": 0, "search": 0}
    assert seen(history, "unassigned")["receipt"]["counted"] == 2


def test_an_opening_that_tells_nothing_takes_its_closing_to_where_its_idea_is() -> None:
    history = History(flywheel=None).proposed("03-02", "faster", flywheel="search")
    history.blocked("03-03", "b1", idea="faster").add("Blocker Closed", "03-04", blocker="b1", service="web")
    assert counted(history) == {"checkout": 0, "search": 3}


def test_a_closing_lends_the_flywheel_that_it_tells_even_where_it_follows_another() -> None:
    history = History(flywheel=None).incident("03-03", "i1", service="pay-search")
    history.add("Incident Resolved", "03-04", incident="i1", flywheel="checkout", idea="faster")
    assert counted(history.worked("03-05", idea="faster")) == {"checkout": 1, "search": 2}


def test_a_flywheel_that_only_a_closing_names_is_one() -> None:
    history = History(flywheel=None).add("Incident Reviewed", "03-04", incident="i1", flywheel="alone")
    assert flywheels_of(facts_of(history.events), OWNERS) == ["alone", "checkout", "search"]
    history.incident("03-03", "i1", flywheel="search")
    assert flywheels_of(facts_of(history.events), OWNERS) == ["checkout", "search"]


def test_a_challenge_follows_the_idea_and_its_resolution_the_challenge() -> None:
    history = History(flywheel=None).proposed("03-02", "faster", flywheel="search")
    history.challenged("03-03", "c1", "03-04", idea="faster", decision="stop")
    (turn,) = seen(history, "search")["turn_list"]
    assert (turn["state"], turn["turn"]) == ("stopped", "faster")
    assert counted(history) == {"checkout": 0, "search": 3}


def test_an_event_follows_the_earliest_that_names_its_idea_else_its_feature() -> None:
    history = History(flywheel=None).worked("03-05", idea="faster").released("03-06", "box")
    assert counted(history) == {"checkout": 0, "search": 0}
    history.proposed("03-03", "faster", flywheel="search").proposed("03-04", "faster", flywheel="checkout")
    assert counted(history) == {"checkout": 1, "search": 2}
    history.worked("03-07", feature="box", service="web")
    assert counted(history) == {"checkout": 3, "search": 2}


def test_an_idea_beats_a_feature_in_finding_the_flywheel() -> None:
    history = History(flywheel=None).worked("03-01", feature="box", flywheel="checkout")
    history.proposed("03-02", "faster", flywheel="search").worked("03-03", idea="faster", feature="box")
    assert counted(history) == {"checkout": 1, "search": 2}


def test_turns_of_two_flywheels_share_a_name_and_nothing_else() -> None:
    history = History().proposed("03-02", "faster").proposed("03-04", "faster", flywheel="search")
    history.stopped("03-05", "faster", flywheel="search")
    (mine,) = seen(history, "checkout")["turn_list"]
    (theirs,) = seen(history, "search")["turn_list"]
    assert (mine["state"], theirs["state"]) == ("open", "stopped")
