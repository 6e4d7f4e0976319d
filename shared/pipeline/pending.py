"""The writes of an advance: turns as they are, transitions as they are made, one by one, the newest first.

Summaries of one moment are made from one fold. History waits: of many turns those that summaries tell of and the newest
come first, then the summaries, then all others.

Made and written one by one, what is done is done: who goes on finds it stored, and does not make it again. What is
written over is read just before, and must be what was known of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from shared.pipeline.budget import Budget
from shared.store.projections.known import Derived, turn_at
from shared.store.projections.transition_items import Composer, Look
from shared.store.projections.turn_items import TurnChange
from shared.store.table.items import TransitionItem, TurnItem

AT_ONCE = 16
"""So many are read at once: a budget seldom grants more."""
TURNS = 200
"""So many turns are written before the summaries that are news; in any case those that these tell of."""
Reads = Callable[[Sequence[TurnChange] | Sequence[Look]], Mapping[str, Derived]]
"""The stored items that some changes write over, each as it is known; raises where one is not."""


class Pending:
    """Yields what is to be written for as long as the budget grants it, and counts what that leaves."""

    def __init__(  # noqa: PLR0913, PLR0917  what, by what means, and how much of it
        self,
        turns: Sequence[TurnChange],
        looks: Sequence[Look],
        reads: Reads,
        composer: Composer,
        budget: Budget,
        now: datetime,
    ) -> None:
        self.turns = 0
        self.transitions = 0
        self._turns, self._looks, self._reads = turns, looks, reads
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
        news = [look for look in self._looks if not look.historical]
        spoken_of = {turn_at(look.sk) for look in news}
        newest = self._turns[::-1]
        turns = sorted(newest, key=lambda change: change.sk not in spoken_of)
        first = max(TURNS, sum(change.sk in spoken_of for change in turns))
        history = [look for look in self._looks if look.historical]
        yield from self._granted(turns[:first], news, turns[first:], history)

    def _granted(self, *parts: Sequence[TurnChange] | Sequence[Look]) -> Iterator[Derived]:
        folded = None
        for change, item in chain.from_iterable(map(self._over, parts)):
            if isinstance(change, TurnChange):
                if not self._budget.grants():
                    return
                assert item is None or isinstance(item, TurnItem)  # noqa: S101  as its key says
                self.turns += 1
                yield self._composer.turn(change, item)
            else:
                cost = self._composer.cost(change)
                if not self._budget.grants(0 if change.at == folded else cost):
                    return
                folded = change.at if cost else folded
                assert item is None or isinstance(item, TransitionItem)  # noqa: S101  as its key says
                self.transitions += 1
                yield self._composer.item(change, item, self._now)

    def _over(
        self, changes: Sequence[TurnChange] | Sequence[Look]
    ) -> Iterator[tuple[TurnChange | Look, Derived | None]]:
        for start in range(0, len(changes), AT_ONCE):
            batch = changes[start : start + AT_ONCE]
            items = self._reads(batch)
            yield from ((change, items.get(change.sk)) for change in batch)
