"""Change lead times: each commit at the first deployment that carries it (domain: "DORA")."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from operator import gt
from typing import NamedTuple, Protocol

from msgspec import Struct

from shared.flywheel.moments import HOUR
from shared.flywheel.wheel.recorded_changes import Carried

_AT_ONCE = 100_000
"""Of so many commits at most are those that come again looked for at once: a set of them is large."""


class Deployed(Protocol):
    """What is asked of a deployment."""

    @property
    def time(self) -> int: ...
    @property
    def effective(self) -> bool: ...
    @property
    def nature(self) -> str: ...
    @property
    def shas(self) -> Sequence[int]: ...
    @property
    def commit_times(self) -> Sequence[int | None]: ...
    @property
    def carried(self) -> Carried | None: ...


class LeadTime(NamedTuple):
    """One commit at the first deployment that carried it; microseconds, below 0 where clocks disagree."""

    place: int
    sha: int
    length: int


class Leads(Struct, frozen=True, dict=True):
    """Lead times in the order of deployments, negative ones too: the place of each deployment, how many it has and the
    median of them in hours, and one after the other all of them, microseconds.

    `parts`: of deployments that carry some of their commits first and others again, the shas of the first, by place.
    """

    deployments: Sequence[Deployed]
    parts: Mapping[int, Sequence[int]]
    places: "memoryview[int]"
    counts: "memoryview[int]"
    medians: "memoryview[float]"
    lengths: "memoryview[int]"

    def __iter__(self) -> Iterator[LeadTime]:
        for place, lengths in self.by_deployment():
            shas = self.parts.get(place) or self.deployments[place].shas
            yield from map(LeadTime, repeat(place), shas, lengths)

    def of(self, asked: range) -> "Leads":
        """Those of the deployments at some places."""
        first, end = (bisect_left(self.places, place) for place in (asked.start, asked.stop))
        lengths = self.lengths[self._begins[first] : self._begins[end]]
        places, counts, medians = self.places[first:end], self.counts[first:end], self.medians[first:end]
        return Leads(self.deployments, self.parts, places, counts, medians, lengths)

    def by_deployment(self) -> Iterator[tuple[int, list[int]]]:
        """The place of each deployment with its lengths."""
        lengths, end = self.lengths.tolist(), 0
        for place, count in zip(self.places, self.counts, strict=True):
            yield place, lengths[end : (end := end + count)]

    @cached_property
    def hours(self) -> Sequence[float]:
        """Those that are not negative, sorted: the receipt counts the others."""
        ordered = sorted(self.lengths)
        return array("d", [length / HOUR for length in ordered[bisect_left(ordered, 0) :]])

    @property
    def negative(self) -> int:
        """How many are: clocks disagree."""
        return sum(map(gt, repeat(0), self.lengths))

    @cached_property
    def _begins(self) -> "array[int]":
        return array("q", accumulate(self.counts, initial=0))


def leads_of(deployments: Sequence[Deployed]) -> Leads:
    """Each sha once, at the first effective deployment that carries it and is no rollback."""
    again, seen, parts = _repeated(deployments), set[int](), dict[int, Sequence[int]]()
    places, counts, medians, all_lengths = array("I"), array("I"), array("d"), array("q")
    for place, each in enumerate(deployments):
        if not each.effective or each.nature == "rollback":
            continue
        times: Sequence[int | None] = each.commit_times
        if each.carried is not None or (again and not again.isdisjoint(each.shas)):
            first = {sha: at for sha, at in zip(each.shas, times, strict=True) if sha not in seen and at is not None}
            seen.update(each.shas)
            parts[place], times = array("Q", first), [*first.values()]
        lengths = [each.time - at for at in times if at is not None]
        if lengths:
            places.append(place)
            counts.append(len(lengths))
            medians.append(median_hours(sorted(lengths)))
            all_lengths.extend(lengths)
    return Leads(
        deployments, parts, memoryview(places), memoryview(counts), memoryview(medians), memoryview(all_lengths)
    )


def _repeated(deployments: Sequence[Deployed]) -> set[int]:
    """The commits that several of them carry: recorded changes count once, however often a head goes to and fro."""
    shas, recorded = array("Q"), set[int]()
    for each in deployments:
        if each.carried is None:
            shas.extend(each.shas)
        else:
            recorded.update(each.shas)
    shas.extend(recorded)
    again = set[int]()
    for part in _in_parts(shas):
        if len(set(part)) < len(part):
            again.update(sha for sha, count in Counter(part).items() if count > 1)
    return again


def _in_parts(shas: "array[int]") -> "Sequence[array[int]]":
    """Parts of which none has a commit of another."""
    count = 1 + len(shas) // _AT_ONCE
    if count == 1:
        return [shas]
    parts = [array("Q") for _ in range(count)]
    for sha in shas:
        parts[sha % count].append(sha)
    return parts


def median_hours(ordered: Sequence[int]) -> float:
    """The median of lengths, in hours: `percentile` at one half, for a hundred thousand ids in half the steps."""
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle] / HOUR
    low, high = ordered[middle - 1] / HOUR, ordered[middle] / HOUR
    return low + 0.5 * (high - low)
