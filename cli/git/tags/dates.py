"""Dates in tags' names: `2026-03-01`, `2026-03-01.1`, `20260301T1200`, `2026-W10.1`, behind any word."""

import re
from datetime import date

from msgspec import Struct

_YEARS = range(1990, 2100)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_BEGIN = r"^(?P<prefix>(?:.*?(?<!\d))??)[vVrR]?"
_SERIAL = r"(?P<serial>(?:[._T+-]?\d{1,6}(?!\d))*)"
_FORMS = tuple(
    re.compile(_BEGIN + form + rf"{_SERIAL}(?P<suffix>.*)$")
    for form in (
        rf"{_YEAR}(?P<mark>[-._])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?!\d)",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)",
        rf"{_YEAR}[-._]?[wW](?P<week>\d\d?)(?!\d)",
        rf"(?P<day>\d\d)(?P<mark>[-._])(?P<month>\d\d)(?P=mark){_YEAR}(?!\d)",
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
    """Whether a version begins with a year (`2026.11.302`) or a day (`0.20260301.2`): its last number counts up, and
    patches nothing.
    """
    if len(numbers) < 2:
        return False
    day = dated(str(numbers[1]))
    return numbers[0] in _YEARS or (day is not None and len(day.numbers) == 3 and not day.suffix)


def _numbers(groups: dict[str, str]) -> tuple[int, ...] | None:
    year = int(groups["year"])
    if "week" in groups:
        return (year, int(groups["week"])) if 1 <= int(groups["week"]) <= 53 else None
    try:
        day = date(year, int(groups["month"]), int(groups["day"]))
    except ValueError:
        return None
    return (day.year, day.month, day.day)
