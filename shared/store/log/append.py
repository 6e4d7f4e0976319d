"""The log: events are appended once, whatever is delivered how often, in which order, and wherever it breaks off.

In this order: hints, then segments of facts, then EVENT items. An EVENT exists, so its facts are in a segment; a crash
in between leaves facts that the next attempt repeats, and reading takes the union (architecture: "The log").

An event that was not delivered before is taken to be new, and looked up only where its EVENT turns out to be there: so
the usual append asks nothing, and an unexpected duplicate costs a segment of facts that are known already. A revision,
and what is so large that its item might have no room for it, is looked up first.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Literal

from msgspec import Struct

import events
from events.known import unknown_names
from shared.flywheel.facts.fact import Fact
from shared.flywheel.settings.values import Settings
from shared.store.log.affected import affected_flywheels
from shared.store.log.identity import EventItem, Identity, Received, item_of, kept, stored_identities, take
from shared.store.segments.hints import UNSEALED, holding
from shared.store.segments.places import partitions_of
from shared.store.segments.segments import write_segments
from shared.store.store import Store
from shared.store.table.errors import LostRaceError

Outcome = Literal["accepted", "duplicate"]
ROUNDS = 8
"""How often an append looks again after others wrote the same identities; each round somebody has got on."""


LARGE = 10_000
"""Bytes of an event; hundreds of that size would have to be told of one identity to fill its item."""


class Delivery(Struct, frozen=True):
    """An event and when it arrived."""

    event: events.Event
    arrived: datetime


def append(store: Store, deliveries: Sequence[Delivery], settings: Settings, *, again: bool = False) -> list[Outcome]:
    """Append events; says of each whether it was new. `again`: some were delivered before, so ask first what is known.

    Raises StoreError and PynamoDB's errors: then try all again; TooLargeError and OverBoundError for what can never
    be appended, before a fact or an event is written.
    """
    if deliveries:
        store.hints.renew(max(delivery.arrived for delivery in deliveries))
    received = [_received(store, delivery, settings) for delivery in deliveries]
    outcomes: list[Outcome] = ["duplicate"] * len(received)
    pending = list(range(len(received)))
    for number in range(ROUNDS):
        if not pending:
            return outcomes
        keys = {received[place].fact.key for place in pending if number or again or _to_look_up(received[place])}
        pending = _append_once(store, received, pending, stored_identities(store.table, keys), settings, outcomes)
    if pending:
        raise LostRaceError("append", ROUNDS)
    return outcomes


def _append_once(  # noqa: PLR0913, PLR0917  what is to be written, what is known, and what came of it
    store: Store,
    received: Sequence[Received],
    pending: Sequence[int],
    known: dict[int, Identity],
    settings: Settings,
    outcomes: list[Outcome],
) -> list[int]:
    """One round; returns the places of those whose identity is not as it was known: somebody else has written it.

    The items are made first: an event that none can hold leaves no facts behind.
    """
    missing: defaultdict[str, dict[int, tuple[Fact, ...]]] = defaultdict(dict)
    touched: dict[int, list[int]] = {}
    stored = dict(known)
    for place in pending:
        key = received[place].fact.key
        taken = take(known.get(key), received[place])
        if taken is not None and taken.new:
            outcomes[place] = "accepted"
        elif key in stored and stored[key].winner.arrived != received[place].arrived:
            outcomes[place] = "duplicate"  # where it was tried before: somebody else's copy was faster, or it is ours
        if taken is None:
            continue
        known[key] = taken.identity
        touched.setdefault(key, []).append(place)
        for partition, facts in taken.missing.items():
            missing[partition][key] = facts  # all of the identity, and so all that an earlier one of this batch lacked
    if not touched:
        return []
    items = {key: item_of(store.table, known[key]) for key in touched}
    fresh = [known[key] for key in touched]
    arrived = max(identity.winner.arrived for identity in fresh)
    woken = affected_flywheels(
        store, fresh, settings, (holding(partition, arrived + UNSEALED) for partition in missing)
    )
    lacking = {partition: chain.from_iterable(of_key.values()) for partition, of_key in missing.items()}
    write_segments(store.table, lacking, woken, arrived)
    return [place for key, places in touched.items() if not _put(store, items[key]) for place in places]


def _to_look_up(received: Received) -> bool:
    """Whether an earlier event of the same identity is likely, or must be ruled out before anything is written."""
    return received.fact.revision > 1 or received.event.size > LARGE


def _received(store: Store, delivery: Delivery, settings: Settings) -> Received:
    unknown = unknown_names(delivery.event.raw, type(delivery.event.detail))
    event, fact = store.pseudonyms.pseudonymised(delivery.event, unknown)
    return Received(kept(event, unknown), fact, partitions_of(fact, settings), delivery.arrived)


def _put(store: Store, item: EventItem) -> bool:
    """Write an EVENT, one version on, where nobody changed it since it was read."""
    model, read = store.table.of(EventItem), int(item.version) - 1
    return store.table.put(item, model.version == read if read else model.pk.does_not_exist())
