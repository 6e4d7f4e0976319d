"""Whose flywheel an event turns (domain: "Flywheel of an event")."""

from typing import Any

from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.unit.domain.histories import History, Report, measured

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


def test_a_closing_event_belongs_where_its_earliest_opening_does() -> None:
    """The incident was opened on the web service; neither its resolution nor its review say so."""
    history = History(flywheel=None).incident("03-03", "i1", "03-04", service="web")
    history.add("Incident Reviewed", "03-05", incident="i1")
    history.incident("03-10", "i1", service="pay-search")
    assert counted(history) == {"checkout": 3, "search": 1}
    assert seen(history, "checkout")["drag"]["incident_time_share"] == 1 / 28


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
