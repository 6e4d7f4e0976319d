"""The time that Lambda leaves to an invocation, and how what takes too much of it is broken off."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.runtime.deadline import ENDLESS, OvertimeError, Time

_AGAIN = 5.0
"""Seconds after which the alarm rings again, where somebody on the way took the first one for an error of theirs."""


def time_of(context: Any) -> Time:
    """The time of an invocation, by its context; endless where that tells none."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    if remaining is None:
        return ENDLESS
    return Time(left=lambda: float(remaining()) / 1000, within=broken_off)


@contextmanager
def broken_off(seconds: float) -> Iterator[None]:
    """A block that is left by OvertimeError after so many seconds.

    By an alarm signal, which reaches the main thread alone: Lambda calls handlers there. Elsewhere nothing is broken
    off. Work in C, such as one long regular expression, ends first.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: Any) -> None:
        raise OvertimeError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
