"""Two names for one release: series of tags that always stand on the same commits (history: "Tags").

Prometheus tags a release `v3.8.0` and `v0.308.0`, kubectl `v0.33.0` and `kubernetes-1.33.0`. Series are (family, first
number). A commit with twins is one release, at the earliest time of the two, under the name of the larger family.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from cli.git.tags.marks import Mark
from cli.git.tags.names import TagName

Series = tuple[str, int]
_ALONE = 7 * 86_400
"""Seconds for which a commit may carry one of the two alone."""
_LEAST = 3
"""Commits that carry both; or all, where there are fewer."""
_MANY, _SLIPS = 20, 10
"""Of a habit of so many commits one in so many may be a slip: a second tag forgotten, or on the next commit."""


class Twins(Struct, frozen=True):
    """Marks with one per release, and pairs of names as examples of what was taken together."""

    marks: list[Mark]
    examples: list[tuple[str, str]]


def united(marks: Sequence[Mark], is_part: Callable[[str], bool]) -> Twins:
    """Take twins together. `is_part`: whether a family is a directory or package of the tree, and so no other name."""
    on_commit = _by_commit(marks, is_part)
    classes = _classes(on_commit, max((mark.time for mark in marks), default=0))
    if not classes:
        return Twins([*marks], [])
    rank = _ranks(marks, on_commit, classes)
    joined = _families(classes, rank)
    may_be = {
        mark for tagged in on_commit.values() for series in tagged if series in classes for mark in tagged[series]
    }
    kept: list[Mark] = [mark for mark in marks if mark not in may_be]
    examples: dict[tuple[int, int], tuple[str, str]] = {}
    for tagged in on_commit.values():
        for root in sorted({classes[series] for series in tagged if series in classes}):
            same = sorted((series for series in tagged if classes.get(series) == root), key=rank.__getitem__)
            kept += _paired([tagged[series] for series in same], examples)
    return Twins([replace(mark, family=joined.get(mark.family, mark.family)) for mark in kept], [*examples.values()])


def _series(mark: Mark) -> Series:
    return (mark.family, mark.name.version[0] if mark.name.version else 0)


def _paired(series: list[list[Mark]], examples: dict[tuple[int, int], tuple[str, str]]) -> list[Mark]:
    """The releases of one commit: each mark of the first series with the nearest in time of each other one."""
    kept = {mark.name.name: mark for mark in series[0]}
    alone: list[Mark] = []
    for others in series[1:]:
        free = list(series[0])
        for other in others:
            if not free:
                alone.append(other)
                continue
            first = min(free, key=lambda mark: (abs(mark.time - other.time), mark.name.name))
            free.remove(first)
            kept[first.name.name] = _at_earliest(kept[first.name.name], other)
            examples.setdefault((_series(first)[1], _series(other)[1]), (first.name.name, other.name.name))
    return [*kept.values(), *alone]


def _at_earliest(kept: Mark, other: Mark) -> Mark:
    """At the earlier time of the two; a lightweight tag has none of its own beside an annotated one's."""
    if kept.annotated != other.annotated:
        return kept if kept.annotated else replace(kept, time=other.time, annotated=True)
    return replace(kept, time=min(kept.time, other.time))


def _by_commit(marks: Iterable[Mark], is_part: Callable[[str], bool]) -> dict[int, dict[Series, list[Mark]]]:
    """Marks that may be twins, by commit and series, each in order of time."""
    by_commit: dict[int, dict[Series, list[Mark]]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.time, mark.name.version, mark.name.name)):
        written = not mark.family or not ("/" in mark.name.prefix or "@" in mark.name.prefix or is_part(mark.family))
        if mark.name.version and written:
            by_commit.setdefault(mark.tip, {}).setdefault(_series(mark), []).append(mark)
    return by_commit


def _classes(on_commit: dict[int, dict[Series, list[Mark]]], newest: int) -> dict[Series, Series]:
    """Each series that has twins, and one of them that stands for all."""
    root: dict[Series, Series] = {}
    tips: dict[Series, set[int]] = {}
    for tip, tagged in on_commit.items():
        for series in tagged:
            tips.setdefault(series, set()).add(tip)
    counts = _counts(mark.name for tagged in on_commit.values() for marks in tagged.values() for mark in marks)
    pairs = {
        tuple(sorted(pair))
        for tagged in on_commit.values()
        for pair in combinations(tagged, 2)
        if not _are_apart(counts, *(tagged[series][0].name for series in pair))
    }
    for one, other in sorted(pairs):
        either = [on_commit[tip] for tip in tips[one] | tips[other]] if "" in {one[0], other[0]} else []
        if either and _are_twins(one, other, either, newest):
            a, b = _root(root, one), _root(root, other)
            root[max(a, b)] = min(a, b)
            root.setdefault(min(a, b), min(a, b))
    return {series: _root(root, series) for series in root}


def _counts(names: Iterable[TagName]) -> dict[str, list[tuple[int, ...]]]:
    """The numbers of names that are no more than a count, in order, by what stands before them."""
    numbers: dict[str, set[tuple[int, ...]]] = {}
    for name in names:
        if len(name.version) == 1:
            numbers.setdefault(name.prefix, set()).add(name.version)
    return {prefix: sorted(each) for prefix, each in numbers.items()}


def _are_apart(counts: Mapping[str, list[tuple[int, ...]]], one: TagName, other: TagName) -> bool:
    """Whether a count went on between: `deploy-102` on the commit of `deploy-100` releases it again after 101."""
    if one.prefix != other.prefix or not len(one.version) == len(other.version) == 1:
        return False
    numbers = counts[one.prefix]
    return abs(bisect_left(numbers, one.version) - bisect_left(numbers, other.version)) > 1


def _root(root: dict[Series, Series], series: Series) -> Series:
    while root.get(series, series) != series:
        series = root[series]
    return series


def _are_twins(one: Series, other: Series, either: list[dict[Series, list[Mark]]], newest: int) -> bool:
    """Whether they stand together, and since they first did neither stood alone for too long.

    `either`: the marks of each commit that carries one of them.
    """
    both = [tagged for tagged in either if one in tagged and other in tagged]
    began = min(max(tagged[one][0].time, tagged[other][0].time) for tagged in both)
    since = [tagged for tagged in either if max(m.time for s in (one, other) for m in tagged.get(s, ())) >= began]
    apart = sum(_alone(tagged, one, other, began, newest) > _ALONE for tagged in since)
    slips = len(since) // _SLIPS if len(both) >= _MANY else 0
    return apart <= slips and len(both) >= min(_LEAST, len(since))


def _alone(tagged: dict[Series, list[Mark]], one: Series, other: Series, began: int, newest: int) -> int:
    """Seconds for which a commit carried one of the two and nothing else, since they first stood together."""
    present = [tagged[series][0] for series in (one, other) if series in tagged]
    if len(present) == 2:
        known = all(mark.annotated for mark in present)
        return max(present[0].time, present[1].time) - max(began, min(present[0].time, present[1].time)) if known else 0
    return newest - max(began, present[0].time) if len(tagged) == 1 else 0


def _ranks(
    marks: Sequence[Mark], on_commit: dict[int, dict[Series, list[Mark]]], classes: dict[Series, Series]
) -> dict[Series, tuple[int, float, int]]:
    """The least names the release: of the family with more tags, then the shorter names, then the higher number.

    Names are compared where they stand beside those of their twins.
    """
    families = Counter(mark.family for mark in marks)
    lengths: dict[Series, list[int]] = {}
    for tagged in on_commit.values():
        roots = Counter(classes[series] for series in tagged if series in classes)
        for series, same in tagged.items():
            if roots[classes.get(series, series)] > 1:
                lengths.setdefault(series, []).extend(len(mark.name.name) for mark in same)
    return {
        series: (-families[series[0]], sum(lengths[series]) / len(lengths[series]), -series[1]) for series in classes
    }


def _families(classes: dict[Series, Series], rank: dict[Series, tuple[int, float, int]]) -> dict[str, str]:
    """Of each family that has a twin, the one that names the releases: the least of its twins' families."""
    least: dict[Series, tuple[tuple[int, float, int], str]] = {}
    for series, root in classes.items():
        own = (rank[series], series[0])
        least[root] = min(least.get(root, own), own)
    twins: dict[str, tuple[tuple[int, float, int], str]] = {}
    for series, root in classes.items():
        twins[series[0]] = min(twins.get(series[0], least[root]), least[root])
    return {family: first for family, (_, first) in twins.items()}
