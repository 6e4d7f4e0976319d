"""The run of `flywheel import git`, once its options are read."""

import re
import sys
from collections.abc import Iterable
from math import isnan
from pathlib import Path
from typing import Any

from cli.bus import Entry, Sender
from cli.failure import CommandError, WrongInputError
from cli.git.as_events import NAME_LENGTH
from cli.git.importing import Choices, Imported, import_clone
from cli.git.reading.clone import Clone
from cli.moments import now
from cli.progress import counting
from cli.target import Target
from cli.terminal import print_json, print_json_line, say
from shared.flywheel.wording import count_of
from shared.sources.pattern_cost import SlowPatternError, require_quick

_OF_NO_FLYWHEEL = (
    "of no flywheel by themselves: reports call them unassigned unless flywheel.toml gives their service or repository "
    "to one; --flywheel ID says whose they are"
)
_PROJECT = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,9}")


def compiled(pattern: str | None) -> re.Pattern[str] | None:
    """A pattern of one's own for idea keys; None where none was given or it is empty."""
    try:
        require_quick(pattern or "")
        return re.compile(pattern) if pattern else None
    except SlowPatternError as error:
        raise WrongInputError(f"--idea-pattern: got {pattern!r}, which {error}") from error
    except re.error as error:
        raise WrongInputError(f"--idea-pattern: got {pattern!r}, expected a regular expression ({error})") from error


def projects(listed: list[str] | None) -> tuple[str, ...]:
    """Projects of `--idea-projects`, in capitals: commas or the option again between them."""
    names = [name.strip() for text in listed or () for name in text.split(",") if name.strip()]
    for name in names:
        if not _PROJECT.fullmatch(name):
            raise WrongInputError(f"--idea-projects: got {name!r}, expected a tracker's projects such as SHOP,PAY_WEB")
    return tuple(dict.fromkeys(name.upper() for name in names))


def require_fitting(flywheel: str | None, services: Iterable[str] = (), rework_hours: float = 0.0) -> None:
    """Raises WrongInputError for what no event of the import could carry, or no release be compared with."""
    for option, name in (
        *((("--flywheel", flywheel),) if flywheel is not None else ()),
        *(("--service", each.rpartition("=")[2]) for each in services),
    ):
        if not 1 <= len(name) <= NAME_LENGTH:
            raise WrongInputError(f"{option}: got {len(name)} characters, expected 1 to {NAME_LENGTH}")
    if isnan(rework_hours):
        raise WrongInputError("--rework-hours: got nan, expected hours such as 24")


def import_git(path: Path, choices: Choices, target: Target | None, as_json: bool) -> None:
    """Read the clone; print its events (no target) or put them on the bus.

    What was read, taken and left out is told on stderr, as one line of JSON where that is asked for and stdout holds
    the events.
    """
    imported = import_clone(Clone(path), choices, counting, now())
    if as_json and target is None:
        print_json_line(_summary(imported), to=sys.stderr)
    else:
        _tell(imported, choices.flywheel)
    if target is None:
        for event in imported.events:
            print_json_line(event)
        return
    _send(imported, target, as_json)


def _tell(imported: Imported, flywheel: str | None) -> None:
    for warning in imported.account.warnings:
        say(warning, "warning")
    for note in imported.account.notes:
        say(note)
    if flywheel is None:
        say(_OF_NO_FLYWHEEL)
    counts = ((imported.commits, "commit"), (imported.releases, "release"), (len(imported.events), "event"))
    say(", ".join(count_of(count, noun) for count, noun in counts))


def _summary(imported: Imported) -> dict[str, Any]:
    counts = {"commits": imported.commits, "releases": imported.releases, "events": len(imported.events)}
    return counts | imported.account.summary | {"notes": imported.account.notes, "warnings": imported.account.warnings}


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
        print_json({"bus": target.bus, **_summary(imported), **counts})
    else:
        say(f"{count_of(counts['sent'], 'event')} on bus {target.bus}; importing again changes nothing")
    if counts["sent"] < len(imported.events):
        skipped = "; ".join(f"{count} × {reason}" for reason, count in reasons.items())
        raise CommandError(
            f"{count_of(len(imported.events) - counts['sent'], 'event')} not sent ({skipped}); "
            "run it again: none counts twice"
        )
