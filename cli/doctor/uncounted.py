"""Deliveries that were understood and count for nothing: what each sender could leave out, or what is missing here."""

from datetime import datetime, timedelta

from cli.doctor.check import Check, ok, warning
from shared.flywheel.wording import outside
from shared.store.ignored import ignored
from shared.store.store import Store

UNCOUNTED = "uncounted deliveries"
_PINGS = frozenset({"ping", "pagey.ping", "flywheel.ping"})
"""Vendors say by these, and `flywheel hook test`, that a hook is connected: nothing is wrong with them."""
_DAYS = 7
_SHOWN = 5


def check_uncounted(store: Store, now: datetime) -> list[Check]:
    """The most frequent kinds of the last days, each with its sender and the reason."""
    since = now - timedelta(days=_DAYS)
    found = [item for item in ignored(store.table, since, now) if item.what not in _PINGS]
    if not found:
        return [ok(UNCOUNTED, f"none in {_DAYS} days")]
    said = "; ".join(
        f"{int(item.times)} × {outside(item.what)} from {outside(item.source)}: {outside(item.reason, 160)}"
        for item in found[:_SHOWN]
    )
    more = f"; {len(found) - _SHOWN} more kinds" if len(found) > _SHOWN else ""
    mend = "untick these at the sender, or see docs/sources/README.md for what would make them count"
    return [warning(UNCOUNTED, said + more, mend)]
