"""Counts of everything that arrived by what became of it: for `flywheel doctor`, and for anyone who wants to add up."""

from datetime import datetime

from msgspec import Struct

from shared.flywheel.facts.identity import each_once
from shared.store.kept.dead_letters import waiting_letters
from shared.store.kept.rejections import rejections
from shared.store.store import Store


class Counts(Struct, frozen=True, kw_only=True):
    """`accepted`: different events that arrived; `counted`: those that no other of their identity supersedes.

    `rejected`: deliveries that broke their contract, of the last 27 months; `dead_lettered`: those that nobody could
    handle and that were not put back. Every different event that was sent is accepted, rejected, dead-lettered, or on
    its way; the same event sent again is none of these.
    """

    accepted: int
    counted: int
    rejected: int
    dead_lettered: int


def counts(store: Store, until: datetime, in_queues: int = 0) -> Counts:
    """Count the whole log, and what was refused up to a moment; `in_queues` are dead letters that are no items yet."""
    facts = each_once(fact for partition in store.hints.everywhere() for fact in store.sealed.read(partition).facts)
    versions = {(fact.key, fact.rank, fact.content_tail) for fact in facts}
    return Counts(
        accepted=len(versions),
        counted=len({key for key, *_ in versions}),
        rejected=sum(1 for _ in rejections(store.table, until)),
        dead_lettered=in_queues + sum(1 for _ in waiting_letters(store.table, until)),
    )
