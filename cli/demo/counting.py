"""Counts of every delivery and of every event by what became of it: from the stack's table, held against the story."""

from collections.abc import Sequence

from msgspec import Struct

from cli.demo.delivery import COUNTS_FOR_NOTHING, UNREADABLE, Delivery
from cli.demo.moments import BEGINS
from cli.demo.performance import Performance
from cli.failure import CommandError
from shared.store.kept.counting import counts
from shared.store.kept.ignored import ignored


class Counts(Struct, frozen=True, kw_only=True):
    """Deliveries: those taken as events, those acknowledged, those rejected. Events: what was told, twice or once.

    `acknowledged`, `accepted`, `counted`, `rejected` and `dead_lettered` are as `flywheel doctor` counts them.
    """

    deliveries: int
    acknowledged: int
    rejected: int
    events: int
    accepted: int
    counted: int
    dead_lettered: int

    @property
    def repeated(self) -> int:
        """Events that were sent twice, and are in the table once."""
        return self.events - self.accepted

    @property
    def corrected(self) -> int:
        """Events that a later revision took the place of."""
        return self.accepted - self.counted


def counts_of(performance: Performance, deliveries: Sequence[Delivery]) -> Counts:
    """Count; raises CommandError where something that was sent is not accounted for."""
    store, now = performance.store, performance.now
    table = counts(store, now)
    counted = Counts(
        deliveries=len(deliveries),
        acknowledged=sum(int(each.times) for each in ignored(store.table, BEGINS, now)),
        rejected=table.rejected,
        events=performance.understood,
        accepted=table.accepted,
        counted=table.counted,
        dead_lettered=table.dead_lettered,
    )
    require_all(counted, deliveries)
    return counted


def require_all(counted: Counts, deliveries: Sequence[Delivery]) -> None:
    """Raises CommandError unless the table holds what the story sent, each event once."""
    expected = {
        "acknowledged": sum(each.answer == COUNTS_FOR_NOTHING for each in deliveries),
        "rejected": sum(each.answer == UNREADABLE for each in deliveries),
        "repeated": sum(len(each.tells) for each in deliveries if each.again),
        "dead_lettered": 0,
    }
    wrong = {name: getattr(counted, name) for name, number in expected.items() if getattr(counted, name) != number}
    if wrong:
        differences = ", ".join(f"{number} {name} instead of {expected[name]}" for name, number in wrong.items())
        raise CommandError(f"what was sent does not add up with what the stack holds: {differences}")
