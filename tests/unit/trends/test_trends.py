"""Better and worse are said only of what is unlikely to be chance (value.md §4)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.reality.exact import binomial, fisher
from shared.flywheel.reality.ranks import mann_whitney
from shared.flywheel.trends.compared import FOLLOWS, SAMPLES
from tests.unit.domain.histories import START, History, rules

WEEKS = 60
AS_OF = (START + timedelta(weeks=WEEKS)).strftime("%Y-%m-%d")
"""The earlier of two windows of 84 days begins long after the first event."""
EARLIER = range(WEEKS - 24, WEEKS - 12)
NOW = range(WEEKS - 12, WEEKS)


def at(weeks: float, hours: float = 0.0) -> str:
    """So many weeks (and hours) after START, as histories write times."""
    return (START + timedelta(weeks=weeks, hours=hours)).strftime("%Y-%m-%d %H:%M")


def begun() -> History:
    """A flywheel heard of from START on, with a way to tell failures."""
    return History().deployed(at(0, 1), "first", outcome="rolled_back").incident(at(0, 2), "i0", at(0, 3))


def deploy(history: History, weeks: range, each: int = 1, **more: Any) -> History:
    for week in weeks:
        for place in range(each):
            history.deployed(at(week, 24 + place), f"d{week}-{place}", **more)
    return history


def turns(history: History, weeks: range, hours: float, **more: Any) -> History:
    """A turn each week that takes so many hours to its release, and a week to its close."""
    for week in weeks:
        history.proposed(at(week, 0), f"i{week}", **more)
        history.released(at(week, hours), f"f{week}", idea=f"i{week}", **more)
    return history


def trend(history: History, figure: str, as_of: str = AS_OF, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = history.report(as_of, 84, **more)["trends"][figure]
    return found


def test_every_figure_that_the_catalogue_tests_is_in_the_trends_and_no_other() -> None:
    tested = {path for path, kind in CATALOGUE.items() if kind.test is not None}
    assert set(SAMPLES) == tested
    assert set(History().report("03-30")["trends"]) == tested | set(FOLLOWS)
    assert {kind.tested_as for kind in CATALOGUE.values()} - {""} <= tested | set(FOLLOWS)


def test_of_a_flywheel_without_events_nothing_can_be_told() -> None:
    found = History().report("03-30", 84)
    assert {tuple(each.values()) for each in found["trends"].values()} == {(None, None, None)}
    assert found["context"]["news"] == []


def test_deployments_doubled_are_better_and_news() -> None:
    history = deploy(deploy(begun(), EARLIER, 2), NOW, 5)
    found = trend(history, "dora.deployments")
    assert found == {"previous": 24.0, "p": binomial(60, 84, 24, 84), "trend": "better"}
    assert "dora.deployments" in history.report(AS_OF, 84)["context"]["news"]


def test_what_only_now_became_real_is_no_news_yet() -> None:
    history = deploy(deploy(begun(), EARLIER, 2), NOW, 2)
    for place in range(36):
        history.deployed(at(WEEKS - 1, 60 + place), f"burst-{place}")
    found = history.report(AS_OF, 84)
    assert found["trends"]["dora.deployments"]["trend"] == "better"
    assert found["context"]["news"] == []


def test_a_wobble_is_the_same() -> None:
    history = deploy(deploy(begun(), EARLIER, 2), NOW, 2)
    history.deployed(at(WEEKS - 1, 90), "one-more")
    found = trend(history, "dora.deployments")
    assert (found["previous"], found["trend"]) == (24.0, "same")


def test_one_event_does_not_decide() -> None:
    """Five incidents after none are unlikely (p 0.06); were they four (0.12) nothing else would be said."""
    history = deploy(deploy(begun(), EARLIER, 5), NOW, 5)
    for week in range(WEEKS - 4, WEEKS):
        history.incident(at(week, 30), f"i{week}", at(week, 31), cause={"external": True})
    assert trend(history, "drag.incidents_opened")["p"] == binomial(3, 84, 0, 84)
    history.incident(at(WEEKS - 5, 30), "fifth", at(WEEKS - 5, 31), cause={"external": True})
    assert trend(history, "drag.incidents_opened")["p"] == binomial(5, 84, 0, 84)


def test_one_failure_more_does_not_decide() -> None:
    history = deploy(deploy(begun(), EARLIER), NOW)
    for week in range(WEEKS - 3, WEEKS):
        history.incident(at(week, 25), f"i{week}", at(week, 26), cause={"deployment": f"d{week}-0"})
    assert trend(history, "dora.change_fail_rate")["p"] == fisher(2, 12, 0, 12)
    for week in (WEEKS - 5, WEEKS - 6):
        history.incident(at(week, 25), f"i{week}", at(week, 26), cause={"deployment": f"d{week}-0"})
    assert trend(history, "dora.change_fail_rate")["p"] == fisher(5, 12, 0, 12)


def test_deployments_of_one_id_are_one_and_fail_together() -> None:
    history = begun()
    for week in (*EARLIER, *NOW):
        for service, kind in (("web", "planned"), ("api", "hotfix"), ("jobs", "planned")):
            history.deployed(at(week, 24), f"d{week}", service=service, kind=kind)
    for week in range(WEEKS - 8, WEEKS):
        history.incident(at(week, 25), f"i{week}", at(week, 26), service="web")
    found = history.report(AS_OF, 84)
    assert found["dora"]["deployments"] == 36
    assert found["trends"]["dora.deployments"] == {"previous": 36.0, "p": binomial(12, 84, 12, 84), "trend": "same"}
    assert found["trends"]["dora.change_fail_rate"]["p"] == fisher(8, 12, 0, 12)
    assert found["trends"]["dora.rework_rate"]["p"] == fisher(12, 12, 12, 12)
    assert found["trends"]["dora.rework_rate"]["previous"] == 12 / 36


def test_recovery_is_compared_over_what_had_incidents() -> None:
    history = deploy(deploy(begun(), EARLIER, outcome="rolled_back"), NOW, outcome="rolled_back")
    for weeks, minutes in ((list(EARLIER)[:4], 600), (list(NOW)[:4], 60)):
        for week in weeks:
            history.incident(at(week, 25), f"i{week}", at(week, 25 + minutes / 60), service="web")
    found = trend(history, "dora.recovery_minutes")
    assert found["p"] == mann_whitney([60.0] * 4, [600.0] * 4).p
    assert found["trend"] == "better"


def test_an_open_incident_leaves_its_deployment_out_of_the_recovery() -> None:
    history = deploy(deploy(begun(), EARLIER), NOW)
    for week in (*list(EARLIER)[:4], *list(NOW)[:4]):
        resolved = None if week == NOW.start else at(week, 26)
        history.incident(at(week, 25), f"i{week}", resolved, service="web")
    assert trend(history, "dora.recovery_minutes")["p"] is None


def test_lead_time_is_compared_by_deployments_not_by_commits() -> None:
    history = begun()
    for week in (*list(EARLIER)[:4], *list(NOW)[:3]):
        commits = [{"sha": f"{week}-{n}", "time": f"{at(week, 20 - n).replace(' ', 'T')}:00Z"} for n in range(9)]
        history.deployed(at(week, 24), f"d{week}", *commits)
    found = trend(history, "dora.lead_time_hours")
    assert (found["previous"], found["p"]) == (8.0, None)
    commits = [{"sha": "x", "time": f"{at(WEEKS - 1, 4).replace(' ', 'T')}:00Z"}]
    history.deployed(at(WEEKS - 1, 24), "d-last", *commits)
    assert trend(history, "dora.lead_time_hours")["p"] == mann_whitney([8.0, 8.0, 8.0, 20.0], [8.0] * 4).p


def test_turns_that_take_half_the_time_are_better() -> None:
    history = turns(turns(begun(), EARLIER, 80), range(WEEKS - 12, WEEKS - 1), 40)
    found = history.report(AS_OF, 84)["trends"]
    assert found["turns.time_to_value_hours.idea"]["previous"] == 80.0
    assert found["turns.time_to_value_hours.idea"]["trend"] == "better"
    assert found["turns.phase_hours.1"]["trend"] == "changed"
    assert found["turns.phase_hours.4"]["trend"] == "same"
    assert found["momentum"]["p"] == found["turns.rate_per_28d"]["p"] is not None
    assert found["momentum"]["previous"] > 1


def test_a_young_wheel_is_told_nothing_of_its_turns() -> None:
    """The earlier window has to begin 28 days after the first event: 28 + 2 × 84 days, and not an hour less."""
    history = turns(History(), range(40), 80)
    for days, told in ((195.9, False), (196, True)):
        as_of = (START + timedelta(days=days)).strftime("%Y-%m-%d %H:%M")
        found = history.report(as_of, 84)["trends"]
        assert (found["turns.rate_per_28d"]["p"] is not None) is told
        assert (found["turns.turn_time_hours"]["p"] is not None) is told
        assert found["turns.rate_per_28d"]["previous"] is not None


def test_outcomes_are_compared_as_they_were_known_then_over_what_stands_now() -> None:
    history = turns(begun(), range(WEEKS - 24, WEEKS - 1), 40)
    for week in range(WEEKS - 24, WEEKS - 1):
        history.outcome(at(week, 60), idea=f"i{week}", result="missed" if week < WEEKS - 12 else "met", id=f"o{week}")
    found = trend(history, "value.hit_rate")
    assert (found["previous"], found["trend"]) == (0.0, "better")
    for week in range(WEEKS - 24, WEEKS - 13):
        history.retracted(at(WEEKS - 1, 100), f"o{week}")
    assert trend(history, "value.hit_rate")["previous"] == 0.0
    assert trend(history, "value.hit_rate")["p"] == fisher(11, 11, 0, 1)


def test_counts_of_a_kind_that_came_late_are_over_the_time_since_its_first() -> None:
    history = History().proposed(at(0), "A")
    for week in range(WEEKS - 14, WEEKS):
        history.deployed(at(week, 1 if week > WEEKS - 14 else 0), f"d{week}")
    deploy(history, range(WEEKS - 13, WEEKS - 12), 3)
    found = trend(history, "dora.deployments")
    assert found["p"] == pytest.approx(binomial(12, 84, 5, 14), rel=1e-12)


def test_a_time_of_less_than_a_week_tells_nothing() -> None:
    history = History().proposed(at(0), "A")
    for week in range(WEEKS - 12, WEEKS):
        history.deployed(at(week), f"d{week}")
    history.deployed(at(WEEKS - 13, 25), "first")
    assert trend(history, "dora.deployments")["p"] is None
    history.deployed(at(WEEKS - 13), "earlier")
    assert trend(history, "dora.deployments")["p"] is not None


def test_the_previous_value_is_that_of_the_figure_itself() -> None:
    history = turns(deploy(deploy(begun(), EARLIER, 2), NOW, 5), range(20, WEEKS - 1), 80)
    now, before = history.report(AS_OF, 84), history.report(at(WEEKS - 12), 84)
    for figure, found in now["trends"].items():
        kind = CATALOGUE["momentum.value" if figure == "momentum" else figure]
        assert found["previous"] == kind.value_in(before), figure


def test_before_the_first_event_there_is_no_previous_value() -> None:
    history = deploy(History(), NOW)
    assert {each["previous"] for each in history.report(AS_OF, 84)["trends"].values()} == {None}


def test_certainty_is_a_setting() -> None:
    history = deploy(deploy(begun(), EARLIER, 2), NOW, 4)
    assert trend(history, "dora.deployments")["trend"] == "better"
    assert trend(history, "dora.deployments", settings=rules(certainty=0.99))["trend"] == "same"


def test_an_event_that_was_taken_back_later_is_not_in_the_earlier_window() -> None:
    history = deploy(deploy(begun(), EARLIER, 2), NOW, 2).deployed(at(WEEKS - 20), "mistaken", id="mistaken")
    assert trend(history, "dora.deployments")["previous"] == 25.0
    history.retracted(at(WEEKS - 1), "mistaken")
    assert trend(history, "dora.deployments")["previous"] == 24.0
