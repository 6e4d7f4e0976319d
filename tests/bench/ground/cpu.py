"""CPU seconds of this process: what else runs on the machine counts little."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Taken:
    """How long a block took, once it is over."""

    seconds = 0.0


@contextmanager
def taking() -> Iterator[Taken]:
    """Measure a block; what earlier ones left to be collected is collected before."""
    gc.collect()
    taken, began = Taken(), time.process_time()
    yield taken
    taken.seconds = time.process_time() - began


def rounds(times: int, work: Callable[[], Any]) -> list[float]:
    """Seconds of each of so many calls."""
    took = []
    for _ in range(times):
        with taking() as taken:
            work()
        took.append(taken.seconds)
    return took
