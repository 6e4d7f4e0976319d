"""Rituals that are to be held every so many days, and were not."""

from collections.abc import Iterator

from shared.flywheel.actions.action import Action, Situation, Thing
from shared.flywheel.facts.fact import RitualHeld
from shared.flywheel.moments import DAY, HOUR
from shared.flywheel.wording import duration, plural

LATE = 2
"""A ritual that was left out once is late; one that was left out twice is to be held."""


def ritual_due(situation: Situation) -> Iterator[Action]:
    """Each ritual that was held before and not for twice its days, or of which nobody has told for so long."""
    evidence = situation.evidence
    last = {fact.ritual: fact.time for fact in evidence.all(RitualHeld)}
    for ritual, days in sorted(evidence.wheel.settings.rituals.items()):
        since = last.get(ritual, evidence.wheel.first_event)
        if since is None or evidence.now - since <= LATE * days * DAY:
            continue
        thing = Thing(kind="ritual", id=ritual, title=ritual.replace("_", " "))
        held = f"it was last held {duration((evidence.now - since) / HOUR)} ago" if ritual in last else "none was sent"
        every = "day" if days == 1 else plural(days, "day")
        yield Action(
            phase=2,
            text=f"Hold the {thing.named}, and send Ritual Held.",
            because=f"{held}; it is due every {every}",
            things=(thing,),
            part=ritual,
            distance=(evidence.now - since) / (LATE * days * DAY),
        )
