"""Times as they are typed and printed: RFC 3339 with an offset in, UTC with `Z` out."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from cli.failure import WrongInputError
from events.times import rfc3339

_FIRST_YEAR = 100


def parse_moment(text: str, option: str) -> datetime:
    """The same rule as for the times of events: a bare date or local time is refused, never guessed."""
    try:
        moment: datetime = msgspec.convert(text, Annotated[datetime, Meta(tz=True)])
    except msgspec.ValidationError as error:
        raise WrongInputError(
            f"{option}: got {text!r}, expected RFC 3339 with an offset, such as {_nearest(text)}"
        ) from error
    return moment.astimezone(UTC)


def parse_as_of(text: str) -> datetime:
    """The moment of a report; raises WrongInputError also where the calendar ends within what it looks back on."""
    as_of = parse_moment(text, "--as-of")
    if as_of.year < _FIRST_YEAR:
        raise WrongInputError(f"--as-of: got {text!r}, expected a time from the year {_FIRST_YEAR} on")
    return as_of


def now() -> datetime:
    """The one place of the CLI that reads the clock for a figure or an event."""
    return datetime.now(UTC)


def _nearest(text: str) -> str:
    """The nearest valid text: the same date and time, read as UTC."""
    try:
        meant = datetime.fromisoformat(text.strip())
    except ValueError:
        return "2026-03-30T00:00:00Z"
    return rfc3339(meant if meant.tzinfo else meant.replace(tzinfo=UTC)) + " (or with +02:00 and the like)"
