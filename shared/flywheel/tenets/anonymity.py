"""The answers of a survey that may be counted where, so that no answer of fewer than five can be worked out.

Whoever reads every report of a family (a flywheel, its parent, its children) on every day can subtract one published
sum from another. So publication is thought through day by day from the first answer on, the parents first. The answers
counted so far lie in *blocks*, each of at least five, that every publication so far holds either wholly or not at all;
a new publication takes whole blocks, takes a part of one only where five are left on both sides, and takes answers
never counted before only five or more at a time. Whatever sum can be worked out is then a sum over whole blocks.

Answers of one flywheel on one day are never told apart, and count once that day (UTC) is over.

What is forgotten must not move the bounds of what is left: so blocks end with an *epoch* of half a year, and of an
epoch that began before the memory nothing is published. A sheet is final, so no block ever shrinks: of two different
ones of one identity neither counts, both still hold their places, and the whole blocks that these lie in (`spoiled`)
are published no more. What is left of those would tell the one that counted before the other came.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from shared.flywheel.moments import DAY, MEMORY

LEAST = 5
"""The fewest answers that may be published together."""

EPOCH = 182
"""Days; so long that few answers wait at its ends, so short that the usual window never reaches a forgotten one."""

Members = Sequence[tuple[str, str | None]]


class Cell(NamedTuple):
    """The answers of one flywheel on one day (days since the epoch)."""

    flywheel: str
    day: int


def released(
    sizes: Mapping[Cell, int], members: Members, window: int, as_of: int, spoiled: Container[Cell] = frozenset()
) -> dict[str, frozenset[Cell]]:
    """The cells that each flywheel may publish at as_of; `window` in microseconds.

    `members`: (id, parent), each after its parent. Of those at one depth the one with more answers publishes first. The
    result holds no flywheel with fewer than five answers.
    """
    sizes = {cell: size for cell, size in sizes.items() if _begins(cell) > as_of - MEMORY}
    answered = {member: _Answered(sizes, below) for member, below in _below(members).items()}
    depths = _depths(members)
    blocks = _Blocks(sizes)
    published: dict[str, frozenset[Cell]] = {}
    seen: dict[str, tuple[int, int]] = {}
    for moment in (moments := _moments(sizes, window, as_of)):
        blocks.forget(moment - window)
        held = {member: answered[member].within(moment - window, moment) for member in depths}
        changed = [member for member in depths if moment == moments[-1] or held[member] != seen.get(member)]
        for member in sorted(changed, key=lambda each: (depths[each], -answered[each].size(*held[each]), each)):
            published[member] = blocks.publish(answered[member].cells(*held[member]))
        seen = held
    unspoiled = {member: blocks.unspoiled(cells, spoiled) for member, cells in published.items()}
    return {member: cells for member, cells in unspoiled.items() if cells}


def _begins(cell: Cell) -> int:
    """The beginning of a cell's epoch, in microseconds."""
    return cell.day // EPOCH * EPOCH * DAY


class _Answered:
    """The cells of a flywheel and everyone below it, by day; a window holds a run of them."""

    def __init__(self, sizes: Mapping[Cell, int], flywheels: frozenset[str]) -> None:
        self._cells = sorted((cell for cell in sizes if cell.flywheel in flywheels), key=lambda cell: cell[::-1])
        self._days = [cell.day for cell in self._cells]
        self._before = list(accumulate((sizes[cell] for cell in self._cells), initial=0))

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The run of cells whose day begins in (start, …] and is over at the end."""
        first = bisect_right(self._days, start // DAY)
        return first, max(first, bisect_right(self._days, end // DAY - 1))

    def size(self, first: int, last: int) -> int:
        """How many answers a run holds."""
        return self._before[last] - self._before[first]

    def cells(self, first: int, last: int) -> frozenset[Cell]:
        """The cells of a run."""
        return frozenset(self._cells[first:last])


class _Blocks:
    """The blocks that all publications so far tell apart."""

    def __init__(self, sizes: Mapping[Cell, int]) -> None:
        self._sizes = sizes
        self._blocks: list[frozenset[Cell]] = []
        self._counted: frozenset[Cell] = frozenset()

    def size(self, cells: Iterable[Cell]) -> int:
        """How many answers cells hold."""
        return sum(self._sizes[cell] for cell in cells)

    def forget(self, before: int) -> None:
        """Let go of blocks that no window can hold any more: each of their days began by then."""
        self._blocks = [block for block in self._blocks if any(cell.day * DAY > before for cell in block)]

    def publish(self, wanted: frozenset[Cell]) -> frozenset[Cell]:
        """Take as many of the wanted cells as may be published together, and remember what that tells apart."""
        blocks: list[frozenset[Cell]] = []
        taken: frozenset[Cell] = frozenset()
        for block in self._blocks:
            inside, outside = block & wanted, block - wanted
            if inside and not outside:
                taken |= block
            elif inside and min(self.size(inside), self.size(outside)) >= LEAST:
                taken |= inside
                blocks += [inside, outside]
                continue
            blocks.append(block)
        for fresh in _by_epoch(wanted - self._counted):
            if self.size(fresh) >= LEAST:
                taken |= fresh
                blocks.append(fresh)
                self._counted |= fresh
        self._blocks = blocks
        return taken

    def unspoiled(self, cells: frozenset[Cell], spoiled: Container[Cell]) -> frozenset[Cell]:
        """Of published cells those of blocks in which nothing is spoiled."""
        gone = (block for block in self._blocks if any(cell in spoiled for cell in block))
        return cells.difference(*gone)


def _by_epoch(cells: Iterable[Cell]) -> list[frozenset[Cell]]:
    """Cells that may lie in one block: no block reaches over the end of an epoch."""
    by_epoch: defaultdict[int, set[Cell]] = defaultdict(set)
    for cell in cells:
        by_epoch[cell.day // EPOCH].add(cell)
    return [frozenset(by_epoch[epoch]) for epoch in sorted(by_epoch)]


def _moments(sizes: Mapping[Cell, int], window: int, as_of: int) -> list[int]:
    """Every moment up to as_of at which some window holds other cells than before, and as_of itself."""
    enters = {(cell.day + 1) * DAY for cell in sizes}
    leaves = {cell.day * DAY + window for cell in sizes}
    return [*sorted(moment for moment in enters | leaves if moment < as_of), as_of]


def _depths(members: Members) -> dict[str, int]:
    """How far below the root each flywheel stands: parents publish before their children."""
    depths: dict[str, int] = {}
    for member, parent in members:
        depths[member] = 0 if parent is None else depths[parent] + 1
    return depths


def _below(members: Members) -> dict[str, frozenset[str]]:
    """Each flywheel with all of its descendants."""
    below = {member: {member} for member, _ in members}
    for member, parent in reversed(members):
        if parent is not None:
            below[parent] |= below[member]
    return {member: frozenset(all_) for member, all_ in below.items()}
