"""One event in a stack: its EVENT item, refusals, dead letters, and the figures that it is in."""

from collections.abc import Iterator
from datetime import datetime

from cli.figures.from_stack import TABLE_OUTPUT, outputs_of, store_of, telling_errors
from cli.target import Target
from cli.tracing.deliveries import Delivery, EventTrace, not_kept
from cli.tracing.sources import sources
from events.times import rfc3339
from shared.flywheel.explain.trace import trace
from shared.flywheel.facts.fact import Fact, key_of
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.store.kept.dead_letters import buried_letters
from shared.store.kept.rejections import rejections
from shared.store.log.family import load_family
from shared.store.log.identity import Identity, stored_identities
from shared.store.store import Store
from shared.store.table import names


def in_stack(event: str, target: Target, settings: Settings, as_of: datetime, days: float) -> list[EventTrace]:
    """Everything that is known of the event, found by source and id, or by its id alone."""
    with telling_errors(target):
        store = store_of(target, outputs_of(target)[TABLE_OUTPUT])
        return [
            *_kept(store, event, settings, as_of, days),
            *_refused(store, event, as_of),
            *_dead(store, event, as_of),
        ]


def _kept(store: Store, event: str, settings: Settings, as_of: datetime, days: float) -> Iterator[EventTrace]:
    for key, identity in sorted(_identities(store, event).items()):
        followed = trace(_facts(store, identity, settings), key, settings, as_of, days)
        winner = identity.winner.event
        yield EventTrace(
            source=winner.source,
            id=winner.id,
            detail_type=winner.detail_type,
            time=rfc3339(winner.time),
            deliveries=tuple(_deliveries(identity)),
            trace=followed,
        )


def _identities(store: Store, event: str) -> dict[int, Identity]:
    """A source or an id may hold blanks: each way to part them is tried; at last the id, with every source known."""
    words = event.split(" ")
    parted = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    identities = stored_identities(store.table, {key_of(*each) for each in parted})
    return identities or stored_identities(store.table, {key_of(source, event) for source in sources(store.table)})


def _facts(store: Store, identity: Identity, settings: Settings) -> list[Fact]:
    """All that the flywheels need in whose partitions it lies; of one that tells none, those that may name the same."""
    prefix = names.FLYWHEEL_PREFIX
    homes = [each.removeprefix(prefix) for each in sorted(identity.partitions) if each.startswith(prefix)]
    facts: list[Fact] = list(identity.facts)
    for flywheel in homes or [UNASSIGNED]:
        facts += load_family(store, flywheel, settings)
    return facts


def _deliveries(identity: Identity) -> Iterator[Delivery]:
    fact, arrived = identity.winner.fact, rfc3339(identity.winner.arrived)
    dropped = not_kept(identity.winner.event.unknown)
    yield Delivery(f"arrived {arrived}", "stands", f"revision {fact.revision}{dropped}")
    for other in identity.superseded:
        yield Delivery(
            "arrived too", "superseded", f"revision {other.revision}; a higher revision, time or hash stands"
        )


def _refused(store: Store, event: str, as_of: datetime) -> Iterator[EventTrace]:
    for item in rejections(store.table, as_of):
        if event in {item.event_id, f"{item.source} {item.event_id}"}:
            why = f"{item.field}: got {item.value}, expected {item.reason}"
            rejected = Delivery(f"arrived {item.arrived_at}", "rejected", why)
            yield EventTrace(item.source, item.event_id, item.detail_type, None, (rejected,))


def _dead(store: Store, event: str, as_of: datetime) -> Iterator[EventTrace]:
    for letter in buried_letters(store.table, as_of):
        if event in {letter.event_id, f"{letter.source} {letter.event_id}"}:
            back = f"; put back: {letter.outcome}" if letter.redriven_at else "; `flywheel redrive` puts it back"
            why = f"nobody could handle it ({letter.reason or f'tried {letter.received} times'}){back}"
            dead = Delivery(f"{letter.queue}, sent {letter.sent_at}", "dead", why)
            yield EventTrace(letter.source, letter.event_id or event, letter.detail_type, None, (dead,))
