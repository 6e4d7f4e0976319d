"""Data that older releases stored and this one would not: unknown fields of events, bodies of rejections and letters.

Each item is written anew without it, under the version that was read; repeating it, or stopping in between, does no
harm.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

import msgspec
from msgspec import Struct

import events
from events.known import known_fields, unknown_names
from shared.store.kept.bodies import old_body
from shared.store.kept.dead_letters import buried_letters, scrub_letter
from shared.store.kept.rejections import rejections, scrub_rejection
from shared.store.log.identity import EventItem, Identity, identity_of, item_of, kept
from shared.store.store import Store


class Scrubbed(Struct, frozen=True):
    """How many items of each kind held what they should not."""

    events: int = 0
    rejections: int = 0
    letters: int = 0


def scrub(store: Store, at: datetime) -> Iterator[Scrubbed]:
    """Clean everything that is kept; yields how far it has come, page by page."""
    rejected = sum(scrub_rejection(store.table, item) for item in rejections(store.table, at))
    letters = sum(scrub_letter(store.table, item) for item in buried_letters(store.table, at))
    done = Scrubbed(0, rejected, letters)
    yield done
    for page, _ in store.table.scan(EventItem):
        scrubbed = sum(_scrub_event(store, identity_of(store.table, raw)) for raw in page)
        done = msgspec.structs.replace(done, events=done.events + scrubbed)
        yield done


def _scrub_event(store: Store, identity: Identity) -> bool:
    """False also where somebody has written the event meanwhile: this release wrote it clean."""
    stored = identity.winner.event
    detail = msgspec.json.decode(stored.text)
    model = events.DETAIL_TYPES[stored.detail_type]
    unknown = unknown_names(detail, model)
    if not unknown:
        return False
    envelope = {"source": stored.source, "detail-type": stored.detail_type, "detail": known_fields(detail, model)}
    clean = kept(events.decode_kept(envelope), [*stored.unknown, *unknown])
    winner = msgspec.structs.replace(identity.winner, event=clean)
    item = item_of(store.table, msgspec.structs.replace(identity, winner=winner))
    return store.table.put(item, store.table.of(EventItem).version == identity.version)


def needs_scrubbing(store: Store, at: datetime) -> bool:
    """Whether an older release left something of the last months: what is kept of rejections and letters tells."""
    rejected = (old_body(item) for item in rejections(store.table, at, 2))
    letters = (old_body(item) for item in buried_letters(store.table, at))
    return any(body is not None for body in chain(rejected, letters))
