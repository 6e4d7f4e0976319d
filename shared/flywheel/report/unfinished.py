"""What somebody has to bring to an end: challenges and blockers that are open, as forms list them."""

from typing import Any

from events.times import rfc3339
from shared.flywheel.actions.action import Thing
from shared.flywheel.actions.things import blocker, challenge
from shared.flywheel.moments import moment
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.model import Run


def unfinished(evidence: Evidence) -> dict[str, list[dict[str, Any]]]:
    """Open challenges and blockers by name, title, turns and when they were opened, the oldest first."""
    wheel = evidence.wheel
    return {
        "challenges": [_entry(run, challenge(evidence, run)) for run in wheel.challenges if run.closed is None],
        "blockers": [_entry(run, blocker(evidence, run)) for run in wheel.blockers if run.closed is None],
    }


def _entry(run: Run, thing: Thing) -> dict[str, Any]:
    turns = [{"key": key, "turn": turn} for key, turn in run.turns]
    return {"name": run.name, "title": thing.title, "opened_at": rfc3339(moment(run.opened)), "turns": turns}
