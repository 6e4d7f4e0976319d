"""Deliveries that were understood and count for nothing, tallied by sender, kind and month: for `flywheel doctor`.

A tally tells a person what to look at; it is no figure. A message that comes again is counted again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from shared.sources.uncounted import Ignored
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.items import IgnoredItem
from shared.store.table.keys import stamp
from shared.store.table.table import Key, Table

_ROUNDS = 5


def tally(table: Table, ignored: Sequence[tuple[datetime, Ignored]]) -> None:
    """Add what a batch holds; one write for each sender, kind and month of it."""
    grouped: defaultdict[Key, list[tuple[datetime, Ignored]]] = defaultdict(list)
    for moment, note in ignored:
        grouped[_partition(moment), f"{names.IGNORED_SORT}{note.source}#{note.kind}"].append((moment, note))
    for key, notes in grouped.items():
        _add(table, key, notes)


def ignored(table: Table, since: datetime, until: datetime) -> Iterator[IgnoredItem]:
    """The tallies of the months from `since` to `until` whose last delivery is no older, most frequent first."""
    found = (item for month in _months(since, until) for item in table.query(IgnoredItem, month))
    yield from sorted((item for item in found if item.last_at >= stamp(since)), key=lambda item: -int(item.times))


def _add(table: Table, key: Key, notes: Sequence[tuple[datetime, Ignored]]) -> None:
    model = table.of(IgnoredItem)
    last, newest = max(notes, key=lambda each: each[0])
    for _ in range(_ROUNDS):
        raw = table.get_many([key]).get(key)
        before = None if raw is None else table.read(IgnoredItem, raw)
        item = table.new(
            IgnoredItem,
            *key,
            source=newest.source,
            what=newest.kind,
            reason=newest.reason,
            times=len(notes) + (int(before.times) if before else 0),
            last_at=max(stamp(last), before.last_at if before else ""),
            version=(int(before.version) if before else 0) + 1,
        )
        if table.put(item, model.version == before.version if before else model.pk.does_not_exist()):
            return
    raise LostRaceError(f"tally {key[1]}", _ROUNDS)


def _partition(moment: datetime) -> str:
    return f"{names.IGNORED_PREFIX}{moment.astimezone(UTC):%Y-%m}"


def _months(since: datetime, until: datetime) -> Iterable[str]:
    month, found = until.astimezone(UTC).replace(day=1), []
    while _partition(month) >= _partition(since):
        found.append(_partition(month))
        month = (month - timedelta(days=1)).replace(day=1)
    return found
