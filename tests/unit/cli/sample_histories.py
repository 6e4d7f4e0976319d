"""Histories as real repositories have them, made by hand from nothing: for docs/history.md and its test.

Each is a stream for `git fast-import`: commits and tags at stated times, so that every figure is known beforehand.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

_BEGAN = 1_767_225_600
"""2026-01-01T00:00:00Z."""
_HOUR, _DAY = 3600, 86_400
_WHO = "Ada Example <ada@example.org>"


class Sample(Struct, frozen=True):
    """One history: what it is like, how it is made, and with which options it is imported."""

    name: str
    like: str
    make: Callable[["Stream"], None]
    options: tuple[str, ...] = ()


class Stream:
    """Commits and tags of one repository; times in hours since 2026 began."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._count = 0

    def commit(
        self, at: float, message: str, *, file: str = "a", branch: str = "main", parent: int = 0, merge: int = 0
    ) -> int:
        """A commit; returns its mark."""
        self._count += 1
        time = _BEGAN + int(at * _HOUR)
        text = f"{message}\n"
        self._lines += [f"commit refs/heads/{branch}", f"mark :{self._count}"]
        self._lines += [
            f"author {_WHO} {time} +0000",
            f"committer {_WHO} {time} +0000",
            f"data {len(text.encode())}",
            text,
        ]
        if parent:
            self._lines.append(f"from :{parent}")
        if merge:
            self._lines.append(f"merge :{merge}")
        content = str(self._count)
        self._lines += [f"M 644 inline {file}", f"data {len(content)}", content]
        return self._count

    def tag(self, name: str, at: float, commit: int) -> None:
        """An annotated tag."""
        time = _BEGAN + int(at * _HOUR)
        self._lines += [f"tag {name}", f"from :{commit}", f"tagger {_WHO} {time} +0000", f"data {len(name)}", name]

    def into(self, path: Path) -> None:
        """Make the repository."""
        path.mkdir(parents=True)
        subprocess.run(["git", "-C", path, "init", "-q", "-b", "main"], check=True)
        stream = "\n".join(self._lines) + "\n"
        subprocess.run(["git", "-C", path, "fast-import", "--quiet"], input=stream.encode(), check=True)


def _library(stream: Stream) -> None:
    """A release a week, each of five commits; two patches on the day after."""
    at = 0
    for week in range(10):
        for day in range(5):
            at = stream.commit(week * 168 + day * 24 + 10, f"Work {week}.{day} (#{week * 5 + day})", parent=at)
        stream.tag(f"v1.{week}.0", week * 168 + 5 * 24, at)
        if week in {3, 7}:
            at = stream.commit(week * 168 + 5 * 24 + 6, "Mend the parser", parent=at)
            stream.tag(f"v1.{week}.1", week * 168 + 5 * 24 + 8, at)


def _twins(stream: Stream) -> None:
    """Every release under two names, as a server whose module is at version 0."""
    at = 0
    for month in range(6):
        for day in range(3):
            at = stream.commit(month * 720 + day * 48, f"Work {month}.{day}", parent=at)
        stream.tag(f"v3.{month}.0", month * 720 + 200, at)
        stream.tag(f"v0.30{month}.0", month * 720 + 200.2, at)
    at = stream.commit(5 * 720 + 205, "Mend the query", parent=at)
    stream.tag("v3.5.1", 5 * 720 + 210, at)
    stream.tag("v0.305.1", 5 * 720 + 210.2, at)


def _running(stream: Stream) -> None:
    """Three plain deployments a day, under a number that counts them."""
    at = 0
    for number in range(60):
        at = stream.commit(number * 8, f"Feature {number}", parent=at)
        stream.tag(f"v1.0.{100 + number}", number * 8 + 1, at)


def _calendar(stream: Stream) -> None:
    """A release a day under the date, now and then a second one."""
    at = 0
    for day in range(1, 29):
        for serial in (1, 2) if day % 7 == 0 else (1,):
            at = stream.commit(day * 24 + serial * 3, f"Work {day}.{serial}", parent=at)
            stream.tag(f"release-2026-01-{day:02}.{serial}", day * 24 + serial * 3 + 2, at)


def _lines(stream: Stream) -> None:
    """Two lines kept up: patches of the old one while the new one goes on; a feature release mends neither."""
    base = stream.commit(0, "Begin")
    stream.tag("v1.0.0", 1, base)
    old, new = base, base
    for week in range(1, 7):
        new = stream.commit(week * 168, f"Feature {week}", parent=new)
        stream.tag(f"v1.{week}.0", week * 168 + 4, new)
        old = stream.commit(week * 168 + 1, f"Backport {week}", branch="line", parent=old)
        stream.tag(f"v1.0.{week}", week * 168 + 3, old)


def _reverts(stream: Stream) -> None:
    """Every fifth release takes back what the one before brought; others take back older or their own work."""
    at = 0
    for number in range(20):
        at = stream.commit(number * 48, f"Add feature {number} (#{number + 1})", parent=at)
        if number % 5 == 2:
            at = stream.commit(number * 48 + 1, f"Try {number}", parent=at)
            at = stream.commit(number * 48 + 2, f'Revert "Try {number}"', parent=at)
        stream.tag(f"v1.{number}.0", number * 48 + 5, at)
        if number % 5 == 4:
            message = f'Revert "Add feature {number}" (#{100 + number})\n\nReverts example/shop#{number + 1}'
            at = stream.commit(number * 48 + 8, message, parent=at)
            stream.tag(f"v1.{number}.1", number * 48 + 9, at)


def _modules(stream: Stream) -> None:
    """Three modules in directories, tagged one by one and now and then together."""
    at = 0
    for week in range(8):
        for day, module in enumerate(("cart", "cards", "bridge/cards")):
            at = stream.commit(week * 168 + day * 24, f"Work {module} {week}", file=f"{module}/a", parent=at)
        for hour, module in enumerate(("cart", "cards", "bridge/cards")):
            apart = 0.1 if week % 4 == 0 else 5
            stream.tag(f"{module}/v1.{week}.0", week * 168 + 100 + hour * apart, at)


def _trunk(stream: Stream) -> None:
    """No tags, and every commit straight to the branch."""
    at = 0
    for number in range(40):
        at = stream.commit(number * 30, f"Work {number}", parent=at)


def _merges(stream: Stream) -> None:
    """No tags; branches of two commits, merged two days after they began."""
    main = stream.commit(0, "Begin")
    for number in range(1, 16):
        first = stream.commit(number * 72, f"SHOP-{number} part one", branch=f"b{number}", parent=main)
        second = stream.commit(number * 72 + 20, f"SHOP-{number} part two", branch=f"b{number}", parent=first)
        main = stream.commit(number * 72 + 48, f"Merge branch 'b{number}'", parent=main, merge=second)


def _clocks(stream: Stream) -> None:
    """A commit of 2050, one of 1970, and sign-offs that look like a tracker's keys."""
    at = 0
    for number in range(12):
        when = {4: 24 * 365 * 24, 8: -(_BEGAN // _HOUR)}.get(number, number * 24)
        at = stream.commit(when, f"Work {number}\n\nSigned-off-by: QAY-{number} <q@DEV-{number}.example>", parent=at)
        stream.tag(f"v1.{number}.0", number * 24 + 12, at)


SAMPLES = (
    Sample("library", "a library: a release a week, two patches within a day", _library),
    Sample("twins", "a server tagged `v3.1.0` and `v0.301.0`", _twins),
    Sample("running", "`v1.0.101`, `v1.0.102`: three deployments a day", _running),
    Sample("calendar", "`release-2026-01-07.2`: a date and a serial", _calendar),
    Sample("lines", "an old line patched beside the new one", _lines),
    Sample("reverts", "GitHub's revert button, tries taken back before release", _reverts),
    Sample("modules", "Go modules in directories, sometimes a train", _modules),
    Sample("trunk", "no tags, direct commits", _trunk, ("--branch", "main")),
    Sample("merges", "no tags, merged branches", _merges, ("--branch", "main")),
    Sample("clocks", "wrong clocks, sign-offs like keys", _clocks),
)
