"""Moments of the story: week, weekday and hour of its twenty weeks."""

from datetime import UTC, datetime, timedelta

BEGINS = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday; the story's weeks count from it."""
WEEKS = 20
ENDS = BEGINS + timedelta(weeks=WEEKS, hours=10)
"""The morning after, when the last digests are out."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def at(moment: str) -> datetime:
    """`3 Tue 14:05` is the Tuesday of the third week, UTC."""
    week, day, clock = moment.split()
    hours, minutes = map(int, clock.split(":"))
    return BEGINS + timedelta(weeks=int(week) - 1, days=_DAYS.index(day), hours=hours, minutes=minutes)


def end_of_week(week: int) -> datetime:
    """The midnight with which a week of the story is over."""
    return BEGINS + timedelta(weeks=week)
