"""The kinds of items, as PynamoDB models without a table: `Table.of` binds one to a table at run time.

So two tables in one process share nothing, and importing this module touches neither AWS nor the environment.
"""

from typing import ClassVar

from pynamodb.attributes import BinaryAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from shared.store import names


class DueIndex(GlobalSecondaryIndex[Model]):  # type: ignore[no-untyped-call]  # PynamoDB left one method untyped
    """What is due, earliest first; keys only."""

    class Meta:
        index_name = names.DUE_INDEX
        projection = KeysOnlyProjection()

    due_pk = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class Item(Model):
    """What every item has; `due_*` only while something is due."""

    KIND: ClassVar[str] = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    due_pk = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    due = DueIndex()


class Versioned(Item):
    """An item that several may write: each write asks for the version that it has read, and counts on."""

    version = NumberAttribute()


class EventItem(Versioned):
    """The highest-ranked event of one identity, as received (a challenger as its keyed hash). Never expires."""

    KIND = names.EVENT

    source = UnicodeAttribute()
    detail_type = UnicodeAttribute()
    detail = UnicodeAttribute(null=True)
    """Canonical JSON, where the item stays within 1 KB."""
    packed = BinaryAttribute(legacy_encoding=False, null=True)
    """The same, compressed, where it does not."""
    rank = UnicodeAttribute()
    """Revision, time and content in one text whose order is the domain's ranking."""
    partitions = ListAttribute(of=UnicodeAttribute)
    """Every partition that holds facts of this identity."""
    superseded = BinaryAttribute(legacy_encoding=False, null=True)
    """The facts of its lower-ranked events, for a partition that it may move to."""
    arrived_at = UnicodeAttribute()


class SegmentItem(Item):
    """Facts of one partition that were written together. Written once, never changed."""

    KIND = names.SEGMENT

    facts = BinaryAttribute(legacy_encoding=False)
    flywheels = ListAttribute(of=UnicodeAttribute, null=True)
    """Whom to wake; absent where another segment of the same batch wakes them."""


class NameItem(Item):
    """A hint that never goes away: this flywheel has at some time named this thing."""

    KIND = names.NAME

    flywheel = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    partition = UnicodeAttribute(null=True)


class WheelItem(Versioned):
    """How far a flywheel is folded, under which settings, and when time alone will change something."""

    KIND = names.WHEEL

    flywheel = UnicodeAttribute()
    settings = UnicodeAttribute()
    as_of = UnicodeAttribute()
    folded = JSONAttribute()
    """By partition, the sort key of the newest segment that is folded in."""


class TurnItem(Versioned):
    """A turn as the fold gave it; nothing in it depends on the moment of asking. A vanished turn keeps a tombstone."""

    KIND = names.TURN

    turn = UnicodeAttribute()
    key = UnicodeAttribute()
    state = UnicodeAttribute()
    """`open`, `delivered`, `stopped`, or `vanished`."""
    shows = UnicodeAttribute()
    """The whole turn as JSON."""


class TransitionItem(Versioned):
    """A completed phase, or a turn's close (phase 0), and what its summary shows."""

    KIND = names.TRANSITION

    flywheel = UnicodeAttribute()
    turn = UnicodeAttribute()
    key = UnicodeAttribute()
    phase = NumberAttribute()
    at = UnicodeAttribute()
    arrived_at = UnicodeAttribute()
    historical = NumberAttribute()
    """1 where it happened more than 48 h before it was first written: stored, never posted."""
    shows = UnicodeAttribute()
    """The summary as JSON."""
    digest = UnicodeAttribute()
    inputs = UnicodeAttribute()
    """Hash of the facts and settings that the summary was made from: equal inputs need no second look."""
    vanished = NumberAttribute()
    """1 where the transition did not happen after all."""


class RejectedItem(Item):
    """A delivery that broke its contract, and why: kept for a person, never retried."""

    KIND = names.REJECTED

    reason = UnicodeAttribute()
    field = UnicodeAttribute()
    value = UnicodeAttribute()
    source = UnicodeAttribute(null=True)
    event_id = UnicodeAttribute(null=True)
    detail_type = UnicodeAttribute(null=True)
    arrived_at = UnicodeAttribute()
    body = BinaryAttribute(legacy_encoding=False, null=True)
    """What was delivered, compressed; absent where even that is too large."""
