"""Transitions of which nobody heard: the stream lost them, so no summary is stored. Written again, they are told again.

To write one again that was only slow to be heard does no harm: a summary that shows the same is announced to nobody.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import TransitionItem, WheelItem
from shared.store.table.keys import moment_of, stamp, wheel_partition
from shared.store.table.table import Table

if TYPE_CHECKING:
    from shared.store.outbox.outbox_items import SummaryItem

PATIENCE = timedelta(minutes=15)
"""How long a transition may take to become a summary before it counts as lost: many times what it needs."""
RECENT = timedelta(hours=72)
"""For so long after its last change a wheel is looked at: within 48 h its summaries are still news."""
SHARE = 8
"""One in so many of those wheels is looked at in each tick: at 96 ticks a day, about every two hours."""


def wheels_to_look_at(store: Store, flywheels: Sequence[str], as_of: datetime) -> list[str]:
    """Of these, this tick's share of those that have changed of late; a function of the time, so a retry repeats it."""
    drawn = [flywheel for flywheel in flywheels if _drawn(flywheel, as_of)]
    items = store.table.get_many((wheel_partition(flywheel), names.WHEEL_SORT) for flywheel in drawn)
    wheels = (store.table.read(WheelItem, raw) for raw in items.values())
    return sorted(wheel.flywheel for wheel in wheels if moment_of(wheel.as_of) > as_of - RECENT)


def rewrite_lost(table: Table, flywheel: str, as_of: datetime) -> list[datetime]:
    """Write again the transitions of a wheel whose summaries are not stored as they should be: when each came."""
    return [moment_of(item.arrived_at) for item in _unheard(table, flywheel, as_of) if _written_again(table, item)]


def _unheard(table: Table, flywheel: str, as_of: datetime) -> Iterator[TransitionItem]:
    from shared.store.outbox.outbox import ref_of, summary_key  # noqa: PLC0415  for wheels that changed of late
    from shared.store.outbox.outbox_items import SummaryItem  # noqa: PLC0415  as above

    stored = table.query(TransitionItem, wheel_partition(flywheel), begins=names.TRANSITION_SORT)
    waited = {summary_key(ref_of(item)): item for item in stored if moment_of(item.arrived_at) <= as_of - PATIENCE}
    summaries = table.get_many(waited)
    for key, item in waited.items():
        raw = summaries.get(key)
        if raw is None or _is_behind(table.read(SummaryItem, raw), item):
            yield item


def _is_behind(summary: "SummaryItem", transition: TransitionItem) -> bool:
    same = summary.digest == transition.digest and bool(summary.vanished) == bool(transition.vanished)
    return not same and int(summary.version) < int(transition.version)


def _written_again(table: Table, item: TransitionItem) -> bool:
    """One version on; False where somebody else has just written it."""
    read = int(item.version)
    item.version = read + 1
    return table.put(item, table.of(TransitionItem).version == read)


def _drawn(flywheel: str, as_of: datetime) -> bool:
    drawn = hashlib.sha256(f"retold\0{flywheel}\0{stamp(as_of)}".encode()).digest()
    return int.from_bytes(drawn[:4]) % SHARE == 0
