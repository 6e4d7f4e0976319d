"""The table of rules, and the actions that a report lists."""

from collections.abc import Mapping
from typing import Any

from shared.flywheel.actions import broken, friction, held, rituals, shared, tenets, unknown
from shared.flywheel.actions.action import Action, Rule, Situation

RULES: tuple[Rule, ...] = (
    Rule(
        id="failed_deployment",
        urgency=1,
        find=broken.unrecovered,
        when="a failed deployment of the window has an incident still open",
        done_when="{} is recovered",
        of_thing=True,
    ),
    Rule(
        id="open_incident",
        urgency=1,
        find=broken.open_incident,
        when="an incident is open for more than 24 hours",
        done_when="{} is resolved",
        of_thing=True,
    ),
    Rule(
        id="doom_loop",
        urgency=1,
        find=broken.doom_loop,
        when="the doom loop is suspected",
        done_when="no change of direction chases a disappointment",
    ),
    Rule(
        id="open_blocker",
        urgency=2,
        find=held.open_blocker,
        when="a blocker is open for more than 7 days",
        done_when="{} is closed",
        of_thing=True,
    ),
    Rule(
        id="stalled_turn",
        urgency=2,
        find=held.stalled_turn,
        when="a turn is stalled",
        done_when="{} is no longer stalled",
        of_thing=True,
    ),
    Rule(
        id="tenet_to_act_on",
        urgency=2,
        find=tenets.to_act_on,
        when="a signal of a tenet calls for action, of 5 or more where it is a share",
        done_when="its signal no longer calls for action",
    ),
    Rule(
        id="missed_bet",
        urgency=2,
        find=held.missed_bet,
        when="a bet missed, and no challenge was resolved since",
        done_when="a challenge was resolved after {} missed",
        of_thing=True,
    ),
    Rule(
        id="north_star_stale",
        urgency=2,
        find=held.stale_north_star,
        when="the north star was not measured for 1.5 × its cadence",
        done_when="{} is measured",
        of_thing=True,
    ),
    Rule(
        id="north_star_away",
        urgency=2,
        find=held.north_star_away,
        when="the north star goes away, and its target is not reached",
        done_when="{} no longer goes away",
        of_thing=True,
    ),
    Rule(
        id="shared_blocker",
        urgency=2,
        find=shared.hold_several,
        when="a blocker of one name is open in several flywheels below for more than 7 days",
        done_when="{} no longer holds several",
        of_thing=True,
    ),
    Rule(
        id="shared_inertia",
        urgency=3,
        find=shared.resist_in_several,
        when="a component has inertia on the organisation maps of several flywheels below",
        done_when="{} no longer resists on several maps",
        of_thing=True,
    ),
    Rule(
        id="largest_drag",
        urgency=3,
        find=friction.largest_drag,
        when="the largest drag is 10% or more, of 5 or more",
        done_when="another part drags most, or none much",
    ),
    Rule(
        id="constraint",
        urgency=3,
        find=friction.constraint,
        when="a phase is the constraint",
        done_when="another phase is the constraint, or none",
    ),
    Rule(
        id="tenet_to_watch",
        urgency=4,
        find=tenets.to_watch,
        when="a signal of a tenet is to be watched, of 5 or more where it is a share",
        done_when="its signal is healthy",
    ),
    Rule(
        id="ritual_due",
        urgency=4,
        find=rituals.ritual_due,
        when="a ritual of flywheel.toml was not held for twice its days",
        done_when="{} was held",
        of_thing=True,
    ),
    Rule(
        id="outcome_due",
        urgency=5,
        find=unknown.outcome_due,
        when="a turn was delivered 28 to 84 days ago, or in a longer window, and its outcome is not recorded",
        done_when="the outcome of {} is recorded",
        of_thing=True,
    ),
    Rule(
        id="phase_unobserved",
        urgency=5,
        find=unknown.unobserved_phase,
        when="no turn delivered in the window shows phase 1, or phase 2",
        done_when="{} was sent",
    ),
    Rule(
        id="most_telling_kind",
        urgency=5,
        find=unknown.most_telling_kind,
        when="of some tenet nothing is sent",
        done_when="{} was sent",
    ),
    Rule(
        id="next_idea",
        urgency=6,
        find=unknown.next_idea,
        when="a turn closed, and nothing follows the newest that did",
        done_when="an idea follows from {}",
        of_thing=True,
    ),
)
"""Every rule; a row more is a rule more."""

_BY_ID = {rule.id: rule for rule in RULES}


def rule_of(action: Mapping[str, Any]) -> Rule:
    """The row of the table that an action of a report comes from."""
    return _BY_ID[action["rule"].partition(".")[0]]


def actions_of(situation: Situation) -> list[dict[str, Any]]:
    """The `actions` of a report: all that apply, the most urgent first, then the farthest beyond its limit."""
    actions = [(rule, action) for rule in RULES for action in rule.find(situation)]
    actions.sort(key=lambda each: (each[0].urgency, -each[1].distance, each[0].id, each[1].phase))
    return [_entry(rule, action) for rule, action in actions]


def _entry(rule: Rule, action: Action) -> dict[str, Any]:
    return {
        "rule": f"{rule.id}.{action.part}" if action.part else rule.id,
        "phase": action.phase,
        "urgency": rule.urgency,
        "text": action.text,
        "because": action.because,
        "things": [{"kind": each.kind, "id": each.id, "title": each.title, "url": each.url} for each in action.things],
    }
