"""The time of one call, parted among the messages that are tried alone and those tried together; and the memory.

Lambda ends a function that is late or too large with everything it holds. An alarm clock of the process's own rings
before that, between two steps of Python and in the middle of a regular expression, and what is late ends alone; and the
process's own limit of memory makes what is too large an error of its own.
"""

import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType
from typing import NoReturn

from shared.pipeline.returning import OutOfTimeError, TimeLimit

SHARE = 5.0
"""Seconds for one message that is tried alone: a hundred times what the largest takes."""
RESERVE = 3.0
"""Seconds left for the answer."""


APART_MB = 64
"""Of the function's memory, what libraries take that no allocation of ours counts."""


def limit_memory(megabytes: int) -> None:
    """Raise MemoryError in this process from now on where it would take more; of allocations, not of mapped files."""
    allowed = (megabytes - APART_MB) * 1024 * 1024
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))


class CallLimit:
    """The limit of one invocation; `remaining` gives its milliseconds."""

    def __init__(self, remaining: Callable[[], int]) -> None:
        self._remaining = remaining

    def alone(self) -> AbstractContextManager[None]:
        """At most its share, and less where the call ends before."""
        return ringing(min(SHARE, self._left()))

    def together(self) -> AbstractContextManager[None]:
        """All that is left."""
        return ringing(self._left())

    def is_over(self) -> bool:
        """Whether less than a share is left."""
        return self._left() < SHARE

    def _left(self) -> float:
        return self._remaining() / 1000 - RESERVE


class Unlimited:
    """No limit, where nobody ends the process."""

    def alone(self) -> AbstractContextManager[None]:
        """As long as it takes."""
        return nullcontext()

    def together(self) -> AbstractContextManager[None]:
        """As long as it takes."""
        return nullcontext()

    def is_over(self) -> bool:
        """Never."""
        return False


UNLIMITED: TimeLimit = Unlimited()


@contextmanager
def ringing(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError inside after so many seconds; only a process's main thread has an alarm clock."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(_number: int, _frame: FrameType | None) -> NoReturn:
    raise OutOfTimeError
