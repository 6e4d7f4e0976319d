"""Data about people that older releases stored, taken out, with progress."""

from datetime import datetime
from typing import Any

import msgspec

from cli.progress import counting
from cli.target import Target
from cli.upkeep.stack import kept_by
from shared.pipeline.scrubbing import Scrubbed, scrub


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
        f"taken out: unknown fields of {done['events']:,} events, the bodies of {done['rejections']:,} rejections "
        f"(their strings masked, 30 days) and of {done['letters']:,} dead letters (30 days)"
    )
