"""Items of the outbox: what is to be said (SUMMARY), to whom it was said (LEDGER), and how fast (PACE).

SUMMARY items are written by `summarise` alone, LEDGER, PACE and HEARD items by `notify` alone. None expires.
"""

from pynamodb.attributes import BinaryAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from shared.store.table import names
from shared.store.table.items import Item

PENDING = "pending"
"""To be sent at `due_at`."""
SENDING = "sending"
"""Someone is sending it until `lease_until`; later than that, whoever did has died."""
SENT = "sent"
FAILED = "failed"
"""Slack will not take it until someone mends something (`reason`); tried again on a slow schedule."""
SUPPRESSED = "suppressed"
"""Not to be sent, for `reason`."""


class SummaryItem(Item):
    """The summary of one transition as it stands, and what it showed before it was corrected."""

    KIND = names.SUMMARY

    summary = UnicodeAttribute()
    """Its id: the same for ever."""
    flywheel = UnicodeAttribute()
    turn = UnicodeAttribute()
    key = UnicodeAttribute()
    phase = NumberAttribute()
    at = UnicodeAttribute()
    shows = BinaryAttribute(legacy_encoding=False)
    """The summary, packed."""
    digest = UnicodeAttribute()
    rules = NumberAttribute(null=True)
    """Number of the rules that made it; absent: the first."""
    historical = NumberAttribute()
    """1 where it is stored and never posted."""
    vanished = NumberAttribute()
    """1 where the transition did not happen after all."""
    history = ListAttribute(of=BinaryAttribute, null=True)
    """The versions that it showed before, oldest first, packed."""
    version = NumberAttribute()
    """Version of the TRANSITION that it was made from."""


class LedgerItem(Item):
    """One message: one summary in one channel, from the first try to its last edit; or a turn's card and its thread."""

    KIND = names.LEDGER

    summary = UnicodeAttribute()
    flywheel = UnicodeAttribute()
    turn = UnicodeAttribute()
    key = UnicodeAttribute()
    phase = NumberAttribute()
    channel = UnicodeAttribute()
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    """Slack's own word for why it is not sent."""
    attempts = NumberAttribute()
    """Tries since the last success."""
    waits_since = UnicodeAttribute(null=True)
    """The first try since then that Slack did not take; absent where there was none."""
    lease_until = UnicodeAttribute(null=True)
    ts = UnicodeAttribute(null=True)
    """Slack's name for the message, by which it is edited."""
    channel_id = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    """Hash of what the message shows now."""
    sent_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    parts = UnicodeAttribute(null=True)
    """JSON, of a card alone: what else of its turn was announced, and what became of each (`outbox.parts`)."""
    held = UnicodeAttribute(null=True)
    """Of a digest: the line on what was held back before it."""
    window = UnicodeAttribute(null=True)
    """The end of the minutes for which it waits for other turns, to be told with them."""
    together = UnicodeAttribute(null=True)
    """The end of those after which it was told with others: their message stands in its place."""
    members = UnicodeAttribute(null=True)
    """JSON, of a message of several turns alone: what it is of, as `key`, `turn` and `phase`."""
    version = NumberAttribute()


class HeardItem(Item):
    """What the digests of a flywheel found last, as a channel read it, and what was held back there since."""

    KIND = names.HEARD

    digests = UnicodeAttribute()
    """JSON: `Said` by phase of the reader."""
    held = UnicodeAttribute()
    """JSON: by id of what was not said, the rule; a set, so that noting it twice counts it once."""
    since = UnicodeAttribute()
    version = NumberAttribute()


class PaceItem(Item):
    """A channel's pace: no message before `free_at`; those who must wait queue up at `tail`."""

    KIND = names.PACE

    free_at = UnicodeAttribute()
    tail = UnicodeAttribute()
    version = NumberAttribute()
