"""The fate of an action that was advised: done, and how; still so; or gone, where what it was about is no more.

That a rule no longer lists an action does not say that it was done: a newer turn may have taken its place, or it left
the window. So a rule has a check of its own wherever more than its end takes an action out of the list.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from shared.flywheel.actions.choice import is_asked
from shared.flywheel.actions.friction import WORTH_ACTING_ON
from shared.flywheel.actions.rules import rule_of
from shared.flywheel.actions.shared import name_of, shared_blockers, shared_inertia
from shared.flywheel.catalogue.drag import part_name
from shared.flywheel.figures.dora import recoveries
from shared.flywheel.figures.drag import drag_figures
from shared.flywheel.figures.turns import stalled
from shared.flywheel.moments import moment
from shared.flywheel.settings.values import MEMORY_DAYS
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.tenets.tenets import TENETS, tenet_figures
from shared.flywheel.tenets.wording import signal_text
from shared.flywheel.value.metrics import metric_entry
from shared.flywheel.vocabularies import phase_name
from shared.flywheel.wheel.membership import followers_of
from shared.flywheel.wheel.model import Incident, Run, Turn, Wheel
from shared.flywheel.wheel.window import closed_in, window_of
from shared.flywheel.wording import day, quoted
from shared.flywheel.zones import zone_of

Listed = Mapping[str, Any]


class Fate(Struct, frozen=True):
    """What became of an action: `how` says how it was done, a sentence without its capital and its point."""

    became: Literal["done", "still", "gone"]
    how: str = ""


STILL, GONE = Fate("still"), Fate("gone")

_TITLES = {tenet.number: tenet.title for tenet in TENETS}


def fate(action: Listed, actions: Sequence[Listed], evidence: Evidence) -> Fate:
    """What became of an action that a report listed, by the actions and the evidence of now."""
    if is_asked(action, actions):
        return STILL
    return _FATES.get(rule_of(action).id, _as_the_rule_says)(action, evidence)


def _done(how: str) -> Fate:
    return Fate("done", how)


def _as_the_rule_says(action: Listed, _: Evidence) -> Fate:
    """Done as the rule says that it is: nothing else ends it."""
    return _done(rule_of(action).done_when.format(_name(action)))


def _if(is_done: bool, is_still: bool, action: Listed, evidence: Evidence) -> Fate:
    return _as_the_rule_says(action, evidence) if is_done else STILL if is_still else GONE


def _of_runs(runs: Sequence[Run] | Sequence[Incident], how: str, action: Listed, wheel: Wheel) -> Fate:
    """Of a blocker or an incident: when the last of its name was closed."""
    mine = [run for run in runs if run.name == _id(action)]
    ends = [run.closed for run in mine if run.closed is not None]
    if ends:
        return _done(f"{_name(action)} was {how} {_when(moment(max(ends)), wheel)}")
    return STILL if mine else GONE


def _blocker(action: Listed, evidence: Evidence) -> Fate:
    return _of_runs(evidence.wheel.blockers, "closed", action, evidence.wheel)


def _incident(action: Listed, evidence: Evidence) -> Fate:
    return _of_runs(evidence.wheel.incidents, "resolved", action, evidence.wheel)


def _deployment(action: Listed, evidence: Evidence) -> Fate:
    wheel = evidence.wheel
    known = recoveries(wheel, window_of(wheel, MEMORY_DAYS))
    states = {each.state for each in known if wheel.deployments[each.place].name == _id(action)}
    return _if(states == {"recovered"}, "open" in states, action, evidence)


def _stalled(action: Listed, evidence: Evidence) -> Fate:
    wheel = evidence.wheel
    turns = _turns(action, evidence)
    ends = [(each.closed_at, each.state) for each in turns if each.closed_at is not None]
    if ends:
        at, how = max(ends)
        return _done(f"{_name(action)} was {how} {_when(at, wheel)}")
    names = {each.turn for each in stalled(wheel)}
    return _if(bool(turns) and _id(action) not in names, bool(turns), action, evidence)


def _missed(action: Listed, evidence: Evidence) -> Fate:
    at = [each.outcome.time for each in _turns(action, evidence) if each.outcome and each.result == "missed"]
    resolved = [each.closed for each in evidence.wheel.challenges if each.closed is not None]
    return _if(bool(at) and max(resolved, default=0) >= max(at), bool(at), action, evidence)


def _star(action: Listed, evidence: Evidence) -> Fate:
    """Nothing is said of another north star, nor of one of which not the measurements but the definition changed."""
    star = evidence.value.north_star
    if star is None or star.name != _id(action):
        return GONE
    entry = metric_entry(star, evidence.metrics, evidence.now)
    is_kept_up = entry["value"] is not None and star.definition.cadence_days is not None
    is_better = is_kept_up if rule_of(action).id == "north_star_stale" else entry["heading"] != "away"
    return _if(is_better, False, action, evidence)


def _outcome(action: Listed, evidence: Evidence) -> Fate:
    turns = [each for each in _turns(action, evidence) if each.state == "delivered"]
    return _if(any(each.outcome is not None for each in turns), bool(turns), action, evidence)


def _unobserved(action: Listed, evidence: Evidence) -> Fate:
    delivered = closed_in(evidence.wheel, evidence.window, "delivered")
    if any(each.phases[action["phase"]].entered_at is not None for each in delivered):
        return _done(f"a delivered turn shows {_phase(action, evidence)}")
    return GONE


def _followed(action: Listed, evidence: Evidence) -> Fate:
    closed = [each for each in _turns(action, evidence) if each.closed_at is not None]
    followers = followers_of(evidence.wheel)
    return _if(any(each.identity in followers for each in closed), bool(closed), action, evidence)


def _constraint(action: Listed, evidence: Evidence) -> Fate:
    return _done(f"{_phase(action, evidence)} is no longer the constraint")


def _shared_blocker(action: Listed, evidence: Evidence) -> Fate:
    """Still so where only more of them are open for longer than it."""
    return _if(_id(action) not in {each.thing.id for each in shared_blockers(evidence)}, True, action, evidence)


def _shared_inertia(action: Listed, evidence: Evidence) -> Fate:
    """By its name on any map, of however many."""
    still = {name_of(each.thing.id) for each in shared_inertia(evidence)}
    return _if(name_of(_id(action) or "") not in still, True, action, evidence)


def _drag(action: Listed, evidence: Evidence) -> Fate:
    """Still so where only too few are left for it to be listed."""
    drag = drag_figures(evidence.wheel, evidence.window)
    if drag["largest"] == _part(action) and drag[_part(action)] >= WORTH_ACTING_ON:
        return STILL
    return _done(f"the largest drag is no longer {part_name(_part(action))}, or below 10%")


def _tenet(action: Listed, evidence: Evidence) -> Fate:
    """Done where its signal got better; one to be watched may call for action by now."""
    better = ("healthy",) if rule_of(action).id == "tenet_to_watch" else ("healthy", "watch")
    for entry in tenet_figures(evidence):
        for signal in entry["signals"]:
            if signal["name"] == _part(action) and signal["value"] is not None and signal["status"] in better:
                reading = signal_text(signal["name"], signal["value"], signal["unit"])
                return _done(f"{reading} (“{_TITLES[entry['tenet']]}”)")
            if signal["name"] == _part(action) and signal["status"] == "act":
                return STILL
    return GONE


def _telling(action: Listed, evidence: Evidence) -> Fate:
    """Done where its tenet has figures, whatever kind of event gave them."""
    [entry] = [each for each in tenet_figures(evidence) if str(each["tenet"]) == _part(action)]
    if all(signal["status"] == "not_wired" for signal in entry["signals"]):
        return STILL
    return _done(f"“{_TITLES[entry['tenet']]}” has figures")


_FATES: Mapping[str, Callable[[Listed, Evidence], Fate]] = {
    "failed_deployment": _deployment,
    "open_incident": _incident,
    "open_blocker": _blocker,
    "stalled_turn": _stalled,
    "tenet_to_act_on": _tenet,
    "missed_bet": _missed,
    "north_star_stale": _star,
    "north_star_away": _star,
    "shared_blocker": _shared_blocker,
    "shared_inertia": _shared_inertia,
    "largest_drag": _drag,
    "constraint": _constraint,
    "tenet_to_watch": _tenet,
    "outcome_due": _outcome,
    "phase_unobserved": _unobserved,
    "most_telling_kind": _telling,
    "next_idea": _followed,
}
"""By rule; of the others what ends them is what the rule says."""


def _id(action: Listed) -> str | None:
    return action["things"][0]["id"] if action["things"] else None


def _name(action: Listed) -> str:
    return quoted(action["things"][0]["title"] or action["things"][0]["id"]) if action["things"] else ""


def _part(action: Listed) -> str:
    return str(action["rule"]).partition(".")[2]


def _phase(action: Listed, evidence: Evidence) -> str:
    return phase_name(evidence.wheel.settings.vocabulary, action["phase"])


def _turns(action: Listed, evidence: Evidence) -> list[Turn]:
    return [each for each in evidence.wheel.turns if each.turn == _id(action)]


def _when(at: datetime, wheel: Wheel) -> str:
    """The weekday within a week, else the date."""
    zone = wheel.settings.time_zone
    if wheel.as_of - at < timedelta(days=7):
        return f"on {at.astimezone(zone_of(zone)):%A}"
    return f"on {day(at, zone)}"
