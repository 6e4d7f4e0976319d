"""What every kind of item has, as a PynamoDB model without a table, and the kinds that most functions meet; each other
kind is with who writes it. `Table.of` binds one to a table at run time.

So two tables in one process share nothing, and importing this module touches neither AWS nor the environment.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, Self

from msgspec import Struct
from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import MetaModel, Model

from shared.store.table import names
from shared.store.table.formats import FORMAT, upgraded


class DueIndex(GlobalSecondaryIndex[Model]):  # type: ignore[no-untyped-call]  # PynamoDB left one method untyped
    """The index of what is due, earliest first; keys only."""

    class Meta:
        index_name = names.DUE_INDEX
        projection = KeysOnlyProjection()

    due_pk = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class _Kind(MetaModel):
    """A kind has the attributes of its base and its own; index, keys and errors are the base's.

    PynamoDB looks through all that a class has, twice: for all kinds that was a thirtieth of a start.
    """

    def __init__(self, name: str, bases: tuple[type[Model], ...], namespace: dict[str, Any]) -> None:
        base = bases[0]
        if base is Model or "Meta" in namespace:
            super().__init__(name, bases, namespace)
            return
        type.__init__(self, name, bases, namespace)
        own = {each: value for each, value in namespace.items() if isinstance(value, Attribute)}
        self._attributes = {**base.get_attributes(), **own}


class Item(Model, metaclass=_Kind):
    """The attributes of every item; `due_*` only while something is due."""

    KIND: ClassVar[str] = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    v = NumberAttribute(null=True)
    """The format that it is written in."""
    due_pk = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    due = DueIndex()
    expires = NumberAttribute(null=True)
    """Seconds since 1970; of what is kept for a while only."""

    def __init__(
        self, hash_key: Any = None, range_key: Any = None, _user_instantiated: bool = True, **attributes: Any
    ) -> None:
        """Raises ValueError for an attribute that the kind does not have. PynamoDB asks each for its default."""
        if not self.get_attributes().keys() >= attributes.keys():
            raise ValueError(f"{type(self).__name__} has not all of {', '.join(attributes)}")
        written = {names.FORMAT: FORMAT} if _user_instantiated else {}
        self.attribute_values = {names.PK: hash_key, names.SK: range_key, **written, **attributes}

    @classmethod
    def declared(cls) -> "type[Item]":
        """The kind itself, of which a table makes a class of its own: what is known of kinds outlives no table."""
        return cls.__bases__[0] if "Meta" in vars(cls) else cls

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """The item as this code knows it, whichever earlier format it was written in."""
        return super().from_raw_data(upgraded(data))

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:
        """What is set of it. PynamoDB asks for all that a kind may have, which takes twice as long."""
        written, item = _written(self.declared()), {}
        for name, value in self.attribute_values.items():
            if value is not None:
                kind, serialize = written.attributes[name]
                item[name] = {kind: serialize(value)}
        # Where something lacks PynamoDB raises, and says what.
        return item if not null_check or written.required <= item.keys() else super().serialize(null_check)


class _Written(Struct, frozen=True):
    """How the attributes of a kind are written, each with its type, and those that may not lack."""

    attributes: Mapping[str, tuple[str, Callable[[Any], Any]]]
    required: frozenset[str]


@cache
def _written(kind: type[Item]) -> _Written:
    attributes = kind.get_attributes()
    written = {name: (attribute.attr_type, _writer(attribute)) for name, attribute in attributes.items()}
    return _Written(written, frozenset(name for name, attribute in attributes.items() if not attribute.null))


def _writer(attribute: Attribute[Any]) -> Callable[[Any], Any]:
    """What writes an attribute's value: of a whole number its digits, for which PynamoDB makes a writer of JSON."""
    write: Callable[[Any], Any] = attribute.serialize
    if not isinstance(attribute, NumberAttribute):
        return write
    return lambda value: str(value) if type(value) is int else write(value)


class Versioned(Item):
    """An item that several may write: each write asks for the version that it has read, and counts on."""

    version = NumberAttribute()


class SegmentItem(Item):
    """Facts of one partition that were written together. Written once, never changed."""

    KIND = names.SEGMENT

    facts = BinaryAttribute(legacy_encoding=False)
    flywheels = ListAttribute(of=UnicodeAttribute, null=True)
    """The flywheels to wake; absent where another segment of the same batch wakes them."""


class SealedItem(Item):
    """Facts of one partition and one UTC day of their events. Written once, never changed; its key holds its hash.

    `open` parts are united with what comes later for their day, `whole` ones are large enough and stay.
    """

    KIND = names.SEALED

    facts = BinaryAttribute(legacy_encoding=False)


class WitnessItem(Item):
    """Which events a SEALED item holds: enough to notice that it is gone, and to make it anew from their EVENTs."""

    KIND = names.WITNESS

    keys = BinaryAttribute(legacy_encoding=False)
    """Of the events, 8 bytes each, big-endian, ascending."""


class NameItem(Item):
    """A hint that never goes away: this flywheel has at some time named this thing."""

    KIND = names.NAME

    flywheel = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    partition = UnicodeAttribute(null=True)
    edition = NumberAttribute(null=True)
    """Of a partition: raised whenever its sealed parts change (`shared.store.segments.sealed_cache`)."""
    contents = BinaryAttribute(legacy_encoding=False, null=True)
    """Of a partition, with its edition: which sealed parts there are (`shared.store.segments.contents`)."""
    stray = NumberAttribute(null=True)
    """1 where closings of the thing lie with the flywheel that may follow an opening elsewhere."""


class WheelItem(Versioned):
    """How far a flywheel is folded, under which settings, and when time alone will change something."""

    KIND = names.WHEEL

    flywheel = UnicodeAttribute()
    settings = UnicodeAttribute()
    as_of = UnicodeAttribute()
    rules = NumberAttribute(null=True)
    """Of the rules by which it is folded; absent: the first."""
    ruled_at = UnicodeAttribute(null=True)
    """How far it was folded by other rules: what only these ones find before that is history."""
    folded = JSONAttribute()
    """By partition, the sort key of the newest segment that is folded in."""
    facts = UnicodeAttribute(null=True)
    """Hash of the facts that are folded in: where it still holds, what was made of them does too, or is damaged."""
    began = UnicodeAttribute(null=True)
    """When it was first folded: tells it from one of the same name that was deleted."""
    writes = JSONAttribute(null=True)
    """The turns and transitions written last (`shared.store.projections.wheel_cache`)."""
    since = NumberAttribute(null=True)
    """The version since which `writes` names them all."""
    open = NumberAttribute(null=True)
    """1 while more are being written than could be named."""
    known = NumberAttribute(null=True)
    """The version as of which KNOWN items were last written; absent where there are none."""
    left = NumberAttribute(null=True)
    """How many turns and transitions its last advance left to the next; absent where none."""


VANISHED = "vanished"
"""State of a tombstone: the turn was there and, as we now know, never was."""


class TurnItem(Versioned):
    """A turn as the fold gave it; nothing in it depends on the moment of asking. A vanished turn keeps a tombstone."""

    KIND = names.TURN

    turn = UnicodeAttribute()
    key = UnicodeAttribute()
    state = UnicodeAttribute()
    """`open`, `delivered`, `stopped`, or `vanished`."""
    shows = UnicodeAttribute()
    """The whole turn as JSON."""
    news = UnicodeAttribute(null=True)
    """Digits: the phases whose entry this write tells first, 0 for the turn's start; absent where there are none."""


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
    """The summary, packed and as base64; as JSON where an older release wrote it."""
    digest = UnicodeAttribute()
    inputs = UnicodeAttribute()
    """Hashes of what the summary was made from: the facts before it, the settings, the transition; equal ones need no
    second look. Those of history are empty."""
    rules = NumberAttribute(null=True)
    """Number of the rules that made the summary; absent: the first."""
    vanished = NumberAttribute()
    """1 where the transition did not happen after all."""
