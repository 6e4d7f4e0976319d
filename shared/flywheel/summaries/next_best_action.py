"""One next best action, chosen by a small table of rules, tried from the top; each names itself in the summary."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from shared.flywheel.summaries.summary import Action
from shared.flywheel.summaries.tenets import TITLES, action_on, weakest
from shared.flywheel.tenets.wording import told
from shared.flywheel.vocabularies import phase_name
from shared.flywheel.wording import duration, listing, number, percent, plural, quoted

Report = Mapping[str, Any]

DRAG_WORTH_ACTING_ON = 0.1
"""A part of the drag below one tenth is friction that every wheel has."""

TURNS_FOR_CONSTRAINT = 3
"""Delivered turns in the window from which a constraint can be named (domain: "Constraint")."""


class Situation(Struct, frozen=True, kw_only=True):
    """What the rules look at: the report at the summary's time; of its turn what was not observed, and where it is.

    `phase`: whose tenets are looked at, 0 for all twelve.
    """

    report: Report
    vocabulary: str
    unobserved: tuple[int, ...]
    entered: int | None
    phase: int = 0


DRAG_ACTIONS = {
    "rework_rate": (
        "Take the newest hotfix or rollback and add the check that would have stopped it before production.",
        "rework is the largest drag: {share} of deployments",
    ),
    "stalled_share": (
        "Decide on {stalled}: finish it, cut it down or stop it.",
        "stalled turns are the largest drag: {share} of open turns",
    ),
    "incident_time_share": (
        "Review the longest incident of the window and agree on one change that prevents it.",
        "open incidents are the largest drag: {share} of the window",
    ),
    "blocked_share": (
        "Remove the blocker that has been open longest, or split its turn so that the rest can go on.",
        "blockers are the largest drag: {share} of turn time",
    ),
    "map_inertia_share": (
        "Choose one component with inertia on the organisation map and agree on the first step that moves it.",
        "inertia is the largest drag: {share} of the mapped components",
    ),
}
"""By part of the drag: what to do, and why."""

CONSTRAINT_ACTIONS = {
    1: "State with each new idea which input metric it is to move, so that it can leave {phase} sooner.",
    2: "Hold the challenge of the next idea within a week and record its decision.",
    3: "Release the first slice of the next idea on its own, as one small change.",
    4: "Record the outcome of a release as soon as it is known, and resolve what keeps incidents open after it.",
}
"""By constraint: what shortens that phase."""

UNOBSERVED_ACTIONS = {
    (1,): "Record the next idea before work on it starts: one Idea Proposed event with its goal.",
    (2,): "Challenge the next idea before work on it starts: one Challenge Opened event, and its decision.",
    (
        1,
        2,
    ): "Record the next idea and one challenge of it before work on it starts: Idea Proposed, then Challenge Opened.",
}
"""By phases not observed: what would make them visible."""

NEXT_STEPS = {
    2: "Bring the challenge to a decision and record it: proceed, change or stop.",
    3: "Take the first slice to production as one small change.",
    4: "Watch the release while it soaks, and record its outcome as soon as it is known.",
    None: "Propose the idea that follows from what this turn taught, and name what it follows.",
}
"""By the phase that the turn is in now (none: it has closed): its next step."""


def next_best_action(situation: Situation) -> Action:
    """The first rule that applies; the last one always does."""
    return next(action for rule in RULES if (action := rule(situation)) is not None)


def _open_recovery(situation: Situation) -> Action | None:
    """A failed deployment not yet recovered comes before everything else."""
    waiting = situation.report["dora"]["recovery_open"]
    if not waiting:
        return None
    oldest = max(waiting, key=lambda deployment: (deployment["age_hours"], str(deployment["deployment"])))
    return Action(
        text=f"Recover the failed deployment {quoted(str(oldest['deployment']))}: it has been open for "
        f"{duration(oldest['age_hours'])}.",
        rule=f"{plural(len(waiting), 'failed deployment')} {'has' if len(waiting) == 1 else 'have'} not been recovered",
    )


def _doom_loop(situation: Situation) -> Action | None:
    if situation.report["doom_loop"] != "doom_loop":
        return None
    return Action(
        text="Before the direction changes again, hold one challenge or mapping session on the disappointing result.",
        rule="two changes of direction followed disappointing results with no turn delivered in between (doom loop)",
    )


def _largest_drag(situation: Situation) -> Action | None:
    drag = situation.report["drag"]
    share = drag[drag["largest"]] if drag["largest"] else None
    if share is None or share < DRAG_WORTH_ACTING_ON:
        return None
    text, rule = DRAG_ACTIONS[drag["largest"]]
    return Action(text=text.format(stalled=_oldest_stalled(situation.report)), rule=rule.format(share=percent(share)))


def _oldest_stalled(report: Report) -> str:
    """The stalled turn that started first, by name: `turn_list` is in order of start."""
    stalled = set(report["turns"]["stalled"])
    named = [turn["turn"] for turn in report["turn_list"] if turn["turn"] in stalled and turn["state"] == "open"]
    return f"the oldest stalled turn, {quoted(named[0])}" if named else "the oldest stalled turn"


def _unobserved_phases(situation: Situation) -> Action | None:
    early = tuple(phase for phase in situation.unobserved if phase < 3)
    if not early:
        return None
    names = listing([phase_name(situation.vocabulary, phase) for phase in early])
    return Action(text=UNOBSERVED_ACTIONS[early], rule=f"{names} {'was' if len(early) == 1 else 'were'} not observed")


def _tenet_to_act_on(situation: Situation) -> Action | None:
    return _weakest_tenet(situation, "act", "calls for action")


def _tenet_to_watch(situation: Situation) -> Action | None:
    return _weakest_tenet(situation, "watch", "is worth watching")


def _weakest_tenet(situation: Situation, status: str, verdict: str) -> Action | None:
    found = weakest(situation.report, situation.phase, status)
    if found is None:
        return None
    tenet, signal = found
    shown = told(signal["name"], signal["value"])
    return Action(text=action_on(signal), rule=f"“{TITLES[tenet['tenet']]}” is the weakest tenet: {shown} {verdict}")


def _constraint(situation: Situation) -> Action | None:
    phase = situation.report["turns"]["constraint"]
    if phase is None:
        return None
    name = phase_name(situation.vocabulary, phase)
    return Action(
        text=CONSTRAINT_ACTIONS[phase].format(phase=name),
        rule=f"{name} is the constraint: it takes the largest part of a turn",
    )


def _too_few_turns(situation: Situation) -> Action | None:
    """A wheel too young for a constraint: the next step of this turn, or the next turn."""
    delivered = situation.report["turns"]["delivered"]
    if delivered >= TURNS_FOR_CONSTRAINT:
        return None
    turns = plural(delivered, "delivered turn")
    return Action(
        text=NEXT_STEPS[situation.entered],
        rule=f"the window has {turns}, and a constraint needs {number(TURNS_FOR_CONSTRAINT)}",
    )


def _next_idea(_: Situation) -> Action | None:
    return Action(
        text=NEXT_STEPS[None],
        rule=f"no drag reaches {percent(DRAG_WORTH_ACTING_ON)} and no phase is the constraint",
    )


RULES: tuple[Callable[[Situation], Action | None], ...] = (
    _open_recovery,
    _doom_loop,
    _largest_drag,
    _unobserved_phases,
    _tenet_to_act_on,
    _constraint,
    _tenet_to_watch,
    _too_few_turns,
    _next_idea,
)
"""In order of urgency."""

RULE_NAMES = {
    "not been recovered": "failed deployment not recovered",
    "(doom loop)": "doom loop",
    "largest drag": "largest drag",
    "not observed": "phase not observed",
    "calls for action": "weakest tenet: act",
    "is the constraint": "constraint",
    "worth watching": "weakest tenet: watch",
    "constraint needs": "too few turns for a constraint",
    "no drag reaches": "nothing pressing",
}
"""By words that its reason alone has: what a rule is called where rules are counted, in their order."""


def rule_name(action: Action) -> str:
    """The rule that chose an action."""
    return next((name for words, name in RULE_NAMES.items() if words in action.rule), "unknown")
