"""Dates in tags' names: `2026-03-01`, `2026-03-01.1`, `20260301T1200`, `2026-W10.1`, behind any word."""

import re
from datetime import date

from msgspec import Struct

_YEARS = range(1990, 2100)
_BEGIN = r"^(?P<prefix>(?:.*?(?<!\d))??)[vVrR]?(?P<year>(?:19|20)\d\d)"
_SERIAL = r"(?P<serial>(?:[._T+-]?\d{1,6}(?!\d))*)"
_FORMS = tuple(
    re.compile(_BEGIN + form)
    for form in (
        rf"(?P<mark>[-._])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?!\d){_SERIAL}(?P<suffix>.*)$",
        rf"(?P<month>\d\d)(?P<day>\d\d){_SERIAL}(?P<suffix>.*)$",
        rf"[-._]?[wW](?P<week>\d\d?)(?!\d){_SERIAL}(?P<suffix>.*)$",
    )
)

_VERSION = re.compile(r"\d[._]\d|(?:^|[/@_-])[vV]\d")
"""In front of a date it says that the date is none of the version: `v1.2.3-20260301`."""


class Dated(Struct, frozen=True):
    """A name that holds a date: what stands before it, its numbers with the serial's, what stands after."""

    prefix: str
    numbers: tuple[int, ...]
    suffix: str


def dated(text: str) -> Dated | None:
    """The date in a name; None where there is none that was ever a day or a week."""
    for form in _FORMS:
        match = form.match(text)
        numbers = _numbers(match.groupdict()) if match and not _VERSION.search(match["prefix"]) else None
        if match and numbers is not None:
            serial = tuple(map(int, re.findall(r"\d+", match["serial"])))
            return Dated(match["prefix"], numbers + serial, re.sub(r"^[zZ](?![A-Za-z])", "", match["suffix"]))
    return None


def is_calendar(numbers: tuple[int, ...]) -> bool:
    """Whether a version begins with a year (`2026.11.302`): its last number counts up, and patches nothing."""
    return len(numbers) > 1 and numbers[0] in _YEARS


def _numbers(groups: dict[str, str]) -> tuple[int, ...] | None:
    year = int(groups["year"])
    if "week" in groups:
        return (year, int(groups["week"])) if 1 <= int(groups["week"]) <= 53 else None
    try:
        day = date(year, int(groups["month"]), int(groups["day"]))
    except ValueError:
        return None
    return (day.year, day.month, day.day)
