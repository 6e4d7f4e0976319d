"""The commit graph in memory, small enough for large histories: some 400 bytes a commit, and no message or name."""

import re
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from cli.git.graph.trackers import Keys
from cli.git.reading.parsing import LoggedCommit
from cli.git.reading.reverts import Revert, digest, merged_pull, plain_subject, pull_of, revert_of

UNKNOWN = -1
"""Of a time: not readable, before 1971, or ahead of now; such a clock says nothing."""
_EARLIEST = 365 * 86_400
_DAY = 86_400
_SQUASH = re.compile(r"\(#\d+\)$|\(!\d+\)$")


class History:
    """Commits by a small number each, in the order in which git first spoke of them."""

    def __init__(self, keys: Keys, now: int, repository: str = "") -> None:
        self.keys, self.repository = keys, repository
        self._latest = now + _DAY
        self._number: dict[bytes, int] = {}
        self._shas: list[bytes] = []
        self._sorted: list[bytes] = []
        """The same in order, once somebody looks for the beginning of one."""
        self.parents: list[tuple[int, ...] | None] = []
        """None where only a child was seen: a shallow clone ends there."""
        self.authored = array("q")
        self.committed = array("q")
        self.subjects: list[bytes] = []
        self.pulls = array("q")
        """The pull request that a commit squashed or merged; 0 for none."""
        self.squashed: set[int] = set()
        self.reverts: dict[int, Revert] = {}
        self.replaced = 0
        """Commits with a time that could not be used."""

    def __len__(self) -> int:
        return len(self._shas)

    def add(self, commit: LoggedCommit) -> None:
        """Keep what figures need of one commit."""
        number = self._of(commit.sha)
        self.parents[number] = tuple(self._of(parent) for parent in commit.parents)
        self.authored[number], self.committed[number] = self.usable(commit.authored), self.usable(commit.committed)
        subject = commit.message.partition("\n")[0].strip()
        self.subjects[number] = digest(plain_subject(subject))
        self.pulls[number] = pull_of(subject) or merged_pull(subject)
        self.keys.read(number, commit, time.gmtime(max(self.authored[number], 0)).tm_year)
        if _SQUASH.search(subject) or "\nSee merge request " in commit.message:
            self.squashed.add(number)
        if reverted := revert_of(commit.message):
            self.reverts[number] = reverted

    def read(self, commits: Iterable[LoggedCommit]) -> Iterator[int]:
        """Add all, saying after each how many were read."""
        for count, commit in enumerate(commits, start=1):
            self.add(commit)
            yield count

    def usable(self, seconds: int | None) -> int:
        """A time in seconds since the epoch, or UNKNOWN."""
        return seconds if seconds is not None and _EARLIEST <= seconds <= self._latest else UNKNOWN

    def find(self, sha: str) -> int | None:
        """The number of a commit that was read."""
        number = self._number.get(bytes.fromhex(sha))
        return number if number is not None and self.parents[number] is not None else None

    def find_short(self, sha: str) -> int | None:
        """The number of a commit by the beginning of its name, where that is one."""
        if len(sha) in {40, 64}:
            return self.find(sha)
        if len(self._sorted) != len(self):
            self._sorted = sorted(self._shas)
        start = bisect_left(self._sorted, bytes.fromhex(sha[: len(sha) // 2 * 2]))
        near = takewhile(lambda full: full.hex() < f"{sha}g", islice(self._sorted, start, None))
        named = [full for full in near if full.hex().startswith(sha)]
        return self.find(named[0].hex()) if len(named) == 1 else None

    def sha(self, number: int) -> str:
        """The commit's full name."""
        return self._shas[number].hex()

    def is_merge(self, number: int) -> bool:
        """Whether it has more than one parent."""
        return len(self.parents[number] or ()) > 1

    def parents_first(self) -> list[int]:
        """Every commit that was read, after all of its parents that were."""
        waiting = array("l", bytes(len(self) * array("l").itemsize))
        children: list[list[int]] = [[] for _ in range(len(self))]
        for number, parents in enumerate(self.parents):
            known = {parent for parent in parents or () if self.parents[parent] is not None}
            waiting[number] = len(known)
            for parent in known:
                children[parent].append(number)
        order = [number for number, parents in enumerate(self.parents) if parents is not None and not waiting[number]]
        for number in order:
            for child in children[number]:
                waiting[child] -= 1
                if not waiting[child]:
                    order.append(child)
        return order

    def _of(self, sha: str) -> int:
        key = bytes.fromhex(sha)
        number = self._number.setdefault(key, len(self._shas))
        if number == len(self._shas):
            self._shas.append(key)
            self.parents.append(None)
            self.authored.append(UNKNOWN)
            self.committed.append(UNKNOWN)
            self.pulls.append(0)
            self.subjects.append(b"")
        return number
