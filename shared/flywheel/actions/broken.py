"""Actions for what is broken now: failed deployments, incidents that stay open, a doom loop."""

from collections.abc import Iterator

from shared.flywheel.actions.action import MOST, NAMED, Action, Situation, Thing, names_of
from shared.flywheel.actions.things import deployment, incident, turn
from shared.flywheel.facts.fact import MetricDefined
from shared.flywheel.figures.doom_loop import HORIZON, changes
from shared.flywheel.figures.dora import recoveries
from shared.flywheel.moments import DAY, HOUR
from shared.flywheel.wording import duration, listing, plural

INCIDENT_OPEN = DAY
"""An incident that is open for longer is broken now, whatever its severity."""


def unrecovered(situation: Situation) -> Iterator[Action]:
    """A failed deployment of the window whose incident is still open; the one open longest first."""
    evidence = situation.evidence
    wheel, now = evidence.wheel, evidence.now
    waiting = [
        (each.start, wheel.deployments[each.place])
        for each in recoveries(wheel, evidence.window)
        if each.state == "open" and each.start is not None
    ]
    if waiting:
        waiting.sort(key=lambda each: (each[0], each[1].name, each[1].service))
        things = tuple(deployment(evidence, each) for _, each in waiting[:MOST])
        yield Action(
            phase=4,
            text=f"Recover the failed deployment {names_of(things)[0]}.",
            because=f"it has been open for {duration((now - waiting[0][0]) / HOUR)}"
            + (f", and {plural(len(waiting) - 1, 'other')} with it" if len(waiting) > 1 else ""),
            things=things,
        )


def open_incident(situation: Situation) -> Iterator[Action]:
    """Incidents open for longer than a day; the one open longest first."""
    evidence = situation.evidence
    long_open = [
        each for each in evidence.wheel.incidents if each.closed is None and evidence.now - each.opened > INCIDENT_OPEN
    ]
    if long_open:
        things = tuple(incident(evidence, each) for each in long_open[:MOST])
        age = evidence.now - long_open[0].opened
        yield Action(
            phase=4,
            text=f"Resolve the incident {things[0].named}, or say what keeps it open.",
            because=f"it has been open for {duration(age / HOUR)}",
            things=things,
            distance=age / INCIDENT_OPEN,
        )


def doom_loop(situation: Situation) -> Iterator[Action]:
    """Changes of direction that chase disappointments."""
    if situation.report["doom_loop"] == "doom_loop":
        things = _changed(situation)
        names = listing([thing.named for thing in things[:NAMED]])
        yield Action(
            phase=1,
            text="Hold one challenge or mapping session on "
            + (f"what disappointed about {names}" if names else "the disappointing result")
            + ", before the direction changes again.",
            because="changes of direction followed disappointing results, with no turn delivered between them",
            things=things,
        )


def _changed(situation: Situation) -> tuple[Thing, ...]:
    """The metrics and stopped turns of the reactive changes, each once, the newest change first."""
    evidence = situation.evidence
    metrics = {fact.key: fact for fact in evidence.all(MetricDefined)}
    turns = {turn.keys: turn for turn in evidence.wheel.turns if turn.blind}
    things: dict[Thing, None] = {}
    for change in reversed(changes(evidence.wheel)):
        if change.because is not None and change.at > evidence.now - HORIZON:
            if change.keys in turns:
                things[turn(evidence, turns[change.keys])] = None
            named = (metrics[key] for key in change.keys if key in metrics)
            things.update({Thing(kind="metric", id=fact.metric): None for fact in named})
    return tuple(things)[:MOST]
