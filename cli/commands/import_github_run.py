"""What `flywheel import github` does once its options are read."""

from collections.abc import Iterator
from typing import Any

from cli.bus import Entry, Sender
from cli.failure import CommandError
from cli.github.importing import GithubImport
from cli.progress import counting
from cli.target import Target
from cli.terminal import print_json, print_json_line, say


def import_github(found: GithubImport, target: Target | None, as_json: bool) -> None:
    """Print the events as they come (no target), or put them on the bus."""
    try:
        if target is None:
            _print(found)
        else:
            _send(found, target, as_json)
    except KeyboardInterrupt:
        say(f"stopped; --resume {found.place} goes on", "warning")
        raise
    if found.unreadable:
        say(f"left out because it could not be understood: {found.unreadable:,}", "warning")
    found.require_all()


def _print(found: GithubImport) -> None:
    with counting("events read") as progress:
        for count, event in enumerate(found.events(), start=1):
            print_json_line(event)
            progress(count)
    say(f"{found.requests:,} requests to GitHub")


def _send(found: GithubImport, target: Target, as_json: bool) -> None:
    counts = {"sent": 0, "unsent": 0, "refused": 0}
    reasons: dict[str, int] = {}
    with counting("events sent") as progress:
        sender = Sender(target.client("events"), target.bus)
        for done, receipt in enumerate(sender.send(_entries(found.events())), start=1):
            counts[receipt.state] += 1
            if receipt.reason:
                reasons[receipt.reason] = reasons.get(receipt.reason, 0) + 1
            progress(done)
    if as_json:
        resume = str(found.place) if found.stopped else None
        print_json({"bus": target.bus, "requests": found.requests, "resume": resume, **counts})
    else:
        say(f"{counts['sent']:,} events on bus {target.bus}; importing again changes nothing")
    if reasons:
        skipped = "; ".join(f"{count} × {reason}" for reason, count in reasons.items())
        raise CommandError(f"{sum(reasons.values()):,} events not sent ({skipped}); run it again: none counts twice")


def _entries(events: Iterator[dict[str, Any]]) -> Iterator[Entry]:
    return map(Entry.of, events)
