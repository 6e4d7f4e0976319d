"""How much one advance may take before the next has its turn.

No clock is read here: who calls brings the time that is left, or brings none; then the counts of facts and items alone
bound the work, the same on every machine.
"""

from shared.runtime.deadline import ENDLESS, Time

SECONDS = 60.0
"""An advance takes no longer of its own accord, however much time is left: others wait."""
ITEMS = 1_000
"""So many items does one advance write, or folds as long for its summaries: some three seconds of one core."""
FACTS = 600
"""So many facts are folded in the time in which an item is written."""


class Budget:
    """The budget of one advance. The first item is always granted: so each advance brings some progress."""

    def __init__(self, time: Time = ENDLESS, *, seconds: float = SECONDS, items: int = ITEMS) -> None:
        self._left = time.left
        self._until = time.left() - seconds
        self._items = items
        self._spent = False

    def grants(self, facts: int = 0) -> bool:
        """Whether one more item may be made, from so many facts; counts it in where it may."""
        cost = 1 + facts // FACTS
        if self._spent and (self._items < cost or self._left() < self._until):
            return False
        self._spent = True
        self._items -= cost
        return True


def share(time: Time, waiting: int) -> Budget:
    """The share of the budget for one of so many that wait; raises OutOfTimeError where hardly any time is left."""
    return Budget(time, seconds=min(SECONDS, time.free() / waiting))
