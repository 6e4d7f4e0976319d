"""The sealed facts of a partition from one day on, and what folds make of them: once, while they are remembered."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import Place, place_of
from shared.flywheel.facts.sums import sum_of_changes
from shared.flywheel.wheel.sorted_out import Moments

T = TypeVar("T")


class SealedFacts:
    """Facts that do not change: whoever remembers them remembers this with them."""

    def __init__(self, facts: Sequence[Fact] = ()) -> None:
        self.facts = facts
        self._made: tuple[object, Any] | None = None

    def once(self, of: object, make: Callable[[], T]) -> T:
        """What is made of these facts, made once as long as all ask for the same."""
        if self._made is None or self._made[0] != of:
            self._made = of, make()
        made: T = self._made[1]
        return made

    @cached_property
    def copies(self) -> dict[Place, Fact]:
        """Every copy of every version, once."""
        copies: dict[Place, Fact] = {fact.key: fact for fact in self.facts}
        if len(copies) < len(self.facts):
            copies = {}
            for fact in self.facts:
                copies.setdefault(place_of(fact, copies), fact)
        return copies

    @cached_property
    def is_known(self) -> bool:
        """Whether all is known of each: no older release stored any of them."""
        return all(fact.source is not None for fact in self.facts)

    @cached_property
    def moments(self) -> Moments:
        """Each copy once, for folds."""
        return Moments(self.copies.values())

    @cached_property
    def changes(self) -> int:
        """The sum of the hashes of the recorded changes among them."""
        return sum_of_changes(self.copies.values())
