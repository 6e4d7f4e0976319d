"""The sealed facts of a partition from one day on, and what folds make of them: once, while they are remembered."""

from collections.abc import Sequence
from functools import cached_property

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import Copy, copy_of
from shared.flywheel.facts.sums import hash_of
from shared.flywheel.wheel.sorted_out import Moments


class SealedFacts:
    """Facts that do not change: whoever remembers them remembers this with them."""

    def __init__(self, facts: Sequence[Fact] = ()) -> None:
        self.facts = facts

    @cached_property
    def copies(self) -> dict[Copy, Fact]:
        """Every copy of every version, once."""
        copies: dict[Copy, Fact] = {}
        for fact in self.facts:
            copies.setdefault(copy_of(fact), fact)
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
    def hashes(self) -> dict[int, int]:
        """The hash of each (`hash_of`), by its place in memory."""
        return {id(fact): hash_of(fact) for fact in self.facts}
