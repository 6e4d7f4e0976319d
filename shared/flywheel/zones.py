"""Time zones by their names; the database of zones is loaded when one is asked for that is not UTC."""

from datetime import UTC, tzinfo


def zone_of(name: str) -> tzinfo:
    """The time zone of an IANA name; raises ZoneInfoNotFoundError, a KeyError, where there is none."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415  with what it looks through, a tenth of a cold start

    return ZoneInfo(name)
