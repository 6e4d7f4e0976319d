"""Deliveries that were answered and count for nothing: whose, of which kind, why, and whether its sender has any other.

Most senders have kinds that never count (a build, a comment). One of which nothing counts at all is the webhook that
answers 200 while the dashboard stays empty.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cli.checks.check import Check, ok, warning
from cli.tracing.sources import sources
from shared.flywheel.wording import count_of, outside
from shared.sources.catalogue import SOURCES
from shared.store.kept.ignored import IgnoredItem, ignored
from shared.store.store import Store

UNCOUNTED = "uncounted deliveries"
_PINGS = frozenset(source.ping.kind for source in SOURCES.values() if source.ping is not None)
"""Vendors say by these, and `flywheel hook test`, that a hook is connected: nothing is wrong with them."""
_DAYS = 7
_SHOWN = 5
_MEND = "docs/sources/README.md: what would make it count, and what to tick at the sender"


def check_uncounted(store: Store, now: datetime) -> list[Check]:
    """The most frequent kinds of the last days, each with its sender and the reason; empty senders first."""
    since = now - timedelta(days=_DAYS)
    uncounted = [item for item in ignored(store.table, since, now) if item.what not in _PINGS]
    if not uncounted:
        return [ok(UNCOUNTED, f"none in {_DAYS} days")]
    heard = sources(store.table)
    empty = [item for item in uncounted if item.source not in heard]
    checks = [warning(UNCOUNTED, f"nothing that these send counts: {_listed(empty)}", _MEND)] if empty else []
    others = [item for item in uncounted if item.source in heard]
    return [*checks, ok(UNCOUNTED, _listed(others))] if others else checks


def _listed(items: Sequence[IgnoredItem]) -> str:
    summary = "; ".join(
        f"{int(item.times)} × {outside(item.what)} from {outside(item.source)}: {outside(item.reason, 160)}"
        for item in items[:_SHOWN]
    )
    return summary + (f"; {count_of(len(items) - _SHOWN, 'more kind')}" if len(items) > _SHOWN else "")
