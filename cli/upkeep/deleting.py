"""Deletion of a flywheel, once somebody has said yes to it."""

from datetime import datetime

from cli.failure import WrongInputError
from cli.target import Target
from cli.upkeep.stack import kept_by
from shared.flywheel.settings.values import Settings
from shared.pipeline.upkeep.deleting import delete_flywheel


def run(target: Target, settings: Settings, flywheel: str, now: datetime, *, really: bool) -> dict[str, int]:
    """Counts of what was deleted, by kind."""
    with kept_by(target) as kept:
        known = kept.store.hints.wheels()
        if flywheel not in known:
            raise WrongInputError(
                f"ID: got {flywheel!r}, expected one of {target.stack}: {', '.join(known) or 'it has none yet'}"
            )
        if not really:
            raise WrongInputError(
                f"--yes: needed to delete {flywheel!r} and all its events from {target.stack} for good"
            )
        return {step.what: step.count for step in delete_flywheel(kept.store, settings, flywheel, now)}
