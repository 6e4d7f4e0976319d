"""Recorded events to the bus, without holding them in memory."""

import json
from collections.abc import Iterator, Sequence

from cli.bus import Entry, Receipt, Sender
from cli.event_lines import Line, read_lines, translated
from cli.failure import CommandError
from cli.progress import counting
from cli.terminal import say
from shared.aws.entries import LARGEST_CALL
from shared.sources.options import SourceOptions

_SURELY_FITS = LARGEST_CALL // 8
"""Bytes of a line whose event is not larger than a call: only numbers grow when they are written anew (`1e9`)."""


def replay_files(sender: Sender, files: Sequence[str], skip: int) -> dict[str, int]:
    """Send every valid event after the first `skip`; raises CommandError that says how to go on where it stopped."""
    counts = {"sent": 0, "skipped": 0, "invalid": 0}
    waiting: list[Line] = []
    with counting("events sent") as progress:
        try:
            for receipt in sender.send(_entries(files, skip, counts, waiting)):
                _require_sent(receipt, waiting.pop(0))
                counts["sent"] += 1
                progress(counts["sent"])
        except CommandError as error:
            if not counts["sent"]:
                raise
            gone = counts["skipped"] + counts["sent"]
            raise type(error)(f"{error.message}; --skip {gone} goes on here, or run it again") from error
    if counts["sent"] + counts["skipped"] == 0:
        raise CommandError(f"no valid event in {', '.join(files)}; one EventBridge event a line is expected")
    return counts


def _require_sent(receipt: Receipt, line: Line) -> None:
    if receipt.state != "sent":
        raise CommandError(f"{line.place}: not sent ({receipt.reason})")


def _entries(files: Sequence[str], skip: int, counts: dict[str, int], waiting: list[Line]) -> Iterator[Entry]:
    """What can be sent; its line waits for the receipt."""
    for line in read_lines(files):
        error = _error_of(line)
        if error is not None:
            counts["invalid"] += 1
            say(f"{line.place}: {error}", "warning")
        elif counts["skipped"] < skip:
            counts["skipped"] += 1
        else:
            waiting.append(line)
            yield _entry(line)


def _error_of(line: Line) -> object:
    """Why a line cannot be sent. The stack reads CDEvents as well; what services of AWS tell only they can put."""
    if line.error is not None:
        first, *_ = translated(line, SourceOptions())
        if first.error is not None:
            return first.error
        source = str(json.loads(line.body)["source"])
        if source.startswith("aws."):
            return f"source: only AWS itself can put events of {source} on a bus"
    return _entry(line).excess if len(line.body) > _SURELY_FITS else None


def _entry(line: Line) -> Entry:
    return Entry.of(json.loads(line.body))
