"""Calls of PutEvents: how many entries one takes, and how many bytes they may have together."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

ENTRIES_PER_CALL = 10
"""PutEvents takes at most ten entries (EventBridge API reference); the call itself succeeds even where entries fail."""
LARGEST_CALL = 256 * 1024
"""Bytes of the entries of one call, and so of one entry. Since January 2026 buses take 1 MB; what a rule sends on from
here goes to queues and functions that may not, so we keep to what each has always taken."""
_OF_THE_TIME = 14


class Sized(Protocol):
    """An entry that knows its size."""

    @property
    def size(self) -> int:
        """Bytes, as EventBridge counts them."""


Entry = TypeVar("Entry", bound=Sized)


def entry_size(source: str, detail_type: str, detail: str) -> int:
    """Bytes of an entry: its texts in UTF-8, and 14 for a time
    (docs.aws.amazon.com/eventbridge/latest/userguide/calculate-putevents-entry-size.html).
    """
    return _OF_THE_TIME + sum(len(text.encode()) for text in (source, detail_type, detail))


def calls_of(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The entries in their order, as many at a time as one call takes; one that is too large is alone in its call."""
    call: list[Entry] = []
    size = 0
    for entry in entries:
        if call and (len(call) == ENTRIES_PER_CALL or size + entry.size > LARGEST_CALL):
            yield call
            call, size = [], 0
        call.append(entry)
        size += entry.size
    if call:
        yield call
