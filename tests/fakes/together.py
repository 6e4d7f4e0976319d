"""Several who work at once, in a time of their own: nobody waits for a clock, and what else runs counts for nothing."""

import heapq
import threading
from collections.abc import Callable, Sequence
from itertools import count


class Together:
    """Threads of which one runs at a time: that whose time has come, where all of them spend theirs."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = count()
        self._waiting: list[tuple[float, int, threading.Event]] = []
        self._failures: list[Exception] = []

    def spend(self, seconds: float) -> None:
        """Let as much time pass for whoever calls; others run meanwhile."""
        turn = threading.Event()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._order), turn))
        self._next()
        turn.wait()

    def run(self, works: Sequence[Callable[[], None]]) -> None:
        """All works, to their ends."""
        starts = [threading.Event() for _ in works]
        threads = [threading.Thread(target=self._run, args=each) for each in zip(works, starts, strict=True)]
        for thread, start in zip(threads, starts, strict=True):
            heapq.heappush(self._waiting, (0.0, next(self._order), start))
            thread.start()
        self._next()
        for thread in threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _run(self, work: Callable[[], None], start: threading.Event) -> None:
        start.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001  whatever it is: told by whoever runs them all
            self._failures.append(error)
        finally:
            self._next()

    def _next(self) -> None:
        if self._waiting:
            self.now, _, turn = heapq.heappop(self._waiting)
            turn.set()
