"""Goals, boxes and rituals: whether purpose is shared and kept in rhythm (domain §4)."""

from typing import Any

from shared.flywheel.distribution import share
from shared.flywheel.facts.fact import BoxFormed, GoalSet, RitualHeld
from shared.flywheel.moments import DAY
from shared.flywheel.tenets.signals import Evidence, ratio


def goal_figures(evidence: Evidence) -> dict[str, Any] | None:
    """Share of goals with a parent, and share of those that say so that name value to a user.

    Each goal as its latest `Goal Set` states it, in the memory; None where none was sent.
    """
    goals = {fact.goal: fact for fact in evidence.all(GoalSet)}
    if not goals:
        return None
    stated = [goal for goal in goals.values() if goal.value_oriented is not None]
    return {
        "with_parent": share(sum(goal.parent is not None for goal in goals.values()), len(goals)),
        "value_oriented": share(sum(goal.value_oriented is True for goal in stated), len(stated)),
    }


def box_figures(evidence: Evidence) -> dict[str, Any] | None:
    """Share of the turns closed in the window or open whose box had the declared roles, without case.

    Of several boxes of an idea the latest counts. None where no roles are declared or no `Box Formed` was sent.
    """
    declared = {role.casefold() for role in evidence.wheel.settings.roles}
    formed = {fact.idea: fact for fact in evidence.all(BoxFormed)}
    if not declared or not formed:
        return None
    turns = [
        turn for turn in evidence.wheel.turns if turn.closed_at is None or evidence.window.holds_moment(turn.closed_at)
    ]
    complete = [
        turn
        for turn in turns
        if turn.key == "idea"
        and turn.turn in formed
        and declared <= {role.casefold() for role in formed[turn.turn].roles}
    ]
    return share(len(complete), len(turns))


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
