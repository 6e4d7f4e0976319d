"""What the log holds, counted from its segments: for `flywheel doctor`, and for anyone who wants to see it add up."""

from datetime import datetime

from msgspec import Struct

from shared.flywheel.facts import Fact
from shared.store import names
from shared.store.keys import flywheel_partition
from shared.store.rejections import rejections
from shared.store.segments import read_partition
from shared.store.store import Store


class Counts(Struct, frozen=True):
    """`accepted`: different events that arrived; `counted`: those that no other of their identity supersedes."""

    accepted: int
    counted: int
    rejected: int


def counts(store: Store, until: datetime) -> Counts:
    """Count the whole log, and the rejections of the months up to a moment."""
    partitions = {names.SHARED_PARTITION, *(place.partition for place in store.hints.places())}
    partitions.update(flywheel_partition(flywheel) for flywheel in store.hints.wheels())
    versions = {_version(fact) for partition in partitions for fact in read_partition(store.table, partition).facts}
    rejected = sum(1 for _ in rejections(store.table, until))
    return Counts(accepted=len(versions), counted=len({key for key, _ in versions}), rejected=rejected)


def _version(fact: Fact) -> tuple[int, tuple[int, int, int]]:
    return fact.key, fact.rank
