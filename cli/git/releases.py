"""From a commit graph and its tags, or one branch, to releases: who carried a commit first, and what was rework."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import Literal

import msgspec
from msgspec import Struct

from cli.git.history import History
from cli.git.tag_names import TagName

_PASSES = 20
"""Belated tags behind belated tags: each pass settles at least one level; real histories need two."""


class Mark(Struct, frozen=True):
    """Where a release was made: a tag, or a landing on a branch."""

    name: TagName
    tip: int
    time: int


class Release(Struct, frozen=True):
    """One release of one service, with the commits that no release of it before carried."""

    mark: Mark
    commits: tuple[int, ...]
    """Oldest first."""
    first: bool = False
    kind: Literal["planned", "hotfix", "rollback"] = "planned"
    remediates: str | None = None

    @property
    def listed(self) -> tuple[int, ...]:
        """The commits to count from: of a first release only its own, for nothing says since when the others waited."""
        return (self.mark.tip,) if self.first else self.commits


def releases_of(history: History, marks: Iterable[Mark], rework_hours: float) -> list[Release]:
    """The releases of one service in order of time. A commit belongs to the first release that contains it."""
    releases: list[Release] = []
    for mark, commits in _attributed(history, marks):
        oldest_first = sorted(commits, key=lambda number: (history.authored[number], history.sha(number)))
        release = Release(mark, tuple(oldest_first), first=not releases)
        releases.append(_judged(history, release, releases, rework_hours * 3600))
    return releases


def landings_of(history: History, tip: int) -> list[Mark]:
    """What landed on a branch, oldest first: its merges and squashes; each commit where it has neither.

    Commits pushed directly in between are carried by the landing after them.
    """
    chain, at = [tip], tip
    while (parents := history.parents[at]) and history.parents[parents[0]] is not None:
        at = parents[0]
        chain.append(at)
    chain.reverse()
    landed = [number for number in chain if history.is_merge(number) or number in history.squashed]
    return [
        Mark(TagName(history.sha(number)[:12], label=history.sha(number)[:12]), number, history.committed[number])
        for number in landed or chain
    ]


def _attributed(history: History, marks: Iterable[Mark]) -> list[tuple[Mark, list[int]]]:
    """Marks in order of time with the commits new in each; a belated tag takes its place by ancestry."""
    ordered = _without_aliases(marks)
    for _ in range(_PASSES):
        ordered.sort(key=lambda mark: (mark.time, mark.name.version, mark.name.name))
        answer, belated = _walk(history, ordered)
        if not belated:
            break
        ordered = [belated.get(mark, mark) for mark in ordered]
    return answer


def _walk(history: History, ordered: Sequence[Mark]) -> tuple[list[tuple[Mark, list[int]]], dict[Mark, Mark]]:
    owner: dict[int, Mark] = {}
    answer: list[tuple[Mark, list[int]]] = []
    belated: dict[Mark, Mark] = {}
    for mark in ordered:
        covering = owner.get(mark.tip)
        if covering and covering.tip != mark.tip and not _is_later_version(mark, covering):
            belated[mark] = msgspec.structs.replace(
                mark, time=min(mark.time, history.committed[mark.tip], covering.time - 1)
            )
        new: list[int] = []
        waiting = [mark.tip]
        while waiting:
            number = waiting.pop()
            parents = history.parents[number]
            if number in owner or parents is None:
                continue
            owner[number] = mark
            new.append(number)
            waiting.extend(parents)
        answer.append((mark, new))
    return answer, belated


def _is_later_version(mark: Mark, other: Mark) -> bool:
    """An older commit released under a later version is a step back; under an older version the tag came late."""
    return bool(mark.name.version) and mark.name.version > other.name.version


def _without_aliases(marks: Iterable[Mark]) -> list[Mark]:
    """One mark per commit and version: of `v1`, `v1.2` and `v1.2.0` on one commit the most exact."""
    kept: dict[int, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: (-len(mark.name.version), mark.time, mark.name.name)):
        on_commit = kept.setdefault(mark.tip, [])
        version = mark.name.version
        if not any(other.name.version[: len(version)] == version for other in on_commit):
            on_commit.append(mark)
    return [mark for on_commit in kept.values() for mark in on_commit]


def _judged(history: History, release: Release, earlier: Sequence[Release], within: float) -> Release:
    """Rework, if it came within the hours after a release: a step back, a revert of what that carried, or its patch."""
    recent = list(takewhile(lambda other: release.mark.time - other.mark.time <= within, reversed(earlier)))[::-1]
    if not recent:
        return release
    previous = recent[-1]
    if not release.commits and release.mark.tip != previous.mark.tip:
        return _rework(release, "rollback", previous)
    reverts = _effective_reverts(history, release.commits)
    if reverts:
        plain = [number for number in release.commits if not history.is_merge(number)]
        kind: Literal["rollback", "hotfix"] = "rollback" if len(reverts) == len(plain) else "hotfix"
        return _rework(release, kind, _carrier(history, reverts, previous))
    moment = datetime.fromtimestamp(release.mark.time, UTC)
    patched = [other for other in recent if release.mark.name.patches(other.mark.name, moment)]
    return _rework(release, "hotfix", patched[-1]) if patched else release


def _rework(release: Release, kind: Literal["hotfix", "rollback"], mended: Release | None) -> Release:
    return msgspec.structs.replace(release, kind=kind, remediates=mended.mark.name.name if mended else None)


def _effective_reverts(history: History, commits: Sequence[int]) -> list[int]:
    """Reverts of what was out before: one that takes back a commit of the same release mends nothing of users'."""
    return [
        number
        for number in commits
        if history.is_revert(number) and not history.takes_back(number, set(commits) - {number})
    ]


def _carrier(history: History, reverts: Sequence[int], previous: Release) -> Release | None:
    """The release that is mended: the one before, if a revert names a commit of it or nothing; else none is claimed."""
    for number in reverts:
        if not history.names_its_target(number) or history.takes_back(number, previous.commits):
            return previous
    return None
