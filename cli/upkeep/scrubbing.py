"""Data about people that older releases stored, taken out, with progress."""

from datetime import datetime
from typing import Any

import msgspec

from cli.progress import counting
from cli.target import Target
from cli.upkeep.stack import kept_by
from shared.flywheel.wording import count_of
from shared.pipeline.upkeep.scrubbing import Scrubbed, scrub


def run_scrub(target: Target, now: datetime) -> dict[str, Any]:
    """Clean the log, the rejections and the dead letters of a stack; says how many of each held something."""
    done = Scrubbed()
    with kept_by(target) as kept, counting("events cleaned") as progress:
        for done in scrub(kept.store, now):
            progress(done.events)
    return dict(msgspec.to_builtins(done))


def scrub_text(done: dict[str, Any]) -> str:
    """The same in a sentence."""
    return (
        f"taken out: unknown fields of {count_of(done['events'], 'event')}, "
        f"the bodies of {count_of(done['rejections'], 'rejection')} (their strings masked, 30 days) "
        f"and of {count_of(done['letters'], 'dead letter')} (30 days)"
    )
