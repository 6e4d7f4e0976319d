"""The services of a repository: its families of tags, which part of the tree each is, and what each release carries."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from cli.git.graph.ancestry import Ancestry
from cli.git.graph.history import History
from cli.git.releases import Release, releases_of
from cli.git.rework.judging import judged
from cli.git.tags.marks import Mark

MOST_WHOLE = 3
"""Families with a prefix and no part of the tree that may each be told every commit; more would repeat history."""


class Carried(Struct, frozen=True):
    """Releases by family. `shared`: families of which nothing says which commits are theirs, told each commit once."""

    releases: dict[str, list[Release]]
    shared: list[str]


def carried(
    history: History,
    families: Mapping[str, Sequence[Mark]],
    touching: Mapping[str, set[int]],
    hours: float,
    whole: Collection[str] = ("",),
) -> Carried:
    """Each family's releases with their commits and kinds.

    `touching`: the commits of families that are a part of the tree; `whole`: families that are all of it.
    """
    ancestry = Ancestry(history)
    shared = sorted(family for family in families if family not in whole and family not in touching)
    shared = shared if len(shared) > MOST_WHOLE else []
    together = _together(history, {family: families[family] for family in shared})
    releases: dict[str, list[Release]] = {}
    for family, marks in families.items():
        family_releases = together[family] if family in together else releases_of(history, marks, touching.get(family))
        releases[family] = judged(history, family_releases, ancestry.holds, hours)
    return Carried(releases, shared)


def by_family(marks: Iterable[Mark]) -> dict[str, list[Mark]]:
    """Marks by family, the unprefixed one first."""
    families: dict[str, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.family, mark.time)):
        families.setdefault(mark.family, []).append(mark)
    return families


def trains_of(families: Mapping[str, Sequence[Release]]) -> dict[Mark, Mark]:
    """Of each mark made together with other families' (one commit, within an hour), the first mark of its train."""
    on_commit: dict[int, list[Mark]] = {}
    for releases in families.values():
        for release in releases:
            on_commit.setdefault(release.mark.tip, []).append(release.mark)
    trains: dict[Mark, Mark] = {}
    for marks in on_commit.values():
        for train in _within_an_hour(sorted(marks, key=lambda mark: (mark.time, mark.family, mark.name.name))):
            if len({mark.family for mark in train}) > 1:
                trains.update((mark, train[0]) for mark in train)
    return trains


def newest_first(marks: Iterable[Mark], sha: Callable[[int], str]) -> dict[str, list[str]]:
    """The commits of each family's marks, the newest first."""
    tips: dict[str, list[str]] = {}
    for mark in sorted(marks, key=lambda mark: mark.time)[::-1]:
        tips.setdefault(mark.family, []).append(sha(mark.tip))
    return tips


def _within_an_hour(marks: list[Mark]) -> list[list[Mark]]:
    trains: list[list[Mark]] = []
    for mark in marks:
        if trains and mark.time - trains[-1][0].time <= 3600:
            trains[-1].append(mark)
        else:
            trains.append([mark])
    return trains


def _together(history: History, families: Mapping[str, Sequence[Mark]]) -> dict[str, list[Release]]:
    """As if they were one family: each commit is told by the first release of any of them that contains it."""
    by_family: dict[str, list[Release]] = {family: [] for family in families}
    for release in releases_of(history, [mark for marks in families.values() for mark in marks]):
        by_family[release.mark.family].append(release)
    return by_family
