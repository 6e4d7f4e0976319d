"""All events of one identity, as the log knows them: the highest-ranked one, those it superseded, where facts lie."""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from pynamodb.attributes import BinaryAttribute, ListAttribute, UnicodeAttribute

import events
from events.bounds import PLACES_OF_AN_EVENT, REVISIONS, OverBoundError
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import is_copy, precedence, says_the_same
from shared.flywheel.facts.of_event import fact_of
from shared.store.segments.pack import pack, unpack
from shared.store.table import names
from shared.store.table.errors import TooLargeError
from shared.store.table.items import Versioned
from shared.store.table.keys import event_key, stamp
from shared.store.table.table import Table

PLAIN = 640
"""Bytes of detail up to which an EVENT stays readable text: with its keys it then stays within 1 KB, one write unit."""
LARGEST = 380_000
"""Bytes of an event, compressed, that one item (400 KB) holds beside its other attributes."""
ROOM = 400_000
"""Bytes of all that grows with an identity, of the 409,600 of an item; its other attributes are short."""
_EPOCH_SHIFT = 10**17
"""Added to microseconds so that times before 1970 sort too."""


class EventItem(Versioned):
    """The highest-ranked event of one identity, what its contract knows of it (a challenger as its keyed hash).

    Never expires.
    """

    KIND = names.EVENT

    source = UnicodeAttribute()
    detail_type = UnicodeAttribute()
    detail = UnicodeAttribute(null=True)
    """Canonical JSON, where the item stays within 1 KB."""
    packed = BinaryAttribute(legacy_encoding=False, null=True)
    """The same, compressed, where it does not."""
    unknown = ListAttribute(of=UnicodeAttribute, null=True)
    """Names of fields that came with it and that its contract does not know; what stood there is not kept."""
    rank = UnicodeAttribute()
    """Revision, time and content in one text whose order is the domain's ranking."""
    tail = UnicodeAttribute(null=True)
    """32 bits more of the content's hash, hexadecimal; absent where an earlier release wrote it."""
    account = UnicodeAttribute(null=True)
    """The AWS account that it came from; absent where none was named, or an earlier release wrote it."""
    partitions = ListAttribute(of=UnicodeAttribute)
    """Every partition that holds facts of this identity."""
    superseded = BinaryAttribute(legacy_encoding=False, null=True)
    """The facts of its lower-ranked events, for a partition that it may move to."""
    arrived_at = UnicodeAttribute()


class Kept(Struct, frozen=True):
    """An event as its item keeps it: canonical JSON of `size` bytes, compressed where it is not short.

    Nothing larger is held of an event that is looked up: a hundred of the largest are less than 40 MB.
    """

    source: str
    detail_type: str
    id: str
    time: datetime
    size: int
    detail: str | None = None
    packed: bytes | None = None
    unknown: tuple[str, ...] = ()
    """Names of fields that came with it and are not kept."""

    @property
    def text(self) -> bytes:
        """Its detail as canonical JSON."""
        return self.detail.encode() if self.detail is not None else zlib.decompress(self.packed or b"")


class Received(Struct, frozen=True):
    """One event as it may be kept, with its fact and where that belongs."""

    event: Kept
    fact: Fact
    partitions: tuple[str, ...]
    arrived: datetime


class Identity(Struct, frozen=True):
    """The items of one identity, stored or to be stored. `version` 0: nothing is stored yet."""

    winner: Received
    superseded: tuple[Fact, ...]
    partitions: frozenset[str]
    version: int

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact of the identity as segments hold it, the one that counts first."""
        return _as_stored((self.winner.fact, *self.superseded))


def _as_stored(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Without the further bits of their hashes, but where nothing else tells two of them apart."""
    if len(facts) == 1:
        return (msgspec.structs.replace(facts[0], content_tail=None),)
    ranks = Counter(fact.rank for fact in facts)
    return tuple(fact if ranks[fact.rank] > 1 else msgspec.structs.replace(fact, content_tail=None) for fact in facts)


class Taken(Struct, frozen=True):
    """The identity after one more event, and the facts that its partitions now lack. `new`: the event is."""

    identity: Identity
    missing: dict[str, tuple[Fact, ...]]
    new: bool = True


def take(known: Identity | None, received: Received) -> Taken | None:
    """Add an event to its identity; None where it is a duplicate and lies where it belongs.

    Every partition that has held a fact of the identity, and every one that is new to it, gets all of them: so nowhere
    lies a superseded fact without its successor, and who seals one of them has all at hand. Raises OverBoundError where
    that would be too many of either.
    """
    if known is None:
        first = Identity(received, (), frozenset(received.partitions), 0)
        return Taken(first, dict.fromkeys(received.partitions, first.facts))
    partitions = known.partitions | frozenset(received.partitions)
    before = (known.winner.fact, *known.superseded)
    if any(is_copy(fact, received.fact) for fact in before):
        moved = partitions - known.partitions
        identity = Identity(known.winner, known.superseded, partitions, known.version)
        return Taken(identity, dict.fromkeys(moved, known.facts), new=False) if moved else None
    _require_few(len(partitions), PLACES_OF_AN_EVENT, "flywheels and repositories")
    _require_few(len(before) + 1, REVISIONS, "different versions")
    higher = precedence(received.fact) > precedence(known.winner.fact)
    winner, other = (received, known.winner) if higher else (known.winner, received)
    identity = Identity(winner, (*known.superseded, other.fact), partitions, known.version)
    is_new = not any(says_the_same(fact, received.fact) for fact in before)
    return Taken(identity, dict.fromkeys(partitions, identity.facts), new=is_new)


def _require_few(count: int, most: int, of_what: str) -> None:
    if count > most:
        raise OverBoundError("detail.id", f"{count} {of_what} of one id", f"at most {most} {of_what} of one id")


def rank_text(fact: Fact) -> str:
    """The domain's ranking as text: revision, time, content."""
    return f"{fact.revision:010d}#{fact.time + _EPOCH_SHIFT:019d}#{fact.content:08x}"


def item_of(table: Table, identity: Identity) -> EventItem:
    """The EVENT item of an identity, one version on; raises TooLargeError."""
    winner = identity.winner
    detail, packed = winner.event.detail, winner.event.packed
    superseded = pack(identity.superseded) if identity.superseded else None
    partitions = sorted(identity.partitions)
    _check_room(packed or (detail or "").encode(), superseded or b"", *(name.encode() for name in partitions))
    return table.new(
        EventItem,
        *event_key(winner.fact.key),
        source=winner.event.source,
        detail_type=winner.event.detail_type,
        detail=detail,
        packed=packed,
        unknown=list(winner.event.unknown) or None,
        rank=rank_text(winner.fact),
        tail=None if winner.fact.content_tail is None else f"{winner.fact.content_tail:08x}",
        account=winner.fact.account,
        partitions=partitions,
        superseded=superseded,
        arrived_at=stamp(winner.arrived),
        version=identity.version + 1,
    )


def _check_room(*parts: bytes) -> None:
    """Raise TooLargeError where these do not fit one item: an event that was corrected again and again adds up."""
    size = sum(map(len, parts))
    if size > ROOM:
        raise TooLargeError(size, ROOM)


def kept(event: events.Event, unknown: Iterable[str] = ()) -> Kept:
    """The item that the log would hold of an event; raises TooLargeError where it could not."""
    text = event.canonical
    plain = len(text) <= PLAIN
    return Kept(
        source=event.source,
        detail_type=event.detail_type,
        id=event.detail.id,
        time=event.detail.time,
        size=len(text),
        detail=text.decode() if plain else None,
        packed=None if plain else _compressed(text),
        unknown=tuple(unknown),
    )


def check_size(event: events.Event) -> None:
    """Raise TooLargeError where the log could not hold the event."""
    text = event.canonical
    if len(text) > LARGEST:
        _compressed(text)


def stored_identities(table: Table, keys: Iterable[int]) -> dict[int, Identity]:
    """The stored identities among these keys; those of which nothing is stored are absent."""
    identities = (identity_of(table, raw) for raw in table.get_many(event_key(key) for key in keys).values())
    return {identity.winner.fact.key: identity for identity in identities}


def _compressed(text: bytes) -> bytes:
    """The bytes that an item keeps; raises TooLargeError where they would not fit one."""
    packed = zlib.compress(text, 6)
    if len(packed) > LARGEST:
        raise TooLargeError(len(packed), LARGEST)
    return packed


def identity_of(table: Table, raw: dict[str, Any]) -> Identity:
    """The identity that a stored EVENT item describes.

    Its rank is that of the event as received, never worked out again from what is kept. What it superseded was of the
    same source, also where an earlier release did not write that down.
    """
    item = table.read(EventItem, raw)
    text = item.detail.encode() if item.detail is not None else zlib.decompress(item.packed)
    envelope = {"source": item.source, "detail-type": item.detail_type, "account": item.account}
    event = events.decode_kept({**envelope, "detail": msgspec.json.decode(text)})
    fact = msgspec.structs.replace(
        fact_of(event),
        content=int(item.rank.rpartition("#")[2], 16),
        content_tail=None if item.tail is None else int(item.tail, 16),
    )
    stored = Kept(
        source=item.source,
        detail_type=item.detail_type,
        id=event.detail.id,
        time=event.detail.time,
        size=len(text),
        detail=item.detail,
        packed=None if item.detail is not None else item.packed,
        unknown=tuple(str(name) for name in item.unknown or ()),
    )
    partitions = tuple(str(partition) for partition in item.partitions)
    superseded = unpack(item.superseded) if item.superseded is not None else ()
    return Identity(
        winner=Received(stored, fact, partitions, datetime.fromisoformat(item.arrived_at)),
        superseded=tuple(msgspec.structs.replace(each, source=item.source) for each in superseded),
        partitions=frozenset(partitions),
        version=int(item.version),
    )
