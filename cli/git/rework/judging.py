"""The releases that mend another one, judged by evidence in history, never by a word that merely sounds so.

A rollback holds nothing but reverts of what earlier releases of its line carried, or is an older commit under a later
version. A hotfix is, within hours, a patch of the release before it on its line, or takes a commit of it back among
other work. Lines are what ancestry and versions say together (history: "Rework and what a revert says").
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from cli.git.graph.history import History
from cli.git.releases import Kind, Release, owners
from cli.git.rework.reverting import Targets
from cli.git.tags.lines import has_patches, may_patch

Holds = Callable[[int, int], bool]
"""Whether a commit (second) is an ancestor of a tip (first), or the tip itself."""


class _Taken(Struct, frozen=True):
    """The releases whose work a release takes back, and whether it does nothing else."""

    carriers: list[int]
    alone: bool


def judged(history: History, releases: Sequence[Release], holds: Holds, hours: float) -> list[Release]:
    """The releases of one service, in order of time, with their kinds."""
    targets = Targets(history, owners(releases, history))
    patches = has_patches([release.mark for release in releases])
    judge = _Judge(releases, targets, holds, hours * 3600, patches=patches)
    return [judge.release(place) for place in range(len(releases))]


class _Judge:
    def __init__(
        self, releases: Sequence[Release], targets: Targets, holds: Holds, within: float, *, patches: bool
    ) -> None:
        self._releases, self._targets, self._holds = releases, targets, holds
        self._within, self._patches = within, patches
        self._lines: dict[tuple[int, ...], list[tuple[tuple[int, ...], int]]] = {}
        """Of each line the versions so far, in their order, and the places of their releases."""

    def release(self, place: int) -> Release:
        """The next release with its kind, and with what it takes back where that mends nothing."""
        release = self._releases[place]
        insort(self._lines.setdefault(release.mark.name.line, []), (release.mark.name.version, place))
        if release.first:
            return release
        if (undone := self._stepped_back(place)) is not None:
            return self._rework(release, "rollback", undone)
        taken = self._taken_back(place)
        if taken.carriers and taken.alone:
            return self._rework(release, "rollback", max(taken.carriers))
        patched = self._patched(place)
        if patched is not None:
            return self._rework(release, "hotfix", patched)
        before = self._before(place) if taken.carriers else None
        if before is not None and before in taken.carriers:
            return self._rework(release, "hotfix", before)
        names = dict.fromkeys(self._releases[each].mark.name.name for each in sorted(taken.carriers))
        return replace(release, takes_back=tuple(names)) if names else release

    def _rework(self, release: Release, kind: Kind, mended: int) -> Release:
        return replace(release, kind=kind, remediates=self._releases[mended].mark.name.name)

    def _stepped_back(self, place: int) -> int | None:
        """The release that is undone by an older commit under a later version."""
        release, latest = self._releases[place], place - 1
        if release.commits or latest < 0 or self._targets.place_of(release.mark.tip) == place:
            return None
        before = self._releases[latest].mark
        is_older = before.tip != release.mark.tip and self._holds(before.tip, release.mark.tip)
        return latest if is_older and release.mark.name.version > before.name.version else None

    def _taken_back(self, place: int) -> _Taken:
        release = self._releases[place]
        taken = self._targets.taken_back(release.commits, place, lambda other: self._is_on_line(place, other))
        return _Taken(sorted({self._targets.place_of(target) or 0 for target in taken.targets}), taken.alone)

    def _is_on_line(self, place: int, other: int) -> bool:
        return other <= place and self._holds(self._releases[place].mark.tip, self._releases[other].mark.tip)

    def _patched(self, place: int) -> int | None:
        """The release before it on its line, if this is its patch and came soon."""
        mark = self._releases[place].mark
        if not (self._patches or mark.name.fix):
            return None
        line = self._lines[mark.name.line]
        for at in range(bisect_left(line, (mark.name.version, place)) - 1, -1, -1):
            version, other = line[at]
            if not self._patches and version != mark.name.version:
                return None
            if not may_patch(mark, self._releases[other].mark, patches=self._patches):
                continue
            if not self._is_soon(place, other):
                return None
            if self._is_on_line(place, other):
                return other
        return None

    def _before(self, place: int) -> int | None:
        """The latest earlier release that this one descends from, if this came soon after."""
        for other in range(place - 1, -1, -1):
            if not self._is_soon(place, other):
                return None
            if self._is_on_line(place, other):
                return other
        return None

    def _is_soon(self, place: int, other: int) -> bool:
        return self._releases[place].mark.time - self._releases[other].mark.time <= self._within


def reverts_told(releases: Iterable[Release]) -> list[tuple[str, tuple[str, ...]]]:
    """Planned releases that take commits of earlier ones back: listed, and in no figure."""
    return [(release.mark.name.name, release.takes_back) for release in releases if release.takes_back]
