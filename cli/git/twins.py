"""Two names for one release: series of tags that always stand on the same commits (history: "Tags").

Prometheus tags a release `v3.8.0` and `v0.308.0`, kubectl `v0.33.0` and `kubernetes-1.33.0`. Series are (family, first
number). A commit with twins is one release, at the earliest time of the two, under the name of the larger family.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from cli.git.marks import Mark

Series = tuple[str, int]
_ALONE = 7 * 86_400
"""Seconds for which a commit may carry one of the two alone."""
_LEAST = 3
"""Commits that carry both; or all, where there are fewer."""


class Twins(Struct, frozen=True):
    """Marks with one per release, and pairs of names as examples of what was taken together."""

    marks: list[Mark]
    examples: list[tuple[str, str]]


def united(marks: Sequence[Mark], is_part: Callable[[str], bool]) -> Twins:
    """Take twins together. `is_part`: whether a family is a directory or package of the tree, and so no other name."""
    on_commit = _by_commit(marks, is_part)
    newest = max((mark.time for mark in marks), default=0)
    classes = _classes(on_commit, newest)
    if not classes:
        return Twins([*marks], [])
    rank = _ranks(marks, classes)
    joined = {family: min(same)[1] for family, same in _families(classes, rank).items()}
    kept: dict[tuple[int, object], Mark] = {}
    examples: dict[tuple[int, int], tuple[str, str]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.time, mark.name.name)):
        series = _series(mark)
        root = classes.get(series)
        key = (mark.tip, mark.name.name if root is None else root)
        other = kept.get(key)
        if other is None:
            kept[key] = mark
            continue
        first, second = sorted((other, mark), key=lambda each: (rank[_series(each)], len(each.name.name)))
        if _series(other) == series:  # two versions of one series on a commit are two releases
            kept[mark.tip, mark.name.name] = mark
            continue
        kept[key] = replace(first, time=min(other.time, mark.time))
        examples[_series(first)[1], _series(second)[1]] = (first.name.name, second.name.name)
    return Twins(
        [replace(mark, family=joined.get(mark.family, mark.family)) for mark in kept.values()], [*examples.values()]
    )


def _series(mark: Mark) -> Series:
    return (mark.family, mark.name.version[0] if mark.name.version else 0)


def _by_commit(marks: Iterable[Mark], is_part: Callable[[str], bool]) -> dict[int, dict[Series, Mark]]:
    found: dict[int, dict[Series, Mark]] = {}
    for mark in sorted(marks, key=lambda mark: mark.time):
        written = not mark.family or not ("/" in mark.name.prefix or "@" in mark.name.prefix or is_part(mark.family))
        if mark.name.version and written:
            found.setdefault(mark.tip, {}).setdefault(_series(mark), mark)
    return found


def _classes(on_commit: dict[int, dict[Series, Mark]], newest: int) -> dict[Series, Series]:
    """Each series that has twins, and one of them that stands for all."""
    root: dict[Series, Series] = {}
    pairs = {tuple(sorted(pair)) for series in on_commit.values() for pair in combinations(series, 2)}
    for one, other in sorted(pairs):
        if "" in {one[0], other[0]} and _are_twins(one, other, [*on_commit.values()], newest):
            a, b = _root(root, one), _root(root, other)
            root[max(a, b)] = min(a, b)
            root.setdefault(min(a, b), min(a, b))
    return {series: _root(root, series) for series in root}


def _root(root: dict[Series, Series], series: Series) -> Series:
    while root.get(series, series) != series:
        series = root[series]
    return series


def _are_twins(one: Series, other: Series, commits: list[dict[Series, Mark]], newest: int) -> bool:
    both = [found for found in commits if one in found and other in found]
    began = min(min(found[one].time, found[other].time) for found in both)
    since = [found for found in commits if _first(found, one, other) >= began]
    if any(_is_apart(found, one, other, newest) for found in since):
        return False
    return len(both) >= min(_LEAST, len(since))


def _first(found: dict[Series, Mark], one: Series, other: Series) -> int:
    return min((found[series].time for series in (one, other) if series in found), default=-1)


def _is_apart(found: dict[Series, Mark], one: Series, other: Series, newest: int) -> bool:
    """Whether a commit carried one of the two, and nothing else, for too long."""
    present = [found[series] for series in (one, other) if series in found]
    if len(present) == 2:
        return all(mark.annotated for mark in present) and abs(present[0].time - present[1].time) > _ALONE
    return len(found) == 1 and newest - present[0].time > _ALONE


def _ranks(marks: Sequence[Mark], classes: dict[Series, Series]) -> dict[Series, tuple[int, float, int]]:
    """The least names the release: of the family with more tags, then the shorter names, then the higher number."""
    families = Counter(mark.family for mark in marks)
    lengths: dict[Series, list[int]] = {}
    for mark in marks:
        lengths.setdefault(_series(mark), []).append(len(mark.name.name))
    return {
        series: (-families[series[0]], sum(lengths[series]) / len(lengths[series]), -series[1])
        for series in lengths
        if series in classes
    }


def _families(
    classes: dict[Series, Series], rank: dict[Series, tuple[int, float, int]]
) -> dict[str, list[tuple[tuple[int, float, int], str]]]:
    """Of each family that has a twin, the families of its twins with their ranks."""
    found: dict[str, list[tuple[tuple[int, float, int], str]]] = {}
    for series, root in classes.items():
        found.setdefault(series[0], []).extend((rank[s], s[0]) for s, other in classes.items() if other == root)
    return found
