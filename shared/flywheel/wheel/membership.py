"""The turns that an event belongs to (domain: "Membership")."""

from collections.abc import Iterable, Mapping

from shared.flywheel.facts.fact import Fact, IdeaProposed
from shared.flywheel.wheel.model import TurnKey, Wheel


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
        self._alone: dict[str, tuple[TurnKey, ...]] = {}
        """Of each idea the same object each time."""
        self._ideas: dict[str, tuple[TurnKey, None]] = {}

    def by_idea(self, idea: str) -> tuple[TurnKey, None]:
        """The turn of an idea that is named by itself, not by a feature; the same object each time."""
        named = self._ideas.get(idea)
        if named is None:
            named = self._ideas[idea] = (("idea", idea), None)
        return named

    def turns(self, idea: str | None, feature: str | None) -> tuple[TurnKey, ...]:
        """The turn of the idea; without one those of every idea that shares the feature, else the feature's own."""
        if idea is not None:
            return self._alone.get(idea) or self._alone.setdefault(idea, (("idea", idea),))
        if feature is not None:
            return self._turns.get(feature) or (("feature", feature),)
        return ()


def membership_of(wheel: Wheel) -> Membership:
    """That of a wheel's events, those outside production left out."""
    return wheel.once(Membership, lambda: Membership(f for f in wheel.events.joining if f.key not in wheel.outside))


def followers_of(wheel: Wheel) -> Mapping[TurnKey, list[int]]:
    """By turn the times of the ideas that follow it, by its idea or a feature of it; no idea follows itself."""
    proposed: dict[TurnKey, list[int]] = {}
    for fact in wheel.all(IdeaProposed):
        if fact.follows is not None:
            named = {("idea", fact.follows), *membership_of(wheel).turns(None, fact.follows)}
            for turn in named - {("idea", fact.idea)}:
                proposed.setdefault(turn, []).append(fact.time)
    return proposed
