"""Whether the last number of a family's versions is a patch at all, and of which release (history: "Tags").

`v1.0.101` of a team that counts its deployments patches nothing; neither does `v2026.11.7`. A number is a patch where
it starts again on a new line: `v1.1.0` after `v1.0.7`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from cli.git.tags.marks import Mark

_LEAST_MARKS = 3
_MOST_DATED = 0.9
"""Share of versions such as `26.11.7` released in the month or week that they name, from which on they are dates."""
_ABOUT = (-31, -7, 0, 7, 31)
"""Days about a release whose months and weeks it may name; weeks only of the next days."""


def has_patches(marks: Sequence[Mark]) -> bool:
    """Whether the family's last numbers start again on a new line."""
    versions = [mark for mark in marks if mark.name.version and not mark.name.calendar and not mark.name.fix]
    if _are_dates(versions):
        return False
    lines: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for mark in versions:
        lines.setdefault(mark.name.line, []).append(mark.name.patch)
    ordered = [lines[line] for line in sorted(lines)]
    return any(min(after) <= max(before) for before, after in pairwise(ordered))


def may_patch(mark: Mark, before: Mark, *, patches: bool) -> bool:
    """Whether a version says that it patches another: a higher last number of its line, or a suffix that says fix."""
    mine, other = mark.name, before.name
    if not mine.version:
        return False
    if mine.fix and mine.version == other.version:
        return True
    return patches and not mine.calendar and mine.line == other.line and mine.version > other.version


def _are_dates(marks: Sequence[Mark]) -> bool:
    """Whether versions begin with the two digits of their year and the month or the week of their release."""
    dated = sum(_is_dated(mark) for mark in marks)
    return len(marks) >= _LEAST_MARKS and dated >= _MOST_DATED * len(marks)


def _is_dated(mark: Mark) -> bool:
    released = datetime.fromtimestamp(mark.time, UTC)
    days = [released + timedelta(days=days) for days in _ABOUT]
    months = {(day.year % 100, day.month) for day in days}
    weeks = {(day.isocalendar().year % 100, day.isocalendar().week) for day in days[1:-1]}
    return mark.name.line in months | weeks
