"""Messages that wait because Slack did not take them: since when the one that waits longest does."""

from datetime import datetime
from itertools import islice

from shared.store.store import Store
from shared.store.table import names
from shared.store.table.keys import moment_of

LOOKED_AT = 100
"""Entries of the ledger that one look reads, those first that are due first: in an outage all wait about as long."""
_EVER = "~"
"""Sorts behind every moment."""


def waits_longest(store: Store) -> datetime | None:
    """The first vain try of the message that waits longest; None where Slack took all that it was given."""
    keys = list(islice(store.table.due(names.DUE_LEDGER, _EVER), LOOKED_AT))
    if not keys:
        return None
    from shared.store.outbox.outbox_items import LedgerItem  # noqa: PLC0415  while anything waits, which is seldom

    entries = [store.table.read(LedgerItem, raw) for raw in store.table.get_many(keys, consistent=False).values()]
    return min((moment_of(each.waits_since) for each in entries if each.waits_since), default=None)
