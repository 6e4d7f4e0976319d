"""What `flywheel import git` does once its options are read."""

import re
from pathlib import Path

from cli.bus import Entry, Sender
from cli.failure import CommandError, WrongInputError
from cli.git.clone import Clone
from cli.git.importing import Choices, Imported, import_clone
from cli.progress import counting
from cli.target import Target
from cli.terminal import print_json, print_json_line, say
from shared.sources.idea_keys import DEFAULT_IDEA_PATTERN


def compiled(pattern: str | None) -> re.Pattern[str] | None:
    """The idea pattern: the default where none was given, none where it is empty."""
    if pattern == "":
        return None
    try:
        return re.compile(DEFAULT_IDEA_PATTERN if pattern is None else pattern)
    except re.error as error:
        raise WrongInputError(f"--idea-pattern: got {pattern!r}, expected a regular expression ({error})") from error


def import_git(path: Path, choices: Choices, target: Target | None, as_json: bool) -> None:
    """Read the clone; print its events (no target) or put them on the bus."""
    clone = Clone(path)
    with counting("commits read") as progress:
        imported = import_clone(clone, choices, progress)
    for warning in imported.warnings:
        say(warning, "warning")
    for note in imported.notes:
        say(note)
    say(f"{imported.commits:,} commits, {imported.releases:,} releases, {len(imported.events):,} events")
    if target is None:
        for event in imported.events:
            print_json_line(event)
        return
    _send(imported, target, as_json)


def _send(imported: Imported, target: Target, as_json: bool) -> None:
    sender = Sender(target.client("events"), target.bus)
    counts = {"sent": 0, "unsent": 0, "refused": 0}
    reasons: dict[str, int] = {}
    with counting("events sent", len(imported.events)) as progress:
        for done, receipt in enumerate(sender.send(map(Entry.of, imported.events)), start=1):
            counts[receipt.state] += 1
            if receipt.reason:
                reasons[receipt.reason] = reasons.get(receipt.reason, 0) + 1
            progress(done)
    if as_json:
        print_json({"bus": target.bus, "commits": imported.commits, "releases": imported.releases, **counts})
    else:
        say(f"{counts['sent']:,} events on bus {target.bus}; importing again changes nothing")
    if counts["sent"] < len(imported.events):
        told = "; ".join(f"{count} × {reason}" for reason, count in reasons.items())
        raise CommandError(
            f"{len(imported.events) - counts['sent']:,} events not sent ({told}); run it again: none counts twice"
        )
