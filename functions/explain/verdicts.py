"""What became of one event: counted in which flywheel, of no flywheel, rejected and why, or not to be seen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from msgspec import Struct

from shared.flywheel.explain.trace import standing_of
from shared.flywheel.facts.fact import Fact, key_of
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.store.kept.bodies import RejectedItem
from shared.store.kept.rejections import recent_rejections
from shared.store.log.identity import Identity, stored_identities
from shared.store.log.reading import load
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.keys import moment_of

RECENT = timedelta(hours=1)
"""How long ago a rejection is looked for: who asks has just sent."""
MOST = 2_000
"""Rejections that are looked through."""
UNKNOWN = "no event of this source and id has been recorded, or rejected within the last hour"


class Verdict(Struct, frozen=True):
    """In a word what became of the event, whose it is, and why."""

    verdict: str
    flywheel: str | None
    reason: str | None


def verdict_of(store: Store, key: int, settings: Settings, now: datetime) -> Verdict:
    """Look for what is stored of an event; a newer rejection of the same event comes first."""
    identity = stored_identities(store.table, [key]).get(key)
    rejected = _rejected(store, key, now)
    if rejected is not None and (identity is None or moment_of(rejected.arrived_at) > identity.winner.arrived):
        return Verdict("rejected", rejected.flywheel, f"{rejected.field}: expected {rejected.reason}")
    if identity is None:
        return Verdict("unknown", None, UNKNOWN)
    standing = standing_of(_facts(store, identity, settings), key, settings, now)
    return Verdict(standing.state, standing.flywheel, standing.why) if standing else Verdict("unknown", None, UNKNOWN)


def _rejected(store: Store, key: int, now: datetime) -> RejectedItem | None:
    """The newest rejection of the event."""
    newest = None
    for item in islice(recent_rejections(store.table, now - RECENT, now), MOST):
        if item.source and item.event_id and key_of(item.source, item.event_id) == key:
            newest = item
    return newest


def _facts(store: Store, identity: Identity, settings: Settings) -> Sequence[Fact]:
    """What tells whose it is: the facts of the flywheels in whose partitions it lies; else of all that may name it."""
    prefix = names.FLYWHEEL_PREFIX
    homes = [each.removeprefix(prefix) for each in sorted(identity.partitions) if each.startswith(prefix)]
    facts: list[Fact] = list(identity.facts)
    for flywheel in homes or [UNASSIGNED]:
        facts += load(store, flywheel, settings).facts
    return facts
