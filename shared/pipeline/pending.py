"""The writes of an advance: turns as they are, transitions as they are made, one by one, the newest first.

Made and written one by one, what is done is done: who goes on finds it stored, and does not make it again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from shared.pipeline.budget import Budget
from shared.store.projections.transition_items import Composer, Look
from shared.store.projections.wheel_cache import Derived
from shared.store.table.items import TurnItem


class Pending:
    """Yields what is to be written for as long as the budget grants it, and counts what that leaves."""

    def __init__(
        self, turns: Sequence[TurnItem], looks: Sequence[Look], composer: Composer, budget: Budget, now: datetime
    ) -> None:
        self.turns = 0
        self.transitions = 0
        self._turns, self._looks = turns, looks
        self._composer, self._budget, self._now = composer, budget, now

    @property
    def left(self) -> int:
        """How much of it was not yielded yet."""
        return len(self._turns) + len(self._looks) - self.turns - self.transitions

    @property
    def is_costly(self) -> bool:
        """Whether anything is folded to make it: who is overtaken by then had better not begin."""
        return any(self._composer.cost(look) for look in self._looks)

    def __iter__(self) -> Iterator[Derived]:
        for turn in reversed(self._turns):
            if not self._budget.grants():
                return
            self.turns += 1
            yield turn
        for look in self._looks:
            if not self._budget.grants(self._composer.cost(look)):
                return
            self.transitions += 1
            yield self._composer.item(look, self._now)
