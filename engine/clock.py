"""The engine's own time: every timestamp it puts in a payload, and every delay it waits for, comes from here."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Says what time it is, in UTC; only the simulated one can be moved."""

    def now(self) -> datetime: ...


class WallClock:
    """Real time, for a server."""

    def now(self) -> datetime:
        return datetime.now(tz=UTC)


class SimulatedClock:
    """Stands still until moved, and never moves back: replays twelve weeks in seconds, the same on every machine."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def advance_to(self, time: datetime) -> None:
        """Move forward to `time`; an earlier one changes nothing."""
        with self._lock:
            self._now = max(self._now, time.astimezone(UTC))


def epoch_seconds(time: datetime) -> float:
    """Seconds since 1970 as moto keeps them, exact to the microsecond."""
    return (time - EPOCH) / timedelta(seconds=1)


def epoch_millis(time: datetime) -> float:
    """Milliseconds since 1970 as SQS keeps them."""
    return (time - EPOCH) / timedelta(milliseconds=1)


def from_millis(millis: float) -> datetime:
    """The moment of an SQS timestamp."""
    return EPOCH + timedelta(milliseconds=millis)


def rfc3339(time: datetime) -> str:
    """UTC to the second with `Z`, as EventBridge writes an event's time."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
