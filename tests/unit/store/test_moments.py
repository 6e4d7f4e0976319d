"""Clocks: skew at the edge of what is taken, both changes of summer time, the leap day, events dated ahead."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.unit.domain.histories import History, commit, moment
from tests.unit.store.driving import NOW, Driver, report_of
from tests.unit.store.pipeline.test_recording import message, proposed, recorded

BERLIN = Settings(flywheels={"web": FlywheelSettings(id="web", time_zone="Europe/Berlin")})


@pytest.mark.parametrize("seconds", [-301, -299, 0, 299, 300])
def test_an_event_within_the_skew_counts_once_its_time_has_come(seconds: int) -> None:
    """Earlier than its arrival by any span; later by at most five minutes."""
    driver, time = Driver(), NOW + timedelta(seconds=seconds)
    assert recorded(driver, message("a", proposed("1", time))).accepted == 1
    driver.project(NOW)

    driver.tick(NOW + timedelta(minutes=5, seconds=1))

    assert set(driver.turns("web")) == {"idea idea 1"}


def test_an_event_beyond_the_skew_is_refused_whatever_its_offset_looks_like() -> None:
    driver = Driver()
    for number, hours in enumerate((-12, 0, 5.5, 14)):
        zone = timezone(timedelta(hours=hours))
        times = [(NOW + timedelta(seconds=seconds)).astimezone(zone) for seconds in (301, 299)]
        batch = [message(f"{number}", proposed(f"{time}", time)) for time in times]
        result = recorded(driver, *batch)
        assert (result.rejected, result.accepted) == (1, 1), hours


@pytest.mark.parametrize(
    ("at", "days"),
    [
        # 2026-03-29: Berlin's day has 23 hours, from 23:00Z on the 28th to 22:00Z.
        (["2026-03-28T22:59:59+00:00", "2026-03-28T23:00:00+00:00"], 2),
        (["2026-03-28T23:00:00+00:00", "2026-03-29T21:59:59+00:00"], 1),
        (["2026-03-29T21:59:59+00:00", "2026-03-29T22:00:00+00:00"], 2),
        (["2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00"], 1),
        # 2025-10-26: 25 hours, from 22:00Z on the 25th to 23:00Z; 02:30 comes twice.
        (["2025-10-25T21:59:59+00:00", "2025-10-25T22:00:00+00:00"], 2),
        (["2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"], 1),
        (["2025-10-25T22:00:00+00:00", "2025-10-26T22:59:59+00:00"], 1),
        (["2025-10-26T22:59:59+00:00", "2025-10-26T23:00:00+00:00"], 2),
        # 2028-02-29, the leap day, between two others.
        (["2028-02-28T22:59:59+00:00", "2028-02-28T23:00:00+00:00", "2028-02-29T23:00:00+00:00"], 3),
    ],
)
def test_days_with_a_deployment_are_the_zones_own_through_summer_time_and_leap_days(at: list[str], days: int) -> None:
    told = History(flywheel="web")
    for number, time in enumerate(at):
        told.deployed("03-01", f"d{number}", id=f"d{number}")
        told.events[-1]["detail"]["time"] = time
    arrived = max(map(datetime.fromisoformat, at)).astimezone(UTC) + timedelta(hours=1)
    driver = Driver(BERLIN)
    driver.append(told.events, arrived)

    report = driver.report("web", arrived)

    assert report == report_of(told.events, "web", BERLIN, arrived)
    assert report["dora"]["days_with_deployment"] == days


@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_a_commit_dated_after_its_deployment_gives_no_negative_lead_time(minutes: int) -> None:
    """The build machine's clock is behind the developer's."""
    told, deployed = History(flywheel="web"), moment("03-04 12:00")
    dated = (deployed + timedelta(minutes=minutes)).strftime("%m-%d %H:%M")
    told.deployed("03-04 12:00", "d1", commit("a", dated), commit("b", "03-04 10:00"), idea="cart")
    driver = Driver()
    driver.append(told.events)

    report = driver.report("web", moment("03-20"))

    assert all(hours >= 0 for hours in report["dora"]["lead_time_hours"]["values"])
    assert report["receipt"]["excluded"].get("negative_lead_time", 0) == (1 if minutes > 0 else 0)
