"""Schedules: when `rate(…)`, `cron(…)` and `at(…)` are due, as EventBridge Scheduler reads them.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from engine.clock import EPOCH
from engine.errors import ScheduleExpressionError

_UNITS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_HORIZON: Final = timedelta(days=366 * 5)


@dataclass(frozen=True)
class Rate:
    """Every so often, counted from 1970: a restart does not move it."""

    every: timedelta

    def after(self, moment: datetime) -> datetime:
        return EPOCH + ((moment - EPOCH) // self.every + 1) * self.every

    def last_until(self, moment: datetime) -> datetime:
        return EPOCH + (moment - EPOCH) // self.every * self.every


@dataclass(frozen=True)
class Once:
    """`at(…)`: one moment."""

    moment: datetime

    def after(self, moment: datetime) -> datetime | None:
        return self.moment if self.moment > moment else None


@dataclass(frozen=True)
class Cron:
    """Six fields, in a time zone; a local time that a clock change skips does not come."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    years: frozenset[int]
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime | None:
        local = moment.astimezone(self.zone)
        day = local.date()
        while day - local.date() < _HORIZON:
            if self._fits(datetime(day.year, day.month, day.day, tzinfo=UTC)):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        due = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone).astimezone(UTC)
                        back = due.astimezone(self.zone)
                        if due > moment and (back.hour, back.minute) == (hour, minute):
                            return due
            day += timedelta(days=1)
        return None

    def _fits(self, day: datetime) -> bool:
        weekday = day.isoweekday() % 7 + 1
        return (
            day.year in self.years
            and day.month in self.months
            and (self.days is None or day.day in self.days)
            and (self.weekdays is None or weekday in self.weekdays)
        )


Expression = Rate | Once | Cron


@lru_cache(maxsize=256)
def parse(expression: str, zone: str = "UTC") -> Expression:
    """The schedule of an expression; what this engine does not read is refused, never guessed."""
    match = re.fullmatch(r"(rate|cron|at)\((.*)\)", expression.strip())
    if match is None:
        raise ScheduleExpressionError(expression, "not rate(…), cron(…) or at(…)")
    kind, body = match.groups()
    if kind == "rate":
        return _rate(expression, body)
    if kind == "at":
        return Once(datetime.fromisoformat(body).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
    return _cron(expression, body, ZoneInfo(zone))


def last_between(schedule: Expression, after: datetime, until: datetime) -> datetime | None:
    """The last moment due in (after, until]."""
    if isinstance(schedule, Rate):
        last = schedule.last_until(until)
        return last if last > after else None
    latest, due = None, schedule.after(after)
    while due is not None and due <= until:
        latest, due = due, schedule.after(due)
    return latest


def _rate(expression: str, body: str) -> Rate:
    match = re.fullmatch(r"(\d+) (minute|hour|day)s?", body.strip())
    if match is None or int(match[1]) == 0:
        raise ScheduleExpressionError(expression, "rate takes a number above 0 and minutes, hours or days")
    return Rate(int(match[1]) * _UNITS[match[2]])


def _cron(expression: str, body: str, zone: ZoneInfo) -> Cron:
    fields = body.split()
    if len(fields) != 6:
        raise ScheduleExpressionError(expression, "cron takes minutes, hours, day of month, month, day of week, year")
    minute, hour, day, month, weekday, year = fields
    return Cron(
        minutes=_values(expression, minute, 0, 59),
        hours=_values(expression, hour, 0, 23),
        days=None if day in {"?", "*"} else _values(expression, day, 1, 31),
        months=_values(expression, month, 1, 12, _MONTHS),
        weekdays=None if weekday in {"?", "*"} else _values(expression, weekday, 1, 7, _DAYS),
        years=_values(expression, year, 1970, 2199),
        zone=zone,
    )


def _values(expression: str, field: str, low: int, high: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if first == "*" else _value(expression, first, low, high, names)
        open_end = high if first == "*" or step else start
        end = _value(expression, last, low, high, names) if last else open_end
        values.update(range(start, end + 1, int(step or 1)))
    return frozenset(values)


def _value(expression: str, text: str, low: int, high: int, names: tuple[str, ...]) -> int:
    value = names.index(text.upper()) + 1 if text.upper() in names else int(text) if text.isdigit() else -1
    if not low <= value <= high:
        raise ScheduleExpressionError(expression, f"{text!r} is not from {low} to {high}")
    return value
