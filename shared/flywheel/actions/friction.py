"""Friction: the largest drag, and the constraint."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from shared.flywheel.actions.action import FEW, MOST, NAMED, Action, Situation, Thing, names_of
from shared.flywheel.actions.things import blocker, deployment, incident, turn
from shared.flywheel.catalogue.drag import part_name
from shared.flywheel.figures.drag import blocked_turns, newest_organisation_map
from shared.flywheel.figures.turns import stalled
from shared.flywheel.maps.contents import contents_of
from shared.flywheel.moments import micros
from shared.flywheel.vocabularies import phase_name
from shared.flywheel.wheel.model import Turn
from shared.flywheel.wheel.window import clipped, closed_in, effective_in
from shared.flywheel.wording import duration, listing, percent

WORTH_ACTING_ON = 0.1
"""A part of the drag below one tenth is friction that every wheel has."""


class Dragging(Struct, frozen=True):
    """A part of the drag: how many things it is a share of, and those that drag, the worst first."""

    of: int
    things: tuple[Thing, ...]


def largest_drag(situation: Situation) -> Iterator[Action]:
    """The largest part of the drag, from one tenth on, where it is a share of five or more."""
    drag = situation.report["drag"]
    part = drag["largest"]
    if part is None or drag[part] < WORTH_ACTING_ON:
        return
    phase, text, find = _PARTS[part]
    dragging = find(situation)
    if dragging.of >= FEW and dragging.things:
        names = names_of(dragging.things)
        yield Action(
            phase=phase,
            text=text.format(names[0], _others(names[1:NAMED])),
            because=f"the largest drag is {part_name(part)}, {percent(drag[part])}",
            things=dragging.things,
            part=part,
            distance=drag[part] / WORTH_ACTING_ON,
        )


def _others(names: Sequence[str]) -> str:
    resist = "resists" if len(names) == 1 else "resist"
    return f"; {listing(names)} {resist} moving too" if names else ""


def _rework(situation: Situation) -> Dragging:
    evidence = situation.evidence
    effective = [each for _, each in effective_in(evidence.wheel, evidence.window)]
    mending = sorted(
        (each for each in effective if each.nature != "planned"), key=lambda each: each.order, reverse=True
    )
    return Dragging(len(effective), tuple(deployment(evidence, each) for each in mending[:MOST]))


def _stalled(situation: Situation) -> Dragging:
    evidence = situation.evidence
    late = sorted(stalled(evidence.wheel), key=lambda each: (each.started_at is None, each.started_at, each.turn))
    opened = sum(each.state == "open" for each in evidence.wheel.turns)
    return Dragging(opened, tuple(turn(evidence, each) for each in late[:MOST]))


def _incident_time(situation: Situation) -> Dragging:
    """A share of time: of the days of the window."""
    evidence = situation.evidence
    window = evidence.window
    lengths = []
    for each in evidence.wheel.incidents:
        cut = clipped([(each.opened, each.closed or window.end)], window.start, window.end)
        lengths += [(start - end, each.name, each) for start, end in cut]
    worst = [each for _, _, each in sorted(lengths, key=lambda length: length[:2])]
    return Dragging(round(window.days), tuple(incident(evidence, each) for each in worst[:MOST]))


def _blocked(situation: Situation) -> Dragging:
    """The blockers of the turns that are open or closed in the window, those still open first, then the longest."""
    evidence = situation.evidence
    turns = blocked_turns(evidence.wheel, evidence.window)
    within = {each.identity for each, blocked, _ in turns if blocked}
    runs = [each for each in evidence.wheel.blockers if within.intersection(each.turns)]
    runs.sort(key=lambda run: (run.closed is not None, run.opened - (run.closed or evidence.now), run.name))
    return Dragging(len(turns), tuple(blocker(evidence, run) for run in runs[:MOST]))


def _inertia(situation: Situation) -> Dragging:
    newest = newest_organisation_map(situation.evidence.wheel)
    components = contents_of(newest.contents).components if newest and newest.contents else ()
    heavy = [each.name for each in components if each.inertia]
    return Dragging(len(components), tuple(Thing(kind="component", id=name) for name in heavy[:MOST]))


_PARTS: Mapping[str, tuple[int, str, Callable[[Situation], Dragging]]] = {
    "rework_rate": (3, "Add the check that would have stopped {0} before production.", _rework),
    "stalled_share": (3, "Decide on {0}: finish it, cut it down or stop it.", _stalled),
    "incident_time_share": (4, "Review {0} and agree on one change that prevents it.", _incident_time),
    "blocked_share": (2, "Agree on how a blocker like {0} is kept from coming again.", _blocked),
    "map_inertia_share": (2, "Agree on the first step that moves {0}{1}.", _inertia),
}
"""By part of the drag: its phase, what to do ({0}: its worst thing, {1}: others like it), and what it is made of."""

_SHORTEN = {
    1: "State which input metric {} is to move, so that it can go on.",
    2: "Bring the challenge of {} to a decision within a week.",
    3: "Release the first slice of {} on its own, as one small change.",
    4: "Record the outcome of {} as soon as it is known.",
}


def constraint(situation: Situation) -> Iterator[Action]:
    """The phase that takes the largest part of a turn, with the turns that stand in it, else those that stood."""
    phase = situation.report["turns"]["constraint"]
    if phase is None:
        return
    evidence = situation.evidence
    name = phase_name(evidence.wheel.settings.vocabulary, phase)
    standing = [each for each in evidence.wheel.turns if each.state == "open" and each.phase == phase]
    standing.sort(key=lambda each: (_entered(each, phase), each.turn))
    delivered = closed_in(evidence.wheel, evidence.window, "delivered")
    stood = sorted(delivered, key=lambda each: (-(each.phases[phase].hours or 0), each.turn))
    things = tuple(turn(evidence, each) for each in (standing[:MOST] or stood[:NAMED]))
    text = _SHORTEN[phase] if standing else "See what kept {} so long, and change one thing."
    median = situation.report["turns"]["phase_hours"][str(phase)]["p50"]
    yield Action(
        phase=phase,
        text=text.format(things[0].named),
        because=f"{name} is the constraint: {duration(median)} in the median",
        things=things,
    )


def _entered(each: Turn, phase: int) -> int:
    entered = each.phases[phase].entered_at
    return 0 if entered is None else micros(entered)
