"""Time as events write it: RFC 3339, in UTC with `Z`."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(moment: datetime) -> str:
    """An aware time in UTC with `Z`; a fraction only where there is one."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def from_milliseconds(count: int | str) -> datetime:
    """The aware UTC time of milliseconds since the epoch, as SQS and others write it."""
    return EPOCH + timedelta(milliseconds=int(count))
