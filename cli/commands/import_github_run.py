"""The run of `flywheel import github`, once its options are read."""

from collections.abc import Iterator
from typing import Any

from cli.bus import Entry, Sender
from cli.failure import CommandError
from cli.github.importing import GithubImport
from cli.progress import counting
from cli.target import Target
from cli.terminal import print_json, print_json_line, say
from shared.flywheel.wording import count_of


def import_github(history: GithubImport, target: Target | None, as_json: bool) -> None:
    """Print the events as they come (no target), or put them on the bus."""
    try:
        if target is None:
            _print(history)
        else:
            _send(history, target, as_json)
    except KeyboardInterrupt:
        say(f"stopped; --resume {history.place} goes on", "warning")
        raise
    if history.unreadable:
        say(f"left out because it could not be understood: {history.unreadable:,}", "warning")
    history.require_all()


def _print(history: GithubImport) -> None:
    with counting("events read") as progress:
        for count, event in enumerate(history.events(), start=1):
            print_json_line(event)
            progress(count)
    say(f"{history.requests:,} requests to GitHub")


def _send(history: GithubImport, target: Target, as_json: bool) -> None:
    counts = {"sent": 0, "unsent": 0, "refused": 0}
    reasons: dict[str, int] = {}
    with counting("events sent") as progress:
        sender = Sender(target.client("events"), target.bus)
        for done, receipt in enumerate(sender.send(_entries(history.events())), start=1):
            counts[receipt.state] += 1
            if receipt.reason:
                reasons[receipt.reason] = reasons.get(receipt.reason, 0) + 1
            progress(done)
    if as_json:
        resume = str(history.place) if history.stopped else None
        print_json({"bus": target.bus, "requests": history.requests, "resume": resume, **counts})
    else:
        say(f"{count_of(counts['sent'], 'event')} on bus {target.bus}; importing again changes nothing")
    if reasons:
        skipped = "; ".join(f"{count} × {reason}" for reason, count in reasons.items())
        raise CommandError(
            f"{count_of(sum(reasons.values()), 'event')} not sent ({skipped}); run it again: none counts twice"
        )


def _entries(events: Iterator[dict[str, Any]]) -> Iterator[Entry]:
    return map(Entry.of, events)
