"""Facts held as bytes: of kinds that come by the thousand and are looked at a few times only.

A fact takes some hundreds of bytes, packed it takes some dozens. Whoever asks gets facts that are made anew each time:
equal ones, never the very same.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from functools import cache
from heapq import merge
from itertools import compress
from operator import attrgetter
from typing import Any, Generic, TypeVar, overload

from msgspec import Struct

from shared.flywheel.facts.fact import Fact

F = TypeVar("F", bound=Fact)
T = TypeVar("T")

BLOCK = 1024
"""So many facts are packed, and made again, together."""
_ORDER = attrgetter("time", "key")
_BELONGS_BY = ("source", "account", "flywheel", "service", "repository", "environment")
"""The fields by which a fact belongs somewhere, or to somebody."""


class Codec(Struct, frozen=True):
    """How facts become bytes and come back, by kind, time and key."""

    pack: Callable[[Iterable[Fact]], bytes]
    unpack: Callable[[bytes], list[Any]]


@cache
def _belonging(type_: type[Fact]) -> Callable[[Fact], tuple[str | None, ...]]:
    """What reads from a fact of some kind where it belongs."""
    return attrgetter(*(name for name in _BELONGS_BY if name in type_.__struct_fields__))


class _Blocks(Generic[F]):
    """Full blocks by time and key; only the last may hold fewer."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self.times, self.keys = array("q"), array("Q")
        self.samples: dict[tuple[str | None, ...], F] = {}
        self.names_turns = self.joins = False
        self._packed: list[bytes] = []
        self._last: tuple[int, list[F]] = (-1, [])

    def add(self, facts: Sequence[F]) -> None:
        """One more block of facts, by time and key."""
        self._packed.append(self.codec.pack(facts))
        self.times.extend([fact.time for fact in facts])
        self.keys.extend([fact.key for fact in facts])
        self.samples |= zip(map(_belonging(type(facts[0])), facts), facts, strict=True)
        self.names_turns = self.names_turns or any(fact.idea or fact.feature for fact in facts)
        self.joins = self.joins or any(fact.idea is not None and fact.feature is not None for fact in facts)

    @property
    def end(self) -> tuple[int, int]:
        """Time and key of the last."""
        return self.times[-1], self.keys[-1]

    def block(self, number: int) -> list[F]:
        """The facts of a block."""
        return self.codec.unpack(self._packed[number])

    def fact(self, place: int) -> F:
        """One fact; its block is kept for whoever asks for its neighbours."""
        number, within = divmod(place, BLOCK)
        if self._last[0] != number:
            self._last = number, self.block(number)
        return self._last[1][within]


class Packed(Sequence[F]):
    """Facts of one kind by time and key, from one place to another of those that are held."""

    def __init__(self, blocks: _Blocks[F], first: int, end: int) -> None:
        self._blocks = blocks
        self._first = first
        self._end = end

    def __len__(self) -> int:
        return self._end - self._first

    def __iter__(self) -> Iterator[F]:
        for number in range(self._first // BLOCK, -(-self._end // BLOCK)):
            begin = number * BLOCK
            yield from self._blocks.block(number)[max(0, self._first - begin) : self._end - begin]

    @overload
    def __getitem__(self, place: int) -> F: ...

    @overload
    def __getitem__(self, place: slice) -> "Packed[F]": ...

    def __getitem__(self, place: int | slice) -> "F | Packed[F]":
        known = range(self._first, self._end)[place]
        if isinstance(known, int):
            return self._blocks.fact(known)
        if known.step != 1:
            raise ValueError(f"step: got {known.step}, expected 1")
        return Packed(self._blocks, known.start, max(known.start, known.stop))

    @property
    def keys(self) -> Collection[int]:
        """The keys of all of them, without making a fact."""
        return memoryview(self._blocks.keys)[self._first : self._end]

    @property
    def times(self) -> Sequence[int]:
        """The times of all of them, without making a fact."""
        return memoryview(self._blocks.times)[self._first : self._end]

    @property
    def samples(self) -> Collection[F]:
        """Of those that are held one for each sender, flywheel, service, repository and environment together."""
        return self._blocks.samples.values()

    @property
    def names_turns(self) -> bool:
        """Whether any of those that are held names an idea or a feature."""
        return self._blocks.names_turns

    @property
    def joins(self) -> bool:
        """Whether any of them names both."""
        return self._blocks.joins

    def having(self, keys: Set[int]) -> Iterator[F]:
        """Those with these keys; only the blocks that hold some are looked at."""
        for begin in range(self._first // BLOCK * BLOCK, self._end, BLOCK):
            first, end = max(self._first, begin), min(self._end, begin + BLOCK)
            if not keys.isdisjoint(self._blocks.keys[first:end]):
                yield from (fact for fact in self[first - self._first : end - self._first] if fact.key in keys)

    def between(self, after: int, until: int, without: Collection[int] = ()) -> "Packed[F]":
        """Those with after < time ≤ until, but for these keys."""
        times = self._blocks.times
        first, end = (bisect_right(times, at, self._first, self._end) for at in (after, until))
        return self[first - self._first : end - self._first].without(without)

    def without(self, keys: Collection[int]) -> "Packed[F]":
        """Those but for these keys."""
        if not keys or not any(key in keys for key in self.keys):
            return self
        kept = Packing[F](self._blocks.codec)
        for fact in compress(self, [key not in keys for key in self.keys]):
            kept.add(fact)
        return kept.packed()

    def and_of(self, more: Iterable[F]) -> "Packed[F]":
        """These and some more, which come by time and key."""
        return _merged([self, more], self._blocks.codec)

    def parted(self, part_of: Callable[[F], T]) -> "dict[T, Packed[F]]":
        """By the part that each is of; the fields by which a fact belongs somewhere decide that."""
        parts = {*map(part_of, self.samples)}
        if len(parts) == 1:
            return dict.fromkeys(parts, self)
        packings = {part: Packing[F](self._blocks.codec) for part in parts}
        for fact in self:
            packings[part_of(fact)].add(fact)
        return {part: packed for part, packing in packings.items() if (packed := packing.packed())}


class Packing(Generic[F]):
    """Packs facts of one kind as they come; little is to be done where they come by time."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._waiting: list[F] = []
        self._runs: list[_Blocks[F]] = []

    def add(self, fact: F) -> None:
        """One more fact."""
        self._waiting.append(fact)
        if len(self._waiting) == BLOCK:
            self._flush()

    def packed(self) -> Packed[F]:
        """All of them."""
        if self._waiting or not self._runs:
            self._flush()
        runs = [Packed[F](run, 0, len(run.keys)) for run in self._runs]
        return runs[0] if len(runs) == 1 else _merged(runs, self._codec)

    def _flush(self) -> None:
        """A block of what waits, in the first run that it comes after."""
        block = sorted(self._waiting, key=_ORDER)
        self._waiting.clear()
        run = next((run for run in self._runs if block and run.end <= _ORDER(block[0])), None)
        if run is None:
            run = _Blocks[F](self._codec)
            self._runs.append(run)
        if block:
            run.add(block)


def _merged(parts: Sequence[Iterable[F]], codec: Codec) -> Packed[F]:
    packing = Packing[F](codec)
    for fact in merge(*parts, key=_ORDER):
        packing.add(fact)
    return packing.packed()
