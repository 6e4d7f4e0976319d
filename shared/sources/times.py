"""Moments as vendors write them, as RFC 3339 in UTC. What does not say its offset or unit is refused, never guessed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from events.times import EPOCH, rfc3339

Unit = Literal["s", "ms", "us", "ns"]
_PER_SECOND: dict[Unit, int] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_MOST_REVISIONS = 2**31 - 1
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)
_WRITTEN = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:[.,](?P<fraction>[0-9]{1,12}))? ?(?P<zone>[Zz]|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})"
)
_RFC_1123 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} (?:GMT|UTC|[+-][0-9]{4})"
)

WRITTEN_EXPECTED = "a time with its offset such as `2026-03-12T09:15:00Z`; a bare local time says no moment"


def from_text(text: Any) -> str | None:
    """RFC 3339 (`2026-03-12T09:15:00Z`), GitLab's (`2026-03-12 09:15:00 +0200`, `… UTC`) and RFC 1123 times."""
    if not isinstance(text, str):
        return None
    try:
        return _written(text) or _rfc_1123(text)
    except (ValueError, OverflowError):
        return None


def from_epoch(number: Any, unit: Unit) -> str | None:
    """A count of seconds, or of parts of one, since 1970; its unit is the translator's to say."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    try:
        micros = int(number * 10**6) // _PER_SECOND[unit]
        return _rfc3339(EPOCH + timedelta(microseconds=micros))
    except (ValueError, OverflowError):
        return None


def revision_of(began: str, stated: str) -> int:
    """The revision in which something that began at one time is restated at another: the later told, the higher.

    Both as `from_text` gives them; at least 2, as 1 is what was told first.
    """
    seconds = (datetime.fromisoformat(stated) - datetime.fromisoformat(began)) // timedelta(seconds=1)
    return min(max(seconds, 0) + 2, _MOST_REVISIONS)


def _written(text: str) -> str | None:
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return None
    zone = "+00:00" if match["zone"].upper() in {"Z", "UTC", "GMT"} else match["zone"]
    fraction = f".{match['fraction'][:6]:0<6}" if match["fraction"] else ""
    return _rfc3339(datetime.fromisoformat(f"{match['date']}T{match['time']}{fraction}{zone}"))


def _rfc_1123(text: str) -> str | None:
    if not _RFC_1123.fullmatch(text.strip()):
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  it brings `socket`, and only AWS Health writes so

    return _rfc3339(parsedate_to_datetime(text))


def _rfc3339(moment: datetime) -> str | None:
    """In UTC, or None for what lies before 1970 or at the calendar's end: such a time is a slip, not a time."""
    utc = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    return rfc3339(utc) if EPOCH <= utc < _LATEST else None
