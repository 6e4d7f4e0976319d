"""Figures of a flywheel at the edges of their rules (domain: "Figures of a flywheel"), every number worked by hand."""

from datetime import timedelta
from math import log
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import FLYWHEEL, History, Report, commit, facts_of, moment, rules


def day(number: float) -> str:
    """Day `number` after 2026-03-01, as the builders write times."""
    return f"{moment('03-01') + timedelta(days=number):%Y-%m-%d %H:%M}"


def delivered(history: History, turn: str, close: float, turn_time: float = 9) -> History:
    """A turn of one phase 1 and one phase 4: started `turn_time` days before its close, released 7 days before."""
    return history.proposed(day(close - turn_time), turn).released(day(close - 7), f"of-{turn}", idea=turn)


# Rate and exposure


@pytest.mark.parametrize(
    ("first_event", "window", "rate"),
    [
        (-10.0, 84.0, 28 / 50),
        (-100.0, 84.0, 28 / 84),
        (21.0, 84.0, 28 / 28),
        (21.0, 14.0, 28 / 14),
        (-100.0, 50.0, 28 / 50),
    ],
)
def test_the_rate_counts_over_the_exposure(first_event: float, window: float, rate: float) -> None:
    """One turn, closed on day 38, as of day 40. Exposure: days since the first event, at least 28, at most W."""
    history = History().released(day(31), "box").add("Ritual Held", day(first_event), ritual="whiteboard_walk")
    assert history.report(day(40), window)["turns"]["rate_per_28d"] == pytest.approx(rate)


def test_a_turn_closed_at_the_start_of_the_window_is_outside_and_at_its_end_inside() -> None:
    history = delivered(History(), "search", 10)
    assert history.report(day(10), 14)["turns"]["delivered"] == 1
    assert history.report(day(23.99), 14)["turns"]["delivered"] == 1
    assert history.report(day(24), 14)["turns"]["delivered"] == 0


def test_nothing_to_count_gives_zero_counts_and_unknown_shares() -> None:
    report = History().report("03-30")
    assert report["turns"]["rate_per_28d"] == 0
    assert report["turns"]["turn_time_hours"] == {"n": 0, "p50": None, "p85": None, "values": None}
    assert report["momentum"] == {
        "value": 0,
        "rate_equivalent": 0,
        "trend": None,
        "direction": None,
        "state": "not_started",
    }
    assert {name for name, part in report["drag"].items() if part is not None} == {"incidents_opened"}
    assert report["drag"]["incidents_opened"] == 0
    dora = report["dora"]
    assert (dora["deployments"], dora["per_day"], dora["per_week"], dora["days_with_deployment"]) == (0, 0, 0, 0)
    assert dora["change_fail_rate"] == {"value": None, "count": 0, "n": 0, "interval": None}
    assert dora["quick_check"] == {"throughput": None, "stability": None, "overall": None}
    assert report["doom_loop"] == "unknown"
    assert report["turn_list"] == []


# Momentum


@pytest.mark.parametrize(
    ("age", "state"), [(28.0, "turning"), (28.01, "coasting"), (84.0, "coasting"), (84.01, "stopped")]
)
def test_the_state_follows_the_age_of_the_last_delivered_close(age: float, state: str) -> None:
    history = delivered(delivered(History(), "one", 10), "two", 12)
    assert history.report(day(12 + age))["momentum"]["state"] == state


def test_the_first_closed_turn_is_the_first_turn_for_84_days_if_it_was_delivered() -> None:
    one = delivered(History(), "one", 10)
    assert one.report(day(9))["momentum"]["state"] == "not_started"
    assert one.report(day(10))["momentum"]["state"] == "first_turn"
    assert one.report(day(94))["momentum"]["state"] == "first_turn"
    assert one.report(day(94.01))["momentum"]["state"] == "stopped"


def test_a_wheel_that_only_stopped_turns_is_learning_for_84_days() -> None:
    stops = History().proposed(day(1), "one").stopped(day(2), "one").proposed(day(1), "two").stopped(day(3), "two")
    states = [stops.report(day(at))["momentum"]["state"] for at in (1.99, 2, 3, 87, 87.01)]
    assert states == ["not_started", "learning", "learning", "learning", "stopped"]


def test_a_delivery_beside_a_stop_is_no_first_turn() -> None:
    """Delivered on day 10; a stop of day 40 gives no push, and as of day 50 the delivery is 40 days old."""
    history = delivered(History(), "one", 10).proposed(day(30), "two").stopped(day(40), "two")
    assert history.report(day(39))["momentum"]["state"] == "first_turn"
    assert history.report(day(50))["momentum"]["state"] == "coasting"
    assert history.report(day(94.01))["momentum"]["state"] == "stopped"


def test_momentum_halves_every_28_days() -> None:
    """Closes on days 10 and 38, as of day 66: ¼ + ½; 28 days before, ½ + 1. The trend is 0.75 / 1.5."""
    history = delivered(delivered(History(), "one", 10), "two", 38)
    momentum = history.report(day(66))["momentum"]
    assert momentum["value"] == pytest.approx(0.75)
    assert momentum["rate_equivalent"] == pytest.approx(0.75 * log(2))
    assert momentum["trend"] == pytest.approx(0.5)
    assert momentum["direction"] == "falling"


def test_momentum_knows_direction() -> None:
    """As of day 38. Rising: closes on days 10, 38 and 38 are ½ + 1 + 1 against 1 on day 10. Steady: days 10 and,
    half as heavy, 38 are ½ + ½ against 1."""
    rising = delivered(delivered(delivered(History(), "one", 10), "two", 38), "three", 38)
    momentum = rising.report(day(38))["momentum"]
    assert (momentum["trend"], momentum["direction"]) == (pytest.approx(2.5), "rising")
    steady = delivered(History(), "one", 10).deployed(day(30), "d1", outcome="rolled_back", ideas=["two"])
    delivered(steady, "two", 38)
    momentum = steady.report(day(38))["momentum"]
    assert (momentum["trend"], momentum["direction"]) == (pytest.approx(1), "steady")


@pytest.mark.parametrize(("close", "direction"), [(17.5, "rising"), (17.25, "steady")])
def test_momentum_rises_above_11_tenths(close: float, direction: str) -> None:
    """As of day 38, closes on day 10 and 20.5 (20.75) days ago: ½ + 0.602 (0.598) against 1."""
    history = delivered(delivered(History(), "one", 10), "two", close)
    assert history.report(day(38))["momentum"]["direction"] == direction


@pytest.mark.parametrize(("close", "direction"), [(29.0, "steady"), (28.9, "falling")])
def test_momentum_falls_below_9_tenths(close: float, direction: str) -> None:
    """As of day 38, closes on day 10 and, half as heavy, 9 (9.1) days ago: ½ + 0.4002 (0.3992) against 1."""
    history = delivered(History(), "one", 10).deployed(day(20), "d1", outcome="rolled_back", ideas=["two"])
    assert delivered(history, "two", close).report(day(38))["momentum"]["direction"] == direction


# Constraint


def test_the_constraint_is_the_phase_with_the_largest_median_share() -> None:
    """Shares of phase 1: 2/10, 4/12, 6/14, of phase 3: 1/10, 1/12, 1/14; phase 4 is soak and counts 0."""
    history = History()
    for n, wait in enumerate([2, 4, 6]):
        start = 1
        history.proposed(day(start), f"i{n}").worked(day(start + wait), idea=f"i{n}")
        history.released(day(start + wait + 1), f"f{n}", idea=f"i{n}")
    turns = history.report(day(30))["turns"]
    assert turns["constraint"] == 1
    assert turns["phase_hours"]["1"]["values"] == [48, 96, 144]


def test_phase_4_is_the_constraint_only_by_its_hours_beyond_the_soak() -> None:
    """Three turns of 1 day of phase 1; an incident holds each close to 3 days after the soak: 3/11 against 1/11."""
    history = History()
    for n in range(3):
        history.proposed(day(1), f"i{n}").released(day(2), f"f{n}", idea=f"i{n}")
        history.incident(day(3), f"incident-{n}", day(12), idea=f"i{n}")
    assert history.report(day(30))["turns"]["constraint"] == 4
    without = History()
    for n in range(3):
        without.proposed(day(1), f"i{n}").released(day(2), f"f{n}", idea=f"i{n}")
    assert without.report(day(30))["turns"]["constraint"] == 1


def test_two_turns_have_no_constraint() -> None:
    two = delivered(delivered(History(), "one", 10), "two", 11)
    assert two.report(day(20))["turns"]["constraint"] is None
    assert delivered(two, "three", 12).report(day(20))["turns"]["constraint"] == 1


def test_a_phase_that_two_of_three_turns_observed_is_no_constraint() -> None:
    """Phase 3 took 6.5 of 14 days of two turns; phase 1 took 0.5, 0.5 and 1 day of all three."""
    history = History()
    for idea in ("one", "two"):
        history.proposed(day(1), idea).worked(day(1.5), idea=idea).released(day(8), f"of-{idea}", idea=idea)
    history.proposed(day(1), "three").released(day(2), "of-three", idea="three")
    assert history.report(day(20))["turns"]["constraint"] == 1


def test_a_tie_of_phases_goes_to_the_earlier() -> None:
    history = History()
    for n in range(3):
        history.proposed(day(1), f"i{n}").challenged(day(3), f"c{n}", idea=f"i{n}").worked(day(5), idea=f"i{n}")
        history.released(day(7), f"f{n}", idea=f"i{n}")
    assert history.report(day(30))["turns"]["constraint"] == 1


# Stalled


def test_a_turn_stalls_after_42_days_while_fewer_than_3_turn_times_are_known() -> None:
    """Two turns of 9 days are known, and a third whose time is not."""
    history = delivered(delivered(History(), "one", 10), "two", 10).released(day(3), "unstarted")
    history.proposed(day(1), "search")
    assert history.report(day(43))["turns"]["stalled"] == []
    report = history.report(day(43.01))
    assert report["turns"]["stalled"] == ["search"]
    assert report["drag"]["stalled_share"] == 1
    assert report["drag"]["largest"] == "stalled_share"


def test_the_stalled_share_is_of_the_open_turns() -> None:
    """Of three open turns one is older than 42 days; a closed one does not count."""
    history = History().proposed(day(1), "old").proposed(day(30), "new").proposed(day(31), "newer")
    history.proposed(day(1), "stopped").stopped(day(2), "stopped")
    report = history.report(day(44))
    assert report["turns"]["stalled"] == ["old"]
    assert report["drag"]["stalled_share"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("at", "stalled"), [(43, []), (61, []), (61.01, ["search"])])
def test_a_released_turn_stalls_only_14_days_after_its_soak(at: float, stalled: list[str]) -> None:
    """Started on day 1, so older than 42 days; released on day 40; an incident holds its close open."""
    history = History().proposed(day(1), "search").released(day(40), "box", idea="search")
    history.incident(day(41), "i1", idea="search")
    assert history.report(day(at))["turns"]["stalled"] == stalled


def test_stalled_turns_are_in_the_order_of_the_list() -> None:
    history = History().proposed(day(2), "a").proposed(day(1), "z").proposed(day(1), "b")
    assert history.report(day(60))["turns"]["stalled"] == ["b", "z", "a"]


@pytest.mark.parametrize(("turn_time", "limit"), [(7.5, 15), (9.0, 18), (7.0, 14)])
def test_a_turn_stalls_after_twice_the_median_turn_time_and_at_least_14_days(turn_time: float, limit: float) -> None:
    """Three delivered turns of 7, 7.5 or 9 days (and a shorter and a longer one, so that the median is theirs)."""
    history = History()
    for n in range(3):
        delivered(history, f"i{n}", 10, turn_time)
    delivered(history, "short", 10, 7)
    delivered(history, "long", 20, 19)
    history.proposed(day(30), "search")
    assert history.report(day(30 + limit))["turns"]["stalled"] == []
    report = history.report(day(30 + limit + 0.01))
    assert report["turns"]["stalled"] == ["search"]


# Drag


def test_time_with_an_incident_open_is_a_union_clipped_to_the_window() -> None:
    """W = 10 d as of day 20. i1, begun before, ends on day 11 (1 d); i2 13–15, i3 14–16 (3 d); i4 from 19 (1 d)."""
    history = History().incident(day(5), "i1", day(11)).incident(day(13), "i2", day(15))
    history.incident(day(14), "i3", day(16), cause={"external": True}).incident(day(19), "i4")
    assert history.report(day(20), 10)["drag"]["incident_time_share"] == pytest.approx(0.5)


def test_while_no_incident_was_ever_sent_their_share_is_unknown_unless_the_settings_say_that_they_are() -> None:
    calm = History().add("Ritual Held", day(1), ritual="r")
    assert calm.report(day(9))["drag"]["incident_time_share"] is None
    assert calm.report(day(9), settings=rules(incidents="wired"))["drag"]["incident_time_share"] == 0
    calm.add("Incident Resolved", day(2), incident="unopened")
    assert calm.report(day(9))["drag"]["incident_time_share"] is None
    calm.incident(day(-40), "old", day(-39))
    assert calm.report(day(9), 7)["drag"]["incident_time_share"] == 0


def test_incidents_opened_in_the_window_are_counted_beside_the_drag_and_are_never_the_largest() -> None:
    """W = 10 d as of day 20; the one of day 10 is out, the one of day 20 in."""
    history = History().incident(day(10), "i1", day(10)).incident(day(11), "i2", day(11)).incident(day(20), "i3")
    drag = history.report(day(20), 10)["drag"]
    assert (drag["incidents_opened"], drag["largest"]) == (2, None)


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({}, None),
        ({"kind": "hotfix"}, None),
        ({"outcome": "rolled_back"}, 0.5),
        ({"remediates": "elsewhere"}, 0),
        ({"remediates": "elsewhere", "environment": "staging"}, None),
    ],
)
def test_the_change_fail_rate_is_unknown_while_nothing_could_tell_of_a_failure(
    more: dict[str, Any], value: float | None
) -> None:
    history = History().deployed(day(1), "d1").deployed(day(2), "d2", **more)
    rate = history.report(day(9))["dora"]["change_fail_rate"]
    assert rate["value"] == value
    assert (rate["interval"] is None) == (value is None)
    assert rate["n"] == (1 if "environment" in more else 2)


def test_an_incident_of_any_cause_or_the_settings_make_the_change_fail_rate_known() -> None:
    history = History().deployed(day(1), "d1")
    assert history.report(day(9), settings=rules(incidents="wired"))["dora"]["change_fail_rate"]["value"] == 0
    history.incident(day(-50), "i1", cause={"external": True})
    assert history.report(day(9))["dora"]["change_fail_rate"]["value"] == 0


def test_blocked_time_is_a_union_clipped_to_the_turn() -> None:
    """search: day 1 to its close on day 11, blocked 0–3 (2 d of the turn), 2–4 (1 more): 3 of 10 d.
    pay: open from day 6 to day 16, blocked from day 11: 5 of 10 d. Together 8 of 20."""
    history = History().proposed(day(1), "search").released(day(4), "box", idea="search").proposed(day(6), "pay")
    history.blocked(day(0), "b1", day(3), idea="search").blocked(day(2), "b2", day(4), feature="box")
    history.blocked(day(11), "b3", idea="pay").blocked(day(12), "b4", day(13), idea="pay")
    report = history.report(day(16))
    assert report["drag"]["blocked_share"] == pytest.approx(8 / 20)
    assert report["drag"]["largest"] == "blocked_share"


def test_turns_closed_before_the_window_do_not_dilute_the_blocked_share() -> None:
    history = History().proposed(day(1), "old").stopped(day(3), "old").proposed(day(30), "new")
    history.blocked(day(31), "b1", day(32), idea="new")
    assert history.report(day(40), 14)["drag"]["blocked_share"] == pytest.approx(0.1)


def test_without_a_blocker_the_blocked_share_is_unknown() -> None:
    assert History().proposed(day(1), "search").report(day(9))["drag"]["blocked_share"] is None


def test_without_any_drag_no_part_is_the_largest() -> None:
    drag = History().deployed(day(1), "d1").proposed(day(1), "search").report(day(9))["drag"]
    assert (drag["rework_rate"], drag["stalled_share"], drag["incident_time_share"]) == (0, 0, None)
    assert drag["largest"] is None


def test_the_first_of_equal_parts_is_the_largest_drag() -> None:
    """Every deployment is rework and the only open turn stalls: both shares are 1."""
    history = History().deployed(day(50), "d1", kind="hotfix").proposed(day(1), "search")
    report = history.report(day(51))
    assert (report["drag"]["rework_rate"], report["drag"]["stalled_share"]) == (1, 1)
    assert report["drag"]["largest"] == "rework_rate"


# DORA


def test_days_with_a_deployment_are_days_of_the_flywheels_time_zone() -> None:
    """23:30 UTC is the next day in Berlin, where it shares the day with 10:00; in UTC they are two days."""
    history = History().deployed("03-02 23:30", "d1").deployed("03-03 10:00", "d2")
    assert history.report("03-20")["dora"]["days_with_deployment"] == 2
    berlin = history.report("03-20", 28, rules(time_zone="Europe/Berlin"))
    assert berlin["dora"]["days_with_deployment"] == 1


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC"])
def test_each_date_is_counted_once_in_every_season_and_where_clocks_change(zone: str) -> None:
    """Every seven hours and a bit, over both changes of the clocks of a year, beside each looked at for itself."""
    times = [moment("03-20") + timedelta(hours=7.3 * number) for number in range(800)]
    history = History()
    for number, time in enumerate(times):
        history.deployed(f"{time:%Y-%m-%d %H:%M}", f"d{number}")
    dates = {time.replace(second=0, microsecond=0).astimezone(ZoneInfo(zone)).date() for time in times}
    assert history.report("12-31", 290, rules(time_zone=zone))["dora"]["days_with_deployment"] == len(dates)


def test_an_interval_stands_beside_shares_of_fewer_than_20() -> None:
    """1 of 4 failed: Wilson with z = 1.959964 gives 0.045587 to 0.699358."""
    history = History()
    for n in range(4):
        history.deployed(day(n + 1), f"d{n}", outcome="rolled_back" if n == 0 else "succeeded")
    rate = history.report(day(20))["dora"]["change_fail_rate"]
    assert (rate["value"], rate["count"], rate["n"]) == (0.25, 1, 4)
    assert rate["interval"] == pytest.approx([0.045587, 0.699358], abs=1e-6)
    for n in range(4, 20):
        history.deployed(day(n * 0.5 + 1), f"d{n}")
    assert history.report(day(20))["dora"]["change_fail_rate"]["interval"] is None


def test_values_stand_beside_percentiles_of_fewer_than_5() -> None:
    history = History()
    for n in range(4):
        history.deployed("03-10 12:00", f"d{n}", commit(f"sha-{n}", f"03-10 {11 - n:02}:00"))
    assert history.report("03-20")["dora"]["lead_time_hours"] == {
        "n": 4,
        "p50": 2.5,
        "p85": pytest.approx(3.55),
        "values": [1, 2, 3, 4],
    }
    history.deployed("03-10 12:00", "d4", commit("sha-4", "03-10 02:00"))
    assert history.report("03-20")["dora"]["lead_time_hours"]["values"] is None


def quick_check(
    minutes: float, count: int = 1, window: float = 28.0, first_event: str = "2026-02-25"
) -> dict[str, Any]:
    """`count` deployments at one instant, each with one commit `minutes` older."""
    history = History().add("Ritual Held", first_event, ritual="whiteboard_walk")
    at = moment("2026-02-25")
    for n in range(count):
        then = f"{at - timedelta(minutes=minutes):%Y-%m-%d %H:%M}"
        history.deployed("2026-02-25", f"d{n}", commit(f"sha-{n}", then))
    check: dict[str, Any] = history.report("2026-02-26", window)["dora"]["quick_check"]
    return check


@pytest.mark.parametrize(
    ("minutes", "points"),
    [
        (59, 10),
        (60, 8),
        (24 * 60 - 1, 8),
        (24 * 60, 6),
        (168 * 60 - 1, 6),
        (168 * 60, 4),
        (730 * 60 - 1, 4),
        (730 * 60, 2),
        (4380 * 60 - 1, 2),
        (4380 * 60, 0),
    ],
)
def test_lead_times_score_by_their_median(minutes: float, points: float) -> None:
    """One deployment in 28 d is 1/28 a day: category 3, 4 points. Throughput is the mean of the two known."""
    assert quick_check(minutes)["throughput"] == pytest.approx((points + 4) / 2)


@pytest.mark.parametrize(
    ("count", "window", "points"),
    [
        (8, 7.0, 10),
        (7, 7.0, 8),
        (5, 7.0, 8),
        (4, 7.0, 6),
        (1, 7.0, 6),
        (1, 8.0, 4),
        (12, 365.0, 4),
        (11, 365.0, 2),
        (2, 365.0, 2),
        (1, 365.0, 0),
    ],
)
def test_deployments_score_by_their_number_per_day(count: int, window: float, points: float) -> None:
    """Lead times of half an hour score 10. Something happened a year before, so the whole window is the exposure."""
    assert quick_check(30, count, window, first_event="2025-02-20")["throughput"] == pytest.approx((10 + points) / 2)


def test_a_young_flywheel_deploys_as_often_as_in_the_28_days_before_its_age_exceeds_them() -> None:
    """Four deployments, as of day 10 and day 43 of the flywheel: over 28 and 42 days; a window of 14 counts whole."""
    history = History()
    for n in range(4):
        history.deployed(day(1 + n), f"d{n}")
    dora = [history.report(day(at), 84)["dora"] for at in (10, 43)]
    assert [each["per_day"] for each in dora] == [4 / 28, 4 / 42]
    assert [each["per_week"] for each in dora] == [1, pytest.approx(4 / 6)]
    assert history.report(day(10), 14)["dora"]["per_day"] == 4 / 14


def test_the_overall_score_needs_four_known_figures() -> None:
    """Frequency, fail and rework alone give no throughput and no overall; a lead time completes four."""
    history = History().deployed("03-10 12:00", "d1").deployed("03-10 13:00", "d2", kind="hotfix")
    assert history.report("03-20")["dora"]["quick_check"]["stability"] is None
    history.incident("02-01", "i1", "02-02")
    check = history.report("03-20")["dora"]["quick_check"]
    assert check == {"throughput": None, "stability": pytest.approx((10 + 5) / 2), "overall": None}
    history.deployed("03-10 14:00", "d3", commit("a", "03-10 13:30"))
    check = history.report("03-20")["dora"]["quick_check"]
    rework = 10 - 10 / 3
    assert check["throughput"] == pytest.approx((10 + 4) / 2)
    assert check["stability"] == pytest.approx((10 + rework) / 2)
    assert check["overall"] == pytest.approx((10 + 4 + 10 + rework) / 4)


# Doom loop


def star(history: History, at: float, target: float | None, **more: Any) -> History:
    return history.add("Metric Defined", day(at), **({"metric": "m", "role": "north_star", "target": target} | more))


def measured(history: History, at: float, value: float, metric: str = "m") -> History:
    return history.add("Metric Measured", day(at), metric=metric, value=value)


def loop(history: History, as_of: float = 100) -> str:
    report: Report = history.report(day(as_of))
    return str(report["doom_loop"])


def test_two_reactive_changes_with_no_delivery_between_are_a_doom_loop() -> None:
    history = star(History(), 1, 30)
    measured(history, 5, 9)
    star(history, 10, 20)
    assert loop(history) == "watch"
    measured(history, 40, 8)
    star(history, 50, 10)
    assert loop(history) == "doom_loop"
    delivered(history, "search", 45)
    assert loop(history) == "watch"


def test_a_delivery_at_the_first_change_does_not_break_the_loop_and_one_at_the_second_does() -> None:
    def changes() -> History:
        history = measured(star(History(), 1, 30), 5, 9)
        return star(measured(star(history, 10, 20), 40, 8), 50, 10)

    assert loop(delivered(changes(), "search", 10)) == "doom_loop"
    assert loop(delivered(changes(), "search", 50)) == "watch"


@pytest.mark.parametrize(("bad", "state"), [(10.0, "clear"), (9.99, "watch"), (-20.0, "watch"), (-20.01, "clear")])
def test_a_change_is_reactive_up_to_30_days_after_a_disappointment(bad: float, state: str) -> None:
    history = star(measured(star(History(), -30, 20), bad, 9), 10, 10)
    assert loop(history) == state


@pytest.mark.parametrize(("at", "state"), [(5.0, "watch"), (5.01, "clear"), (10.0, "clear"), (10.01, "watch")])
@pytest.mark.parametrize("kind", ["Challenge Resolved", "Map Submitted", "Incident Reviewed"])
def test_thought_between_disappointment_and_change_makes_it_no_reaction(kind: str, at: float, state: str) -> None:
    fields = {"challenge": "c", "decision": "proceed", "map": "market", "text": "component A [0.5, 0.5]"}
    fields |= {"incident": "i"}
    history = star(measured(star(History(), 1, 20), 5, 9), 10, 10)
    assert loop(history.add(kind, day(at), **fields)) == state


def test_changes_older_than_180_days_are_forgotten() -> None:
    history = star(measured(star(History(), 1, 20), 5, 9), 10, 10)
    assert loop(history, 189.9) == "watch"
    assert loop(history, 190) == "clear"


@pytest.mark.parametrize(
    ("value", "direction", "state"), [(10, "up", "clear"), (9.9, "up", "watch"), (10.1, "down", "watch")]
)
def test_a_value_short_of_its_target_disappoints(value: float, direction: str, state: str) -> None:
    history = star(History(), 1, 10, direction=direction)
    assert loop(star(measured(history, 5, value), 10, 10, direction=direction, unit="orders")) == state


@pytest.mark.parametrize(
    ("before", "value", "direction", "state"),
    [(5, 6, "up", "clear"), (6, 6, "up", "watch"), (7, 6, "up", "watch"), (15, 14, "down", "clear")],
)
def test_a_value_that_is_better_than_the_one_before_disappoints_nobody(
    before: float, value: float, direction: str, state: str
) -> None:
    """The earlier measurement lies more than 30 days before the change, so it alone makes it no reaction."""
    history = measured(measured(star(History(), 1, 10, direction=direction), 2, before), 30, value)
    assert loop(star(history, 40, 10, direction=direction, unit="orders")) == state


def test_a_value_is_compared_only_under_the_same_unit_and_direction() -> None:
    """9 orders after 15 baskets: nothing to compare with. 9 after 12 baskets and, before that, 8 orders: better."""
    history = measured(star(History(), 1, 10, unit="baskets"), 2, 15)
    star(history, 3, 20, unit="orders")
    measured(history, 45, 9)
    assert loop(star(history, 50, 10, unit="sales")) == "watch"
    again = measured(star(History(), 1, 8, unit="orders"), 2, 8)
    star(measured(star(again, 3, 8, unit="baskets"), 4, 12), 5, 20, unit="orders")
    assert loop(star(measured(again, 45, 9), 50, 10, unit="sales")) == "clear"


@pytest.mark.parametrize(
    ("first", "then", "direction", "state"),
    [
        (10, 20, "up", "clear"),
        (20, 10, "up", "watch"),
        (20, None, "up", "watch"),
        (20, 20, "up", "clear"),
        (5, 3, "down", "clear"),
        (3, 5, "down", "watch"),
    ],
)
def test_only_an_easier_target_changes_the_direction(
    first: float, then: float | None, direction: str, state: str
) -> None:
    history = measured(star(History(), 1, first, direction=direction), 5, 6)
    star(history, 10, then, direction=direction)
    assert loop(history) == state


def test_a_first_target_is_no_change_of_direction() -> None:
    """The disappointment is a blind stop; a north star without a target then gets one."""
    history = star(History().proposed(day(1), "one").stopped(day(5), "one"), 1, None)
    assert loop(star(history, 10, 5)) == "clear"


def test_a_definition_sent_again_unchanged_is_no_change_and_one_that_is_no_north_star_disappoints_nobody() -> None:
    again = star(measured(star(History(), 1, 10), 5, 9), 10, 10)
    assert loop(again) == "clear"
    unit = star(measured(star(History(), 1, 10), 5, 9), 10, 10, unit="orders")
    assert loop(unit) == "watch"
    demoted = star(History(), 1, 20)
    demoted.add("Metric Defined", day(2), metric="m", role="input", target=20)
    assert loop(star(measured(demoted, 5, 9), 10, 10)) == "clear"


def test_a_change_is_against_the_flywheels_latest_north_star_of_any_metric() -> None:
    """m 10, n 10, m 10 again: the last differs from n's, which stood before it."""
    history = star(star(History(), 1, 10), 2, 10, metric="n")
    assert loop(star(measured(history, 5, 9), 10, 10)) == "watch"


def test_blind_stops_disappoint_and_change() -> None:
    """Each of two stops is a change within 30 days of a disappointment: a missed target, then the first stop."""
    history = measured(star(History(), 1, 10), 5, 9)
    history.proposed(day(1), "one").stopped(day(10), "one").proposed(day(1), "two").stopped(day(20), "two")
    assert loop(history, 10) == "watch"
    assert loop(history, 20) == "doom_loop"
    history.outcome(day(30), idea="two")
    assert loop(history, 29) == "doom_loop"
    assert loop(history, 30) == "watch"


def test_without_goal_north_star_or_stop_the_loop_is_unknown() -> None:
    history = History().proposed(day(1), "search").add("Metric Defined", day(1), metric="m", role="input")
    assert loop(history) == "unknown"
    assert loop(history.add("Goal Set", day(1), goal="g", statement="s")) == "clear"


# Identity, retraction, memory


def test_a_retraction_takes_an_event_back_from_its_own_time_on() -> None:
    history = History().deployed("03-02", "d1", id="oops").deployed("03-03", "d2").deployed("03-04", "d3")
    history.retracted("03-10", "oops")
    assert history.report("03-09 23:59")["dora"]["deployments"] == 3
    report = history.report("03-10")
    assert report["dora"]["deployments"] == 2
    assert report["receipt"]["counted"] == 2
    assert report["receipt"]["excluded"] == {"retracted": 1}


def test_a_retraction_means_an_event_of_the_same_source() -> None:
    history = History().deployed("03-02", "d1", id="oops").retracted("03-10", "oops", source="other")
    assert history.report("03-20")["dora"]["deployments"] == 1


def test_a_retraction_can_be_retracted_and_that_one_too() -> None:
    history = History().deployed("03-02", "d1", id="e").retracted("03-10", "e", id="r1")
    history.retracted("03-12", "r1", id="r2").retracted("03-14", "r2", id="r3")
    deployments = [history.report(at)["dora"]["deployments"] for at in ("03-09", "03-10", "03-12", "03-14")]
    assert deployments == [1, 0, 1, 0]


def test_a_retraction_reaches_every_flywheel() -> None:
    history = History().deployed("03-02", "d1", id="oops").retracted("03-10", "oops", flywheel="other")
    assert history.report("03-20")["dora"]["deployments"] == 0


def test_of_one_identity_the_highest_revision_counts_whatever_came_first() -> None:
    history = History().deployed("03-02", "d1", id="e", revision=2, kind="hotfix")
    history.deployed("03-05", "d1", id="e").deployed("03-03", "d1", id="e", revision=2)
    report = history.report("03-20")
    assert (report["dora"]["deployments"], report["dora"]["rework_rate"]["count"]) == (1, 0)
    assert report["receipt"]["counted"] == 1
    assert report["receipt"]["excluded"]["superseded"] == 2


def test_a_correction_counts_whatever_as_of() -> None:
    """Revision 2 moves the deployment to 03-10: a report as of 03-05 no longer has it."""
    history = History().deployed("03-02", "d1", id="e").deployed("03-10", "d1", id="e", revision=2)
    assert history.report("03-05")["dora"]["deployments"] == 0
    assert history.report("03-10")["dora"]["deployments"] == 1


def test_a_previous_value_is_over_the_events_that_stand_now() -> None:
    """As of 03-10 as 03-30 sees it: d1 was retracted meanwhile, and d0 is out of the memory of 03-30, not of 03-10."""
    history = History().deployed("2024-03-20", "d0").deployed("03-02", "d1", id="oops").deployed("03-03", "d2")
    history.retracted("03-25", "oops")
    facts = facts_of(history.events)
    then = fold(facts, FLYWHEEL, Settings(), moment("03-10"))
    now = fold(facts, FLYWHEEL, Settings(), moment("03-10"), seen_from=moment("03-30"))
    assert [[each.name for each in wheel.deployments] for wheel in (then, now)] == [["d0", "d1", "d2"], ["d2"]]
    assert fold(facts, FLYWHEEL, Settings(), moment("03-10"), seen_from=moment("03-01")).tally == then.tally


def test_the_memory_is_728_days() -> None:
    history = History().deployed("2024-03-03", "d1")
    inside = history.report("2026-02-28 23:59", 728)
    assert inside["dora"]["deployments"] == 1
    outside = history.report("2026-03-01", 728)
    assert outside["dora"]["deployments"] == 0
    assert outside["receipt"]["counted"] == 0


def test_one_detail_under_two_detail_types_is_two_versions_of_one_event_in_either_order() -> None:
    """A sender that numbers things instead of events: one of the two supersedes the other, always the same one."""
    history = History().worked("03-02", idea="search", id="search").proposed("03-02", "search", id="search")
    turned = History()
    turned.events = history.events[::-1]
    report = history.report("03-20")
    assert turned.report("03-20") == report
    assert report["receipt"]["counted"] == 1
    assert report["receipt"]["excluded"] == {"superseded": 1}
