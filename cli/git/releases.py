"""From a commit graph and its marks to releases: who carried a commit first, and which commits can be listed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from cli.git.graph.history import History
from cli.git.tags.marks import Mark
from cli.git.tags.names import TagName

Kind = Literal["planned", "hotfix", "rollback"]
_PASSES = 20
"""Belated tags behind belated tags: each pass settles at least one level; real histories need two."""
_AT_ONCE = 60
"""Seconds within which a commit was made where it landed: nothing says since when it waited."""


class Release(Struct, frozen=True):
    """One release of one service, with the commits that no release of it before carried."""

    mark: Mark
    commits: tuple[int, ...]
    """Oldest first."""
    first: bool = False
    """Of its service, and what it carries itself is known: not of a part of a tree where a shallow clone ends."""
    complete: bool = True
    """A shallow clone or a broken object may hide commits: then none are listed."""
    timed: bool = True
    """The commits' times say since when they waited."""
    kind: Kind = "planned"
    remediates: str | None = None
    takes_back: tuple[str, ...] = ()
    """Earlier releases of which it takes a commit back, as a planned release may."""

    @property
    def carried(self) -> tuple[int, ...]:
        """The commits to speak of: of a first release only its own, for nothing says since when the others waited."""
        if self.first or not self.complete:
            return tuple(number for number in self.commits if number == self.mark.tip)
        return self.commits

    @property
    def listed(self) -> tuple[int, ...] | None:
        """The commits to count lead times from; None where the head alone can be told."""
        return self.carried if self.timed and (self.complete or self.first) else None


def releases_of(history: History, marks: Iterable[Mark], touching: set[int] | None = None) -> list[Release]:
    """The releases of one service in order of time; commits belong to the first that contains them.

    `touching`: only these commits are the service's. Kinds are not judged yet.
    """
    releases: list[Release] = []
    for mark, commits in _attributed(history, marks):
        own = [number for number in commits if touching is None or number in touching]
        oldest_first = sorted(own, key=lambda number: (history.authored[number], history.sha(number)))
        complete = not any(_is_cut(history, number) for number in commits)
        first = not releases and (complete or touching is None or mark.tip in touching)
        releases.append(Release(mark, tuple(oldest_first), first=first, complete=complete))
    return releases


def landings_of(history: History, tip: int) -> list[Release]:
    """The landings on a branch, oldest first: its merges and squashes; each commit where it has neither.

    Commits pushed directly in between are carried by the landing after them. Where every landing is a direct commit,
    or one is nothing but its own squash, nothing says when it was deployed.
    """
    chain, at = [tip], tip
    while (parents := history.parents[at]) and history.parents[parents[0]] is not None:
        at = parents[0]
        chain.append(at)
    chain.reverse()
    landed = [number for number in chain if history.is_merge(number) or number in history.squashed]
    names = ((number, history.sha(number)[:12]) for number in landed or chain)
    marks = [Mark(TagName(sha, label=sha), number, history.committed[number]) for number, sha in names]
    releases: list[Release] = []
    owner: set[int] = set()
    for mark in marks:
        new = _new(history, mark.tip, owner)
        oldest_first = sorted(new, key=lambda number: (history.authored[number], history.sha(number)))
        complete = not any(_is_cut(history, number) for number in new)
        timed = bool(landed) and not _is_at_once(history, mark.tip, new)
        releases.append(Release(mark, tuple(oldest_first), first=not releases, complete=complete, timed=timed))
    return releases


def owners(releases: Sequence[Release], history: History) -> Mapping[int, int]:
    """The place of the release that first contains a commit, for every commit of theirs, touching or not."""
    seen: set[int] = set()
    return {number: place for place, release in enumerate(releases) for number in _new(history, release.mark.tip, seen)}


def _attributed(history: History, marks: Iterable[Mark]) -> list[tuple[Mark, list[int]]]:
    """Marks in order of time with the commits new in each; a belated one dated by its commit takes its place."""
    ordered = list(marks)
    for _ in range(_PASSES):
        ordered.sort(key=lambda mark: (mark.time, mark.name.version, mark.name.name))
        answer, belated = _walk(history, ordered)
        if not belated:
            break
        ordered = [belated.get(mark, mark) for mark in ordered]
    return answer


def _walk(history: History, ordered: Sequence[Mark]) -> tuple[list[tuple[Mark, list[int]]], dict[Mark, Mark]]:
    seen: set[int] = set()
    carrier: dict[int, Mark] = {}
    tips = {mark.tip for mark in ordered if not mark.annotated}
    answer: list[tuple[Mark, list[int]]] = []
    belated: dict[Mark, Mark] = {}
    for mark in ordered:
        covering = carrier.get(mark.tip)
        if covering and covering.tip != mark.tip and not mark.annotated and not _is_later_version(mark, covering):
            belated[mark] = msgspec.structs.replace(mark, time=min(mark.time, covering.time - 1))
        new = _new(history, mark.tip, seen)
        carrier.update((number, mark) for number in new if number in tips)
        answer.append((mark, new))
    return answer, belated


def _new(history: History, tip: int, seen: set[int]) -> list[int]:
    """The commits reachable from a tip that were not seen yet; they are then."""
    new: list[int] = []
    waiting = [tip]
    while waiting:
        number = waiting.pop()
        parents = history.parents[number]
        if number in seen or parents is None:
            continue
        seen.add(number)
        new.append(number)
        waiting.extend(parents)
    return new


def _is_cut(history: History, number: int) -> bool:
    """Whether a parent is not there: history goes on where this clone does not."""
    return any(history.parents[parent] is None for parent in history.parents[number] or ())


def _is_at_once(history: History, tip: int, new: Sequence[int]) -> bool:
    return len(new) == 1 and abs(history.committed[tip] - history.authored[tip]) <= _AT_ONCE


def _is_later_version(mark: Mark, other: Mark) -> bool:
    """An older commit released under a later version is a step back; under an older version the tag came late."""
    return bool(mark.name.version) and mark.name.version > other.name.version
