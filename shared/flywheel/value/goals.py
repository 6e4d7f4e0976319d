"""Goals of a scope, and the chain from a turn up to what it is for (value §3)."""

from collections.abc import Iterable

from shared.flywheel.facts.fact import GoalSet
from shared.flywheel.value.bets import Ideas
from shared.flywheel.wheel.model import Family


class Goals:
    """The goals that the flywheels of a scope set, each as its latest `Goal Set` has it."""

    def __init__(self, family: Family, flywheel: str) -> None:
        goals = [
            fact
            for member in family.scope_of(flywheel)
            for fact in family.purposes.get(member, ())
            if isinstance(fact, GoalSet)
        ]
        self.all: dict[str, GoalSet] = {}
        self.of_ideas: dict[str, GoalSet] = {}
        """The latest that names each idea."""
        for fact in sorted(goals, key=lambda fact: (fact.time, fact.key)):
            self.all[fact.goal] = fact
            if fact.idea is not None:
                self.of_ideas[fact.idea] = fact

    def first(self, idea: str, ideas: Ideas) -> str | None:
        """The goal that an idea names, if it is set; else that of the latest `Goal Set` that names the idea."""
        stated = ideas.goals.get(idea)
        if stated is not None and stated.goal in self.all:
            return stated.goal
        naming = self.of_ideas.get(idea)
        return None if naming is None else naming.goal

    def chain(self, goal: str | None) -> list[str]:
        """The goal, its parent, and so on, as far as they are set, each once: a circle ends where it began."""
        way: list[str] = []
        while goal is not None and goal in self.all and goal not in way:
            way.append(goal)
            goal = self.all[goal].parent
        return way

    def circles(self) -> Iterable[list[str]]:
        """Goals that are their own ancestors, each circle once, from its first name."""
        for goal in sorted(self.all):
            way = self.chain(goal)
            if self.all[way[-1]].parent == goal and goal == min(way):
                yield way
