"""Actions for what is not known yet, and for the next turn of the wheel."""

from collections import Counter
from collections.abc import Iterator

from shared.flywheel.actions.action import MOST, Action, Situation
from shared.flywheel.actions.shared import works_below
from shared.flywheel.actions.things import event_kind, turn
from shared.flywheel.moments import DAY, HOUR, micros
from shared.flywheel.tenets.wording import SENDS
from shared.flywheel.vocabularies import phase_name
from shared.flywheel.wheel.membership import followers_of
from shared.flywheel.wheel.window import closed_in, window_of
from shared.flywheel.wording import day, duration, plural

OUTCOME_DUE = 28 * DAY
"""So long after its close what came of a delivered turn should be known."""
ASKED_DAYS = 84.0
"""For so many days at least, or for the window where that is longer, it is asked for."""
_SEEN_BY = {
    1: ("Idea Proposed", "Record the next idea before work on it starts: {}."),
    2: ("Challenge Opened", "Challenge the next idea before work on it starts: {}."),
}
LINES = {
    "Map Submitted": 'flywheel emit map --map {} --text "$(cat MAP.owm)"',
    "Idea Proposed": "flywheel emit idea --idea ID --title TITLE --goal GOAL",
    "Challenge Opened": "flywheel emit challenge --challenge ID --idea IDEA",
    "Metric Defined": "flywheel emit metric-defined --metric NAME --role north_star --target NUMBER",
    "Deployment Finished": "flywheel emit deployment --service NAME --deployment ID",
    "Survey Answered": "flywheel emit survey-answered --survey psychological_safety --answers '[6,2,5,3,6,2,5]'",
    "Carbon Recorded": "flywheel emit carbon --period-start START --period-end END --unit NAME --units NUMBER "
    "--operational-gco2e GRAMS",
}
"""By kind of event: the line that sends one; of a map with its sort at `{}`."""
_MAPS = {3: "market", 6: "organisation", 9: "solution", 12: "emerging_value"}
"""By tenet the sort of map that gives it figures."""


def outcome_due(situation: Situation) -> Iterator[Action]:
    """Delivered turns that closed four weeks ago or earlier without an outcome; the oldest first.

    Those of the window: what came of older ones is in no figure. A short window asks for its own as they leave it.
    """
    evidence = situation.evidence
    window = window_of(evidence.wheel, max(evidence.window.days, ASKED_DAYS))
    delivered = [
        (evidence.now - micros(each.closed_at), each)
        for each in closed_in(evidence.wheel, window, "delivered")
        if each.closed_at is not None and each.outcome is None
    ]
    due = sorted(
        ((age, each) for age, each in delivered if age >= OUTCOME_DUE), key=lambda aged: (-aged[0], aged[1].turn)
    )
    if due:
        things = tuple(turn(evidence, each) for _, each in due[:MOST])
        yield Action(
            phase=4,
            text=f"Record what came of {things[0].named}: met, missed or learned.",
            because=f"it was delivered {duration(due[0][0] / HOUR)} ago"
            + (f"; of {plural(len(due), 'turn')} the outcome is not known" if len(due) > 1 else ""),
            things=things,
            distance=due[0][0] / OUTCOME_DUE,
        )


def unobserved_phase(situation: Situation) -> Iterator[Action]:
    """Of the phases before work those that no turn delivered in the window shows."""
    evidence = situation.evidence
    delivered = closed_in(evidence.wheel, evidence.window, "delivered")
    for phase, (kind, text) in _SEEN_BY.items():
        if delivered and all(each.phases[phase].entered_at is None for each in delivered):
            name = phase_name(evidence.wheel.settings.vocabulary, phase)
            yield Action(
                phase=phase,
                text=text.format(LINES[kind]),
                because=f"{name} was not observed in {plural(len(delivered), 'delivered turn')}",
                things=(event_kind(kind),),
            )


def most_telling_kind(situation: Situation) -> Iterator[Action]:
    """The one kind of event that would give figures to the most tenets of which nothing is sent.

    A parent whose children send everything has nothing to send itself.
    """
    dark = [
        entry
        for entry in situation.report["tenets"]
        if all(signal["status"] == "not_wired" for signal in entry["signals"])
    ]
    if works_below(situation.evidence.wheel):
        return
    kinds = Counter(SENDS[entry["tenet"]][0] for entry in dark)
    if kinds:
        kind, count = kinds.most_common(1)[0]
        lit = [entry for entry in dark if SENDS[entry["tenet"]][0] == kind]
        yield Action(
            phase=lit[0]["phase"],
            text=_first_of(kind, lit[0]["tenet"]),
            because=f"it would give figures to {plural(count, 'tenet')}",
            things=(event_kind(kind),),
            part=str(lit[0]["tenet"]),
        )


def _first_of(kind: str, tenet: int) -> str:
    """The sentence that asks for a first event of a kind, so that a tenet has figures."""
    if kind != "Map Submitted":
        return f"Send a first {kind}: {LINES[kind]}."
    sort = _MAPS[tenet]
    return f"Send a first map of the {sort.replace('_', ' ')}: {LINES[kind].replace('{}', sort)}."


def next_idea(situation: Situation) -> Iterator[Action]:
    """The action that follows from the newest closed turn, where no idea follows it yet."""
    evidence = situation.evidence
    closed = [(each.closed_at, each.turn, each) for each in evidence.wheel.turns if each.closed_at is not None]
    if not closed:
        return
    closed_at, _, newest = max(closed, key=lambda closing: closing[:2])
    if newest.identity in followers_of(evidence.wheel):
        return
    thing, when = turn(evidence, newest), day(closed_at, evidence.wheel.settings.time_zone)
    yield Action(
        phase=1,
        text=f"Propose the idea that follows from {thing.named}.",
        because=f"it was {newest.state} on {when}, and nothing follows it yet",
        things=(thing,),
    )
