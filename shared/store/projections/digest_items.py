"""DIGESTS items: which digests of a flywheel were made, from what, and which still wait to be announced."""

from typing import Any

import msgspec
from msgspec import Struct
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.aws.bus import Announcement
from shared.flywheel.rules import FIRST
from shared.store.table import names
from shared.store.table.items import Versioned
from shared.store.table.keys import wheel_partition
from shared.store.table.table import Table

DIGEST_READY = "Digest Ready"


class Made(Struct, frozen=True):
    """One period's digests: a hash of what they were made from, and by phase the digest of what each shows.

    An empty text in place of a digest: it was withdrawn. `rules`: number of the rules that made them; `after`: of the
    older ones since which they say what changed, `rules` itself where they say nothing.
    """

    inputs: str
    shown: dict[int, str] = {}
    rules: int = FIRST
    after: int | None = None


class DigestsItem(Versioned):
    """The digests that were made for a flywheel, in one item beside its wheel."""

    KIND = names.DIGESTS

    facts = UnicodeAttribute()
    """The hash of facts of its wheel, and of those of its kin, at the last look: digests stay while it does."""
    settings = UnicodeAttribute()
    looked_at = UnicodeAttribute()
    rules = NumberAttribute(null=True)
    """Number of the newest rules that a digest has told of, or was first made by; absent: the first."""
    made = UnicodeAttribute()
    """JSON: by name of the period what was made, the newest few."""
    waiting = UnicodeAttribute()
    """JSON: announcements of digests that the bus has not taken yet, as far as anybody knows."""
    found = UnicodeAttribute(null=True)
    """JSON: what the newest digest found wrong, by identity; what the next one finds beyond that is news."""
    untold = UnicodeAttribute(null=True)
    """JSON: announcements of findings that the bus has not taken yet, as far as anybody knows; absent without any."""


def digests_key(flywheel: str) -> tuple[str, str]:
    """The key of a flywheel's digests."""
    return wheel_partition(flywheel), names.DIGESTS_SORT


def made_of(item: DigestsItem) -> dict[str, Made]:
    """The digests that were made, by name of the period."""
    return msgspec.json.decode(item.made, type=dict[str, Made])


def waiting_of(item: DigestsItem) -> list[Announcement]:
    """The announcements that the bus has not taken yet."""
    digests = msgspec.json.decode(item.waiting, type=list[dict[str, Any]])
    findings = msgspec.json.decode(item.untold or "[]", type=list[Announcement])
    return [*(Announcement(detail_type=DIGEST_READY, detail=detail) for detail in digests), *findings]


def save(table: Table, item: DigestsItem) -> bool:
    """Write an item whose version is one on; False where somebody else did meanwhile."""
    model = table.of(DigestsItem)
    read = int(item.version) - 1
    return table.put(item, model.version == read if read else model.pk.does_not_exist())
