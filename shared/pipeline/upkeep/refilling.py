"""Refilling: sealed facts that an earlier release wrote get what facts keep today, from their EVENT items, bit by bit.

Each tick does a bounded share and writes down how far it came; a partition's parts are walked in the order of their
keys. What is still to come is read as it is: what a fact does not say of itself is unknown (`facts.fact`). Segments
need no refilling: within two days they are sealed, and completed then.

A part is replaced by one of the next version, which sorts behind it: written first, then the edition is raised, then
the old one goes. Where that breaks off, the next tick writes the very same part again.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from shared.flywheel.facts.fact import Fact
from shared.pipeline.upkeep.reached import DONE, Reached, Share
from shared.pipeline.upkeep.sealing import Part, forget, part_at, write_parts
from shared.store.log.completing import completed, is_whole
from shared.store.segments.pack import PackError, unpack
from shared.store.segments.sealed_cache import raise_edition
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import SealedItem
from shared.store.table.table import Table


def refill(store: Store, reached: Reached, share: Share) -> Reached:
    """Do one tick's share from where the last one stopped, and return how far that is."""
    if reached.is_done:
        return reached
    for partition in sorted(each for each in store.hints.everywhere() if each >= reached.partition):
        after = reached.part if partition == reached.partition else ""
        part = _refill_partition(store.table, partition, after, share)
        if part is not None:
            return Reached(partition, part)
    return Reached(DONE)


def _refill_partition(table: Table, partition: str, after: str, share: Share) -> str | None:
    """Walk a partition's parts; returns the sort key of the last where the share was used up, None at the end."""
    replaced: list[Part] = []
    last = after
    for part in _parts(table, partition, after, share.reads):
        if share.is_used_up:
            break
        replaced += _refill_part(table, partition, part, share)
        last = names.SEALED_SORT + part.suffix
    else:
        last = last if share.is_used_up else ""
    if replaced:
        raise_edition(table, partition)
        forget(table, partition, replaced)
        raise_edition(table, partition)
    return last or None


def _parts(table: Table, partition: str, after: str, most: int) -> Sequence[Part]:
    items = table.query(SealedItem, partition, begins=names.SEALED_SORT, after=after or None)
    return [part_at(item.sk, item.facts) for item in islice(items, most)]


def _refill_part(table: Table, partition: str, part: Part, share: Share) -> Iterator[Part]:
    """Write a part anew where its facts can be completed; yields it where it is needless then.

    One that is damaged is left to the audit, which makes it anew from the same EVENT items; one that a newer release
    wrote lacks nothing.
    """
    share.reads -= 1
    facts = _facts(part)
    lacking = {fact.key for fact in facts if not is_whole(fact)}
    if not lacking:
        return
    share.events -= len(lacking)
    whole = completed(table, facts)
    if whole == facts:
        return
    share.writes -= 1
    share.written += 1
    write_parts(table, partition, part.day, whole, part.version + 1, part.form)
    yield part


def _facts(part: Part) -> list[Fact]:
    try:
        return unpack(part.facts) if part.is_sound else []
    except PackError:
        return []
