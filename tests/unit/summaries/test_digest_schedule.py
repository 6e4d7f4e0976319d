"""When digests are due, on the wall clocks of their flywheels."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.flywheel.settings.digest_schedule import Period, periods
from shared.flywheel.settings.values import FlywheelSettings


def ends(as_of: str, count: int = 2, **rules: Any) -> list[str]:
    rules = {"time_zone": "Europe/Dublin", **rules}
    found = periods(FlywheelSettings(id="shop", **rules), datetime.fromisoformat(as_of), count)
    return [f"{period.end:%Y-%m-%dT%H:%MZ}" for period in found]


def newest(as_of: str, **rules: Any) -> Period:
    rules = {"time_zone": "Europe/Dublin", **rules}
    return periods(FlywheelSettings(id="shop", **rules), datetime.fromisoformat(as_of), 1)[0]


def test_a_week_ends_on_monday_at_nine_unless_told_otherwise() -> None:
    assert ends("2026-02-11T12:00Z") == ["2026-02-02T09:00Z", "2026-02-09T09:00Z"]


def test_a_digest_is_due_at_its_very_moment_and_not_before() -> None:
    assert ends("2026-02-09T09:00:00Z", 1) == ["2026-02-09T09:00Z"]
    assert ends("2026-02-09T08:59:59Z", 1) == ["2026-02-02T09:00Z"]


def test_nine_o_clock_stays_nine_o_clock_when_summer_begins() -> None:
    """Dublin goes from UTC to UTC+1 on 29 March 2026: that week has 167 hours."""
    period = newest("2026-03-30T08:00Z")
    assert period.end == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert period.end - period.start == timedelta(hours=167)
    assert period.start - period.before == timedelta(hours=168)
    assert ends("2026-03-30T07:59Z", 1) == ["2026-03-23T09:00Z"]


def test_nine_o_clock_stays_nine_o_clock_when_winter_begins() -> None:
    """Dublin goes back to UTC on 25 October 2026: that week has 169 hours."""
    period = newest("2026-10-26T09:00Z")
    assert period.end == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert period.end - period.start == timedelta(hours=169)
    assert ends("2026-10-26T08:59Z", 1) == ["2026-10-19T08:00Z"]


def test_an_hour_that_is_skipped_and_one_that_comes_twice_bring_one_digest_each() -> None:
    assert ends("2026-03-30T12:00Z", 3, digest="daily", digest_hour=1) == [
        "2026-03-28T01:00Z",
        "2026-03-29T01:00Z",
        "2026-03-30T00:00Z",
    ]
    assert ends("2026-10-26T12:00Z", 3, digest="daily", digest_hour=1) == [
        "2026-10-24T00:00Z",
        "2026-10-25T00:00Z",
        "2026-10-26T01:00Z",
    ]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata", "Europe/Dublin"])
@pytest.mark.parametrize("digest", ["daily", "weekly", "monthly"])
def test_periods_join_without_gap_or_overlap_for_a_whole_year(zone: str, digest: Any) -> None:
    flywheel = FlywheelSettings(id="shop", time_zone=zone, digest=digest, digest_hour=2)
    found = periods(flywheel, datetime(2026, 12, 31, 23, tzinfo=UTC), 365)
    for earlier, later in pairwise(found):
        assert (earlier.start, earlier.end) == (later.before, later.start)
    assert len({period.name for period in found}) == 365


def test_a_month_ends_on_the_first() -> None:
    assert ends("2026-03-31T23:00Z", 3, digest="monthly") == [
        "2026-01-01T09:00Z",
        "2026-02-01T09:00Z",
        "2026-03-01T09:00Z",
    ]


def test_the_day_of_the_week_is_that_of_the_flywheels_zone() -> None:
    """Monday 9 o'clock in Auckland (UTC+13) is Sunday evening in UTC."""
    assert ends("2026-02-08T20:00Z", 1, time_zone="Pacific/Auckland") == ["2026-02-08T20:00Z"]
    assert ends("2026-02-11T12:00Z", 1, digest_day="friday", digest_hour=16) == ["2026-02-06T16:00Z"]


def test_no_digest_is_due_where_they_are_off() -> None:
    assert ends("2026-02-11T12:00Z", digest="off") == []


def test_a_period_keeps_its_name_when_the_hour_is_changed() -> None:
    assert newest("2026-02-11T12:00Z").name == "weekly 2026-02-09"
    assert newest("2026-02-11T12:00Z", digest_hour=7).name == "weekly 2026-02-09"
    assert newest("2026-02-11T12:00Z", digest="daily").name == "daily 2026-02-11"
