"""Recorded events to the bus, without holding them in memory."""

import json
from collections.abc import Iterator, Sequence

from cli.bus import Entry, Sender
from cli.event_lines import Line, read_lines, translated
from cli.failure import CommandError
from cli.progress import counting
from cli.terminal import say
from shared.sources.options import SourceOptions


def replay_files(sender: Sender, files: Sequence[str], skip: int) -> dict[str, int]:
    """Send every valid event after the first `skip`; raises CommandError that says how to go on where it stopped."""
    counts = {"sent": 0, "skipped": 0, "invalid": 0}
    with counting("events sent") as progress:
        waiting: list[Line] = []
        for receipt in sender.send(map(_entry, _valid(files, skip, counts, waiting))):
            line = waiting.pop(0)
            if receipt.state != "sent":
                gone = counts["skipped"] + counts["sent"]
                raise CommandError(
                    f"{line.place}: not sent ({receipt.reason}); --skip {gone} goes on here, or run it again"
                )
            counts["sent"] += 1
            progress(counts["sent"])
    if counts["sent"] + counts["skipped"] == 0:
        raise CommandError(f"no valid event in {', '.join(files)}; one EventBridge event a line is expected")
    return counts


def _valid(files: Sequence[str], skip: int, counts: dict[str, int], waiting: list[Line]) -> Iterator[Line]:
    for line in read_lines(files):
        error = _error_of(line)
        if error is not None:
            counts["invalid"] += 1
            say(f"{line.place}: {error}", "warning")
        elif counts["skipped"] < skip:
            counts["skipped"] += 1
        else:
            waiting.append(line)
            yield line


def _error_of(line: Line) -> object:
    """Why a line cannot be sent. The stack reads CDEvents as well; what services of AWS tell only they can put."""
    if line.error is None:
        return None
    first, *_ = translated(line, SourceOptions())
    if first.error is not None:
        return first.error
    source = str(json.loads(line.body)["source"])
    return f"source: only AWS itself can put events of {source} on a bus" if source.startswith("aws.") else None


def _entry(line: Line) -> Entry:
    return Entry.of(json.loads(line.body))
