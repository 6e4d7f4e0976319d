"""The time that is left to whoever runs: told by Lambda, or endless. No clock is read here."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from math import inf

from msgspec import Struct

LONGEST = 120.0
"""After so many seconds work that does not come to its end by itself is broken off, where the caller can do that."""
RESERVE = 20.0


class OutOfTimeError(Exception):
    """No time was left to begin with this one: it waits for the next who has some."""


class OvertimeError(Exception):
    """The work did not come to its end by itself, and was broken off."""


def _endless() -> float:
    return inf


def _unguarded(_: float) -> AbstractContextManager[None]:
    return nullcontext()


class Time(Struct, frozen=True):
    """The time of whoever calls: how many seconds are `left`, and how to break off what takes more than some."""

    left: Callable[[], float] = _endless
    within: Callable[[float], AbstractContextManager[None]] = _unguarded
    """A block that is left by OvertimeError after so many seconds."""
    reserve: float = RESERVE
    """Seconds that are kept for what comes after."""

    def half(self) -> "Time":
        """Time of which half of what is left now is kept for what comes after."""
        left = self.left()
        return self if left == inf else Time(self.left, self.within, max(self.reserve, left / 2))

    def bounded(self) -> AbstractContextManager[None]:
        """A block for work that does not ask how much time is left; raises OutOfTimeError where hardly any is."""
        return self.within(min(LONGEST, self.free()))

    def free(self) -> float:
        """The seconds that may be used; raises OutOfTimeError where there are none."""
        seconds = self.left() - self.reserve
        if seconds <= 0:
            raise OutOfTimeError
        return seconds


ENDLESS = Time()
