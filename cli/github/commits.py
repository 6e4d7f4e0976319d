"""The default branch's commits as a graph, so that what a push or a deployment brought is found without asking."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct


class Commit(Struct, frozen=True):
    """A commit as a `push` delivery describes it. `message` and `author` are read for idea keys and then dropped."""

    sha: str
    parents: tuple[str, ...]
    authored: str
    """When it was written, which survives rebasing and cherry-picking, as `flywheel import git` has it."""
    message: str
    by_program: bool

    def as_pushed(self, files: dict[str, list[str]] | None = None) -> dict[str, Any]:
        """The commit as the webhook sends it."""
        author = {"type": "Bot"} if self.by_program else {}
        return {"id": self.sha, "timestamp": self.authored, "message": self.message, "author": author, **(files or {})}


def commit_of(item: Any) -> Commit | None:
    """From an item of GitHub's lists of commits; None for one that cannot be read."""
    try:
        inner, account = item["commit"], item.get("author") or {}
        name = str((inner.get("author") or {}).get("name") or "")
        return Commit(
            sha=item["sha"],
            parents=tuple(parent["sha"] for parent in item["parents"]),
            authored=(inner.get("author") or inner["committer"])["date"],
            message=inner.get("message") or "",
            by_program=account.get("type") == "Bot" or name.endswith("[bot]"),
        )
    except (KeyError, TypeError, AttributeError):
        return None


class Graph:
    """Commits by sha, and which of them were told already."""

    def __init__(self, commits: Iterable[Commit]) -> None:
        self._commits = {commit.sha: commit for commit in commits}
        self._brought: set[str] = set()

    def __contains__(self, sha: str) -> bool:
        return sha in self._commits

    def commit(self, sha: str) -> Commit:
        """The commit of a sha that is in the graph."""
        return self._commits[sha]

    def bring(self, head: str) -> list[Commit]:
        """The commits that `head` brought: reachable from it and from no head before, parents before children."""
        commits: list[Commit] = []
        pending: list[tuple[str, bool]] = [(head, False)]
        while pending:
            sha, done = pending.pop()
            if done:
                commits.append(self._commits[sha])
            elif sha in self._commits and sha not in self._brought:
                self._brought.add(sha)
                pending.append((sha, True))
                pending.extend((parent, False) for parent in reversed(self._commits[sha].parents))
        return commits
