"""What is inferred, or unknown by the way things are told, is said beside the figure that it is true of."""

from typing import Any

from tests.unit.domain.histories import History, commit


def notes(history: Any, as_of: str = "03-30", window: float = 84) -> dict[str, str]:
    return {note["figure"]: note["note"] for note in history.report(as_of, window)["receipt"]["notes"]}


def test_without_incidents_a_fail_rate_is_unknown_and_says_so() -> None:
    history = History()
    history.deployed("03-02 12:00", "d1", commit("a", "03-02 08:00"))
    assert notes(history)["dora.change_fail_rate"].startswith("unknown, not 0")
    assert notes(history)["drag.incident_time_share"].startswith("unknown, not 0")
    assert "dora.lead_time_hours" not in notes(history)


def test_without_incidents_a_fail_rate_of_what_mends_what_is_inferred_and_says_so() -> None:
    history = History()
    history.deployed("03-02 12:00", "d1", commit("a", "03-02 08:00"))
    history.deployed("03-02 15:00", "d2", commit("b", "03-02 14:00"), kind="hotfix", remediates="d1")
    told = notes(history)
    assert told["dora.change_fail_rate"].startswith("inferred from history: ")
    assert told["dora.quick_check.stability"] == "stands on a fail rate that is inferred from history"
    assert "dora.recovery_minutes" in told


def test_with_an_incident_nothing_is_inferred_from_silence() -> None:
    history = History()
    history.deployed("03-02 12:00", "d1", commit("a", "03-02 08:00"))
    history.deployed("03-02 15:00", "d2", commit("b", "03-02 14:00"), kind="hotfix", remediates="d1")
    history.incident("03-02 13:00", "i1", cause={"deployment": "d1"})
    assert set(notes(history)) == {"dora.per_week"}


def test_deployments_that_name_no_commits_have_no_lead_time_and_say_so() -> None:
    history = History()
    history.deployed("03-02 12:00", "d1")
    assert history.report("03-30", 84)["dora"]["lead_time_hours"]["p50"] is None
    assert notes(history)["dora.lead_time_hours"] == "unknown, not 0: no deployment says when its commits were made"


def test_events_that_begin_within_the_window_are_counted_since_then_and_say_so() -> None:
    history = History()
    history.deployed("02-01 12:00", "d1", commit("a", "02-01 08:00"))
    assert notes(history)["dora.per_week"] == "events begin on 2026-02-01: counted over 56 of 84 days"
    assert "dora.per_week" not in notes(history, window=28)


def test_an_empty_window_has_nothing_to_say() -> None:
    assert notes(History()) == {}
