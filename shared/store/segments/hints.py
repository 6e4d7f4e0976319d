"""Hints: which flywheels have ever named a thing, where facts were placed, which wheels exist.

A hint is written once and never taken back; it says what to read and whom to wake, and may say too much. What a process
has seen written it does not look up again.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from events.bounds import FLYWHEELS_OF_A_NAME, FLYWHEELS_OF_A_REPOSITORY, OverBoundError
from shared.store.segments.things import Named, Placed
from shared.store.table import names
from shared.store.table.items import NameItem
from shared.store.table.keys import fitted, flywheel_partition, stamp
from shared.store.table.table import Key, Table

UNSEALED = timedelta(hours=48)
"""How long facts stay in the segments that they arrived in."""
_MOST_REMEMBERED = 100_000
REMEMBERED = timedelta(hours=1)
"""How long a process believes what it has seen: a deletion takes hints away, and waits so long before it looks again.

To look again costs an append a request, half as much as it costs in all: with events further apart than this, each."""


class Hint(NamedTuple):
    """One NAME item."""

    pk: str
    sk: str
    flywheel: str | None = None
    name: str | None = None
    partition: str | None = None
    due_at: str | None = None
    stray: bool = False

    @property
    def at(self) -> Key:
        """The key of the hint."""
        return (self.pk, self.sk)


def naming(thing: Named, flywheel: str) -> Hint:
    """This flywheel names this thing."""
    return Hint(_named_pk(thing), fitted(flywheel), flywheel=flywheel)


def wheel(flywheel: str) -> Hint:
    """This flywheel exists."""
    return Hint(names.WHEEL_LIST_PARTITION, fitted(flywheel), flywheel=flywheel)


def place(placed: Placed) -> Hint:
    """Facts of this service or repository lie in this partition."""
    short = hashlib.sha256(f"{placed.name}\0{placed.partition}".encode()).hexdigest()[:24]
    return Hint(names.PLACE_PARTITION, f"{placed.what}#{short}", name=placed.name, partition=placed.partition)


def holding(partition: str, sealed_from: datetime) -> Hint:
    """There are facts in this partition; the first of them may be sealed from this moment on."""
    return Hint(partition, names.PARTITION_SORT, due_at=stamp(sealed_from))


def contested(thing: Named) -> Hint:
    """More than one flywheel names this thing."""
    return Hint(names.CONTESTED_PARTITION, f"{thing.what}#{fitted(thing.name)}", name=thing.name)


def strays(thing: Named) -> Named:
    """Closings of a thing that lie with a flywheel and may follow an opening elsewhere."""
    return Named(f"{thing.what}{_STRAYS}", thing.name)


_STRAYS = " closed"


class Hints:
    """The hints of one table, and what this process knows of them."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._written: set[Key] = set()
        self._looked_up: set[Named] = set()
        self._contested: set[Named] = set()
        self._since: datetime | None = None

    def renew(self, now: datetime | None = None) -> None:
        """Forget what was seen longer ago than processes may remember; without a time all of it."""
        if now is None or self._since is None or not timedelta() <= now - self._since < REMEMBERED:
            self._written.clear()
            self._looked_up.clear()
            self._contested.clear()
            self._since = now

    def ensure(self, hints: Iterable[Hint]) -> list[Hint]:
        """Write those that are not there yet, and return them."""
        unknown = {hint.at: hint for hint in hints if hint.at not in self._written}
        if not unknown:
            return []
        stored = self._table.get_many(unknown)
        new = [hint for at, hint in unknown.items() if at not in stored]
        for hint in new:
            self._write(hint)
        self._remember(unknown)
        return new

    def ensure_named(self, pairs: Iterable[tuple[Named, str]]) -> set[str]:
        """Write who names what, and mark the things that more than one flywheel names; returns the others of the new.

        Looked at before the hint is written, so that a crash leaves no unmarked pair, and after, for a race of two.
        Raises OverBoundError for a thing that many flywheels name already.
        """
        new = [pair for pair in dict.fromkeys(pairs) if naming(*pair).at not in self._written]
        stored = self._table.get_many(naming(*pair).at for pair in new) if new else {}
        others: set[str] = set()
        for thing, flywheel in new:
            hint = naming(thing, flywheel)
            if hint.at not in stored:
                others |= self._marked_if_contested(thing, flywheel)
                self._write(hint)
                others |= self._marked_if_contested(thing, flywheel)
        self._remember(naming(*pair).at for pair in new)
        return others

    def ensure_strays(self, pairs: Iterable[tuple[Named, str]], *, bounded: bool = False) -> set[str]:
        """Write with which flywheel closings of a thing lie that may not be its own; returns others that name it, of
        the new. Looked at after the hint is written: whoever opens the thing meanwhile finds it.

        `bounded`: raises OverBoundError for a thing that many flywheels name already.
        """
        others: set[str] = set()
        for thing, flywheel in dict.fromkeys(pairs):
            hint = naming(thing, flywheel)._replace(stray=True)
            known = {item.flywheel: item.stray for item in self._table.query(NameItem, _named_pk(thing))}
            if bounded:
                _require_few(thing, len(known.keys() - {flywheel}))
            if not known.get(flywheel):
                self._write(hint)
                known = {item.flywheel: item.stray for item in self._table.query(NameItem, _named_pk(thing))}
                others |= known.keys() - {flywheel}
            if len(known) > 1 and self.ensure([contested(strays(thing))]):
                others |= known.keys() - {flywheel}
        return others

    def unsettled(self, pairs: Iterable[tuple[Named, str]]) -> list[tuple[Named, str]]:
        """Of flywheels with closings of a thing those that, for all that is known, have not opened it."""
        asked = {naming(*pair).at: pair for pair in pairs}
        stored = self._table.get_many(asked) if asked else {}
        opened = {at for at, raw in stored.items() if not self._table.read(NameItem, raw).stray}
        return [pair for at, pair in asked.items() if at not in opened]

    def strayed(self, things: Iterable[Named]) -> set[str]:
        """The flywheels that name things of which closings may follow an opening elsewhere."""
        marks = {contested(strays(thing)).at: thing for thing in things}
        marked = self._table.get_many(marks) if marks else {}
        return {flywheel for at in marked for flywheel in self.flywheels_naming(marks[at])}

    def flywheels_naming(self, thing: Named) -> set[str]:
        """Every flywheel that has ever named the thing."""
        return {item.flywheel for item in self._table.query(NameItem, _named_pk(thing))}

    def contested_among(self, things: Iterable[Named]) -> set[Named]:
        """Those that several flywheels name; looked up once per process for each thing."""
        asked = set(things)
        unknown = {contested(thing).at: thing for thing in asked - self._looked_up}
        if unknown:
            self._contested.update(unknown[at] for at in self._table.get_many(unknown))
            self._looked_up.update(unknown.values())
        return asked & self._contested

    def everywhere(self) -> set[str]:
        """Every partition that holds facts, also those of early releases that sealed none."""
        of_wheels = (flywheel_partition(flywheel) for flywheel in self.wheels())
        return {names.SHARED_PARTITION, *self.partitions(), *(place.partition for place in self.places()), *of_wheels}

    def all_contested(self) -> set[Named]:
        """Everything that several flywheels name."""
        items = self._table.query(NameItem, names.CONTESTED_PARTITION)
        return {Named(item.sk.partition("#")[0], item.name) for item in items}

    def places(self) -> list[Placed]:
        """Every service and repository whose facts settings have placed, and where."""
        items = self._table.query(NameItem, names.PLACE_PARTITION)
        return [Placed(item.sk.partition("#")[0], item.name, item.partition) for item in items]

    def partitions(self, due_by: str = "~") -> Iterator[str]:
        """Every partition of the log, the one that has waited longest for its sealing first; or those due by then."""
        return (pk for pk, _ in self._table.due(names.DUE_SEALING, due_by))

    def wheels(self) -> list[str]:
        """Every flywheel that an event has named or settings have given one."""
        return sorted(item.flywheel for item in self._table.query(NameItem, names.WHEEL_LIST_PARTITION))

    def _marked_if_contested(self, thing: Named, flywheel: str) -> set[str]:
        items = list(self._table.query(NameItem, _named_pk(thing)))
        others = {item.flywheel for item in items} - {flywheel}
        _require_few(thing, len(others))
        if others:
            self.ensure([contested(thing), *([contested(strays(thing))] if any(item.stray for item in items) else ())])
            self._contested.add(thing)
        return others

    def ensure_contested(self, things: Iterable[Named]) -> None:
        """Mark, of these, the things that several flywheels name, whenever they came to: a mark may have been lost."""
        for thing in sorted({thing for thing in things if contested(thing).at not in self._written}):
            items = list(self._table.query(NameItem, _named_pk(thing)))
            if len(items) > 1:
                stray = any(item.stray for item in items)
                self.ensure([contested(thing), *([contested(strays(thing))] if stray else ())])

    def _write(self, hint: Hint) -> None:
        attributes: dict[str, Any] = {"flywheel": hint.flywheel, "name": hint.name, "partition": hint.partition}
        if hint.stray:
            attributes["stray"] = 1
        if hint.due_at is not None:
            attributes |= {"due_pk": names.DUE_SEALING, "due_at": hint.due_at}
        self._table.put(self._table.new(NameItem, *hint.at, **attributes))

    def _remember(self, keys: Iterable[Key]) -> None:
        if len(self._written) > _MOST_REMEMBERED:
            self._written.clear()
            self._looked_up.clear()
        self._written.update(keys)


def _require_few(thing: Named, others: int) -> None:
    most = FLYWHEELS_OF_A_REPOSITORY if thing.what == "repository" else FLYWHEELS_OF_A_NAME
    if others > most:
        expected = f"a name of at most {most} flywheels"
        raise OverBoundError(f"detail.{thing.what}", f"named by {others} other flywheels", expected)


def _named_pk(thing: Named) -> str:
    return f"{names.NAME_PREFIX}{thing.what}#{thing.name}"
