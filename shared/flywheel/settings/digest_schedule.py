"""The times of digests: on a wall clock in the flywheel's time zone, so that 9 o'clock is 9 o'clock in any season.

A period ends when its digest is due and begins when the one before was. Where clocks are set back an hour that comes
twice counts at its first coming; one that is skipped counts as soon after it as it was to come after midnight.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from msgspec import Struct

from shared.flywheel.settings.values import WEEKDAYS, FlywheelSettings
from shared.flywheel.zones import zone_of


class Period(Struct, frozen=True, kw_only=True):
    """The period of a digest: (start, end], UTC, beside (before, start], the period before.

    `name` is the same for ever, also where the hour is changed.
    """

    name: str
    before: datetime
    start: datetime
    end: datetime


def periods(flywheel: FlywheelSettings, as_of: datetime, count: int) -> list[Period]:
    """The newest periods that have ended by `as_of`, oldest first; none where digests are off."""
    if flywheel.digest == "off":
        return []
    ended = list(islice(_ended(flywheel, as_of), count + 2))
    listed = [
        Period(name=f"{flywheel.digest} {day.isoformat()}", before=before, start=start, end=end)
        for (day, end), (_, start), (_, before) in zip(ended, ended[1:], ended[2:], strict=False)
    ]
    return listed[::-1]


def _ended(flywheel: FlywheelSettings, as_of: datetime) -> Iterator[tuple[date, datetime]]:
    """The days of digests and their moments, from the newest that has come back to the beginning of time."""
    zone, hour = zone_of(flywheel.time_zone), time(flywheel.digest_hour)
    for day in _days(flywheel, as_of.astimezone(zone).date()):
        at = datetime.combine(day, hour, zone).astimezone(UTC)
        if at <= as_of:
            yield day, at


def _days(flywheel: FlywheelSettings, today: date) -> Iterator[date]:
    """The days of digests, from today back."""
    if flywheel.digest == "monthly":
        day = today.replace(day=1)
        while day.toordinal() > 1:
            yield day
            day = (day - timedelta(days=1)).replace(day=1)
        return
    step = 7 if flywheel.digest == "weekly" else 1
    back = (today.weekday() - WEEKDAYS.index(flywheel.digest_day)) % step
    yield from map(date.fromordinal, range(today.toordinal() - back, 1, -step))
