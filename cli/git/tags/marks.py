"""Releases as tags mark them: commits, times, and of several names for one release one."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from cli.git.graph.history import UNKNOWN, History
from cli.git.reading.clone import Tagged
from cli.git.tags.names import TagName


class Mark(Struct, frozen=True):
    """A tag, or a landing on a branch. `time`: seconds since the epoch."""

    name: TagName
    tip: int
    time: int
    family: str = ""
    annotated: bool = False
    """The time is its own, not its commit's."""


def marks_of(history: History, chosen: Sequence[tuple[Tagged, TagName]]) -> tuple[list[Mark], list[str]]:
    """The marks of tags, and the names of those whose time had to be replaced.

    An annotated tag's time counts whatever its commit claims; one that cannot be is the commit's.
    """
    marks: list[Mark] = []
    odd: list[str] = []
    for tag, name in chosen:
        tip = history.find(tag.sha)
        if tip is None:
            continue
        stated = history.usable(tag.time)
        if tag.annotated and stated == UNKNOWN:
            odd.append(tag.name)
        time = stated if stated != UNKNOWN else history.committed[tip]
        if time == UNKNOWN:
            odd.append(tag.name)
            continue
        marks.append(Mark(name, tip, time, name.family, annotated=stated != UNKNOWN))
    return marks, odd


def tagged_times(history: History, chosen: Iterable[tuple[Tagged, TagName]]) -> dict[int, int]:
    """The time of each commit's earliest annotated tag."""
    times: dict[int, int] = {}
    for tag, _ in chosen:
        tip, time = history.find(tag.sha), history.usable(tag.time)
        if tip is not None and time != UNKNOWN:
            times[tip] = min(time, times.get(tip, time))
    return times


def without_aliases(marks: Iterable[Mark]) -> list[Mark]:
    """One mark per family, commit and version: of `v1` and `v1.2.0` the most exact, of equal ones the earliest."""
    kept: dict[tuple[str, int], list[Mark]] = {}
    for mark in sorted(
        marks, key=lambda mark: (-len(mark.name.version), not mark.annotated, mark.time, mark.name.name)
    ):
        on_commit = kept.setdefault((mark.family, mark.tip), [])
        version = mark.name.version
        if not any(_is_shorter(version, mark.name.fix, other.name) for other in on_commit):
            on_commit.append(mark)
    return [mark for on_commit in kept.values() for mark in on_commit]


def _is_shorter(version: tuple[int, ...], fix: bool, other: TagName) -> bool:
    return other.version[: len(version)] == version and fix == other.fix
