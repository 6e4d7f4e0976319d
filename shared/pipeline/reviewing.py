"""Reads the Well-Architected Tool once a day, and sends the milestones that the log does not know to the bus.

They take the way of every event: the bus, its archive, `record`. What the log knows is not asked for again, so a day on
which nobody recorded a milestone costs one call for each workload; and what was lost on its way is sent again tomorrow.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from shared.aws.well_architected import Tool
from shared.flywheel.facts.fact import key_of
from shared.flywheel.moments import DAY, MEMORY
from shared.flywheel.settings.values import Settings
from shared.sources.aws.well_architected import SOURCE, Milestone, review_of
from shared.sources.translation import Canonical
from shared.store.log.identity import stored_identities
from shared.store.projections.review_items import keep_read, last_read
from shared.store.store import Store
from shared.store.table.keys import moment_of, stamp

Send = Callable[[Sequence[Canonical]], bool]
"""Publishes events of the Tool; False where the bus did not take them all."""

_FORGOTTEN = timedelta(days=MEMORY / DAY)


def read_reviews(store: Store, settings: Settings, tool: Tool, as_of: datetime, send: Send) -> int:
    """Send what is new, at the first tick of a day (UTC); says how many milestones that were.

    Raises botocore's errors. Until all was sent, every further tick of the day tries again.
    """
    if not _is_due(last_read(store.table), as_of):
        return 0
    events = [review_of(each, tool.reviews(each), settings.options()) for each in _unknown(store, tool, as_of)]
    if events and not send(events):
        return 0
    keep_read(store.table, stamp(as_of))
    return len(events)


def _is_due(last: str, as_of: datetime) -> bool:
    return not last or moment_of(last).date() < as_of.date()


def _unknown(store: Store, tool: Tool, as_of: datetime) -> Iterator[Milestone]:
    """Milestones that the log does not hold yet, as far back as anything is remembered."""
    recent = {key_of(SOURCE, each.id): each for each in tool.milestones() if each.recorded_at > as_of - _FORGOTTEN}
    known = stored_identities(store.table, recent)
    yield from (each for key, each in sorted(recent.items()) if key not in known)
