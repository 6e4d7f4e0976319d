"""The sources whose events a stack holds, for a person who typed an id and not who sent it.

An event's key is a hash of source and id, so it is found only by both. Items lie in the order of hashes: the first
pages of the table are a sample of all events, and hold every source but the rarest. Each of those is tried with the id.
"""

from itertools import islice

from shared.store.log.identity import EventItem
from shared.store.table.table import Table

PAGES = 8
"""Of at most 1 MB each: 2,000 read units, for a person who waits a second or two."""


def sources(table: Table) -> set[str]:
    """The sources of a sample of events; of a small table those of all."""
    pages = islice(table.scan(EventItem), PAGES)
    return {table.read(EventItem, raw).source for page, _ in pages for raw in page}
