"""Which turns an event belongs to (domain: "Membership")."""

from collections.abc import Iterable

from shared.flywheel.facts import Fact
from shared.flywheel.model import TurnKey


class Membership:
    """Ideas and features, and which of them some event names together in its two scalar fields."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        joined: dict[str, set[str]] = {}
        for fact in facts:
            if fact.feature is not None and fact.idea is not None:
                joined.setdefault(fact.feature, set()).add(fact.idea)
        self._turns: dict[str, tuple[TurnKey, ...]] = {
            feature: tuple(("idea", idea) for idea in sorted(ideas)) for feature, ideas in joined.items()
        }

    def turns(self, idea: str | None, feature: str | None) -> tuple[TurnKey, ...]:
        """The turn of the idea; without one those of every idea that shares the feature, else the feature's own."""
        if idea is not None:
            return (("idea", idea),)
        if feature is not None:
            return self._turns.get(feature) or (("feature", feature),)
        return ()
