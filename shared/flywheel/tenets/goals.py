"""Goals, boxes and rituals: whether purpose is shared and kept in rhythm (domain §4)."""

from typing import Any

from shared.flywheel.distribution import share
from shared.flywheel.facts.fact import BoxFormed, GoalSet, RitualHeld
from shared.flywheel.moments import DAY
from shared.flywheel.tenets.signals import Evidence, ratio
from shared.flywheel.wheel.model import Turn


def goal_figures(evidence: Evidence) -> dict[str, Any] | None:
    """Share of goals with a parent that is set, and share of those that say so that name value to a user.

    Each goal as its latest `Goal Set` states it, in the memory; a parent may be set by a flywheel of the scope. None
    where none was sent.
    """
    goals = {fact.goal: fact for fact in evidence.all(GoalSet)}
    if not goals:
        return None
    stated = [goal for goal in goals.values() if goal.value_oriented is not None]
    return {
        "with_parent": share(sum(has_parent(goal, evidence) for goal in goals.values()), len(goals)),
        "value_oriented": share(sum(goal.value_oriented is True for goal in stated), len(stated)),
    }


def has_parent(goal: GoalSet, evidence: Evidence) -> bool:
    """Whether a goal has a parent that some flywheel of the scope sets."""
    return goal.parent is not None and goal.parent in evidence.value.goals.all


def box_figures(evidence: Evidence) -> dict[str, Any] | None:
    """Share of the turns closed in the window or open whose box had the declared roles, without case.

    Of several boxes of an idea the latest counts. None where no roles are declared or no `Box Formed` was sent.
    """
    formed = boxes(evidence)
    return None if formed is None else share(sum(complete for _, complete in formed), len(formed))


def boxes(evidence: Evidence) -> list[tuple[Turn, bool]] | None:
    """The turns closed in the window or open, and whether the box of each had the declared roles."""
    declared = {role.casefold() for role in evidence.wheel.settings.roles}
    formed = {fact.idea: {role.casefold() for role in fact.roles} for fact in evidence.all(BoxFormed)}
    if not declared or not formed:
        return None
    turns = [
        turn for turn in evidence.wheel.turns if turn.closed_at is None or evidence.window.holds_moment(turn.closed_at)
    ]
    return [(turn, turn.key == "idea" and declared <= formed.get(turn.turn, set())) for turn in turns]


def ritual_figures(evidence: Evidence) -> list[dict[str, Any]]:
    """Each ritual expected or held: how often in the window, how often it was due, and the ratio of the two.

    Due: the length of the window / the days configured for the ritual; None where none are.
    """
    held = [fact.ritual for fact in evidence.inside(RitualHeld)]
    expected = evidence.wheel.settings.rituals
    window = (evidence.window.end - evidence.window.start) / DAY
    return [
        {
            "ritual": ritual,
            "held": held.count(ritual),
            "expected": window / expected[ritual] if ritual in expected else None,
            "ratio": ratio(held.count(ritual), window / expected[ritual]) if ritual in expected else None,
        }
        for ritual in sorted({*held, *expected})
    ]
