"""Python's search for cycles, put off while a flywheel is folded.

A fold makes a great many small values and hardly a cycle among them, and each search looks through all that the process
remembers: that took a third of an advance of a year. What is in no cycle goes at once all the same.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """A block in which no cycles are searched for."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
