"""Time as the domain counts it: whole microseconds since 1970-01-01T00:00:00Z, so that differences are exact."""

from datetime import datetime, timedelta

from events.times import EPOCH, rfc3339

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR

MEMORY = 728 * DAY
"""A report sees the events of this long before its as_of (domain: the rule above all)."""

_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Microseconds since the epoch of an aware time."""
    return (moment - EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The aware UTC time of microseconds since the epoch."""
    return EPOCH + timedelta(microseconds=at)


def moment_or_none(at: int | None) -> datetime | None:
    """The aware UTC time, or None where there is none."""
    return None if at is None else moment(at)


def micros_or_none(at: datetime | None) -> int | None:
    """Microseconds since the epoch, or None where there is no time."""
    return None if at is None else micros(at)


def span(amount: float, unit: int) -> int:
    """A length of time given as a number of units (`HOUR`, `DAY`), in whole microseconds."""
    return round(amount * unit)


def rfc3339_or_none(at: datetime | None) -> str | None:
    """RFC 3339 in UTC with `Z`, or None where there is no time."""
    return None if at is None else rfc3339(at)
