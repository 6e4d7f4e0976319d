"""Deliveries that were understood and count for nothing, tallied by sender, kind and month: for `flywheel doctor`.

A tally tells a person what to look at; it is no figure. A message that comes again is counted again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.sources.uncounted import Ignored
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import Versioned
from shared.store.table.keys import fitted, stamp
from shared.store.table.table import Key, Table
from shared.store.table.texts import short

_ROUNDS = 5


class IgnoredItem(Versioned):
    """How often a sender's deliveries of one kind counted for nothing in one month, and why."""

    KIND = names.IGNORED

    source = UnicodeAttribute()
    what = UnicodeAttribute()
    """The vendor's name of the kind."""
    reason = UnicodeAttribute()
    times = NumberAttribute()
    last_at = UnicodeAttribute()


def grouped(ignored: Sequence[tuple[datetime, Ignored]]) -> dict[Key, list[int]]:
    """The places of those that one tally counts together: of one sender, kind and month."""
    groups: defaultdict[Key, list[int]] = defaultdict(list)
    for place, (moment, note) in enumerate(ignored):
        kind = f"{fitted(note.source)}#{fitted(note.kind)}"
        groups[_partition(moment), names.IGNORED_SORT + kind].append(place)
    return groups


def tally(table: Table, key: Key, notes: Sequence[tuple[datetime, Ignored]]) -> None:
    """Add deliveries that `grouped` puts together: one write, whatever their number."""
    model = table.of(IgnoredItem)
    last, newest = max(notes, key=lambda each: each[0])
    for _ in range(_ROUNDS):
        raw = table.get_many([key]).get(key)
        before = None if raw is None else table.read(IgnoredItem, raw)
        item = table.new(
            IgnoredItem,
            *key,
            source=short(newest.source),
            what=short(newest.kind),
            reason=short(newest.reason),
            times=len(notes) + (int(before.times) if before else 0),
            last_at=max(stamp(last), before.last_at if before else ""),
            version=(int(before.version) if before else 0) + 1,
        )
        if table.put(item, model.version == before.version if before else model.pk.does_not_exist()):
            return
    raise LostRaceError(f"tally {key[1]}", _ROUNDS)


def ignored(table: Table, since: datetime, until: datetime) -> Iterator[IgnoredItem]:
    """The tallies of the months from `since` to `until` whose last delivery is no older, most frequent first."""
    items = (item for month in _months(since, until) for item in table.query(IgnoredItem, month))
    yield from sorted((item for item in items if item.last_at >= stamp(since)), key=lambda item: -int(item.times))


def _partition(moment: datetime) -> str:
    return f"{names.IGNORED_PREFIX}{moment.astimezone(UTC):%Y-%m}"


def _months(since: datetime, until: datetime) -> Iterable[str]:
    month, months = until.astimezone(UTC).replace(day=1), []
    while _partition(month) >= _partition(since):
        months.append(_partition(month))
        month = (month - timedelta(days=1)).replace(day=1)
    return months
