"""The commit graph in memory, small enough for large histories: some 300 bytes a commit, and no message or name."""

import re
from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from cli.git.clone import LoggedCommit
from shared.sources.idea_keys import ideas_in

_REVERT = re.compile(r"revert\b[\s:(\"']", re.IGNORECASE)
_REVERT_OF_REVERT = re.compile(r"revert[\s:\"'“]+(?:revert|reapply)\b", re.IGNORECASE)
_TARGET = re.compile(r"\breverts? commit ([0-9a-f]{7,64})\b")
_QUOTED = re.compile(r"revert:?\s+[\"“](?P<subject>.*)[\"”](?:\s+\(#\d+\))?$", re.IGNORECASE)
_SQUASH = re.compile(r"\(#\d+\)$|\(!\d+\)$")


class History:
    """Commits by a small number each, in the order in which git first spoke of them."""

    def __init__(self, idea_pattern: re.Pattern[str] | None, repository: str | None = None) -> None:
        self._pattern = idea_pattern
        self._repository = repository
        self._number: dict[bytes, int] = {}
        self._shas: list[bytes] = []
        self.parents: list[tuple[int, ...] | None] = []
        """None where only a child was seen: a shallow clone ends there."""
        self.authored = array("q")
        self.committed = array("q")
        self.ideas: dict[int, tuple[str, ...]] = {}
        self.squashed: set[int] = set()
        self._subjects: list[bytes] = []
        self._reverts: dict[int, tuple[str | None, bytes | None]] = {}

    def __len__(self) -> int:
        return len(self._shas)

    def add(self, commit: LoggedCommit) -> None:
        """Keep what figures need of one commit."""
        number = self._of(commit.sha)
        self.parents[number] = tuple(self._of(parent) for parent in commit.parents)
        self.authored[number], self.committed[number] = commit.authored, commit.committed
        subject = commit.message.split("\n", 1)[0].strip()
        self._subjects[number] = _digest(subject)
        if self._pattern and (ideas := ideas_in(commit.message, self._pattern, self._repository)):
            self.ideas[number] = ideas
        if _SQUASH.search(subject) or "\nSee merge request " in commit.message:
            self.squashed.add(number)
        if _REVERT.match(subject) and not _REVERT_OF_REVERT.match(subject):
            target, quoted = _TARGET.search(commit.message), _QUOTED.match(subject)
            self._reverts[number] = (target and target[1], quoted and _digest(quoted["subject"].strip()))

    def read(self, commits: Iterable[LoggedCommit]) -> Iterator[int]:
        """Add all, saying after each how many were read."""
        for count, commit in enumerate(commits, start=1):
            self.add(commit)
            yield count

    def find(self, sha: str) -> int | None:
        """The number of a commit that was read."""
        number = self._number.get(bytes.fromhex(sha))
        return number if number is not None and self.parents[number] is not None else None

    def sha(self, number: int) -> str:
        """The commit's full name."""
        return self._shas[number].hex()

    def is_merge(self, number: int) -> bool:
        """Whether it has more than one parent."""
        return len(self.parents[number] or ()) > 1

    def is_revert(self, number: int) -> bool:
        """Whether its message says that it takes another commit back (a revert of a revert does not)."""
        return number in self._reverts

    def takes_back(self, number: int, candidates: Iterable[int]) -> list[int]:
        """Those of the candidates that a revert names, by sha or by quoting the subject."""
        target, subject = self._reverts[number]
        if target:
            return [other for other in candidates if self.sha(other).startswith(target)]
        return [other for other in candidates if other != number and self._subjects[other] == subject]

    def names_its_target(self, number: int) -> bool:
        """Whether a revert says at all what it takes back."""
        return self._reverts[number] != (None, None)

    def _of(self, sha: str) -> int:
        key = bytes.fromhex(sha)
        number = self._number.setdefault(key, len(self._shas))
        if number == len(self._shas):
            self._shas.append(key)
            self.parents.append(None)
            self.authored.append(0)
            self.committed.append(0)
            self._subjects.append(b"")
        return number


def _digest(subject: str) -> bytes:
    return blake2b(subject.encode(), digest_size=8).digest()
