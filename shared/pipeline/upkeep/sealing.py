"""Sealing: facts that arrived more than two days ago are united by the UTC day of their events, and read in few pieces.

First the sealed parts are written, then their witnesses, then the partition's edition is raised, and only then is
anything deleted that is in them: wherever it breaks off, facts lie twice at most, and reading takes the union. A key
holds the hash of its content, so that what is deleted is exactly what was read; of two who seal at once both leave
everything, and the next one tidies up.

All facts of one identity lie in the days of each of them: whoever reads only some days still reads, with a superseded
fact, its successor.
"""

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import each_once
from shared.flywheel.moments import moment
from shared.pipeline.upkeep.sealable import Sealable
from shared.store.log.completing import completed
from shared.store.segments.pack import unpack
from shared.store.segments.sealed_cache import begin_edition
from shared.store.segments.segments import packed_parts
from shared.store.store import Store
from shared.store.table import names
from shared.store.table.items import SealedItem, WitnessItem
from shared.store.table.keys import day_of, sealed_suffix
from shared.store.table.table import Table

PAUSE = timedelta(hours=24)

Form = Literal["open", "whole"]
Version = tuple[int, tuple[int, int, int]]


class Part(Struct, frozen=True):
    """A sealed part as it lies in the table."""

    day: str
    form: Form
    version: int
    content: str
    facts: bytes

    @property
    def suffix(self) -> str:
        """The end that its key and its witness's have in common."""
        return sealed_suffix(self.day, self.form, self.version, self.content)

    @property
    def is_sound(self) -> bool:
        """Whether it is what was written."""
        return hash_of(self.facts) == self.content


def seal(store: Store, sealable: Sealable, as_of: datetime) -> int:
    """Seal what was found, and say when the partition is due again; returns how many segments are no more."""
    table, partition = store.table, sealable.partition
    replaced: list[Part] = []
    arrived = completed(table, (fact for segment in sealable.segments for fact in unpack(segment.facts)))
    days = by_day(arrived)
    for day, facts in days.items():
        replaced += unite(table, partition, day, facts)
    leaving = [names.SEALED_SORT + part.suffix for part in replaced]
    begin_edition(table, partition, as_of, as_of if sealable.more else as_of + PAUSE, days, leaving)
    forget(table, partition, replaced)
    table.delete((partition, segment.sk) for segment in sealable.segments)
    return len(sealable.segments)


def unite(table: Table, partition: str, day: str, facts: Iterable[Fact]) -> list[Part]:
    """Write a day's facts together with those of its open parts; returns the parts that are now needless.

    An open part that is damaged is left for the audit, which makes it anew.
    """
    opened = [part for part in parts_of(table, partition, f"{day}#open") if part.is_sound]
    known = [fact for part in opened for fact in unpack(part.facts)]
    united = each_once([*known, *facts])
    if len(opened) == 1 and set(united) == set(known):
        return []
    written = write_parts(table, partition, day, united, 1 + max((part.version for part in opened), default=0))
    return [part for part in opened if part.suffix not in written]


def write_parts(  # noqa: PLR0913, PLR0917  where, what, and as what
    table: Table, partition: str, day: str, facts: Iterable[Fact], version: int, form: Form = "open"
) -> set[str]:
    """Write facts as sealed parts of a day, and their witnesses; returns what their keys end with.

    `form` is that of a single part; several are whole.
    """
    packed = list(packed_parts(facts))
    form = form if len(packed) == 1 else "whole"
    parts = [Part(day, form, version, hash_of(each), each) for each in packed]
    for part in parts:
        table.put(table.new(SealedItem, partition, names.SEALED_SORT + part.suffix, facts=part.facts))
    for part in parts:
        witness(table, partition, part)
    return {part.suffix for part in parts}


def witness(table: Table, partition: str, part: Part) -> None:
    """Write down which events a part holds."""
    keys = sorted({fact.key for fact in unpack(part.facts)})
    packed = struct.pack(f">{len(keys)}Q", *keys)
    table.put(table.new(WitnessItem, partition, names.WITNESS_SORT + part.suffix, keys=packed))


def witnessed(item: WitnessItem) -> tuple[int, ...]:
    """The keys of the events that a part held."""
    return struct.unpack(f">{len(item.keys) // 8}Q", item.keys)


def parts_of(table: Table, partition: str, begins: str = "") -> Iterator[Part]:
    """The sealed parts of a partition, of a day, or of a day's open ones."""
    for item in table.query(SealedItem, partition, begins=names.SEALED_SORT + begins):
        yield part_at(item.sk, item.facts)


def part_at(sk: str, facts: bytes) -> Part:
    """The part with this sort key and content."""
    day, form, version, content = sk.removeprefix(names.SEALED_SORT).split("#")
    return Part(day, "open" if form == "open" else "whole", int(version), content, facts)


def forget(table: Table, partition: str, parts: Sequence[Part]) -> None:
    """Delete parts, their witnesses first: one without its part would raise an alarm."""
    for sort in (names.WITNESS_SORT, names.SEALED_SORT):
        table.delete((partition, sort + part.suffix) for part in parts)


def by_day(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Facts by the UTC days of their identities."""
    siblings: defaultdict[int, list[Fact]] = defaultdict(list)
    for fact in each_once(facts):
        siblings[fact.key].append(fact)
    days: defaultdict[str, list[Fact]] = defaultdict(list)
    for versions in siblings.values():
        for day in {day_of(moment(fact.time)) for fact in versions}:
            days[day].extend(versions)
    return dict(sorted(days.items()))


def version_of(fact: Fact) -> Version:
    """One version of one event, and every copy of it."""
    return fact.key, fact.rank


def hash_of(packed: bytes) -> str:
    """Of the content of a part, as its key holds it."""
    return hashlib.sha256(packed).hexdigest()[:16]
