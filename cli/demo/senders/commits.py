"""Commits before a deployment, as the story tells them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from cli.demo.senders.names import digits

Commits = Sequence[tuple[float, str | None]]
"""Of each commit, oldest first: hours before the deployment, and the idea that its message names."""


class Commit(Struct, frozen=True):
    """One commit of a repository."""

    sha: str
    time: datetime
    idea: str | None

    @property
    def message(self) -> str:
        """Names the idea as people do: a tracker's key in front, an issue after a word that says so."""
        if self.idea is None:
            return "Tidy up"
        return f"One step further\n\nRefs {self.idea}" if "#" in self.idea else f"{self.idea}: one step further"


def commits_of(deployment: str, finished: datetime, commits: Commits) -> Iterator[Commit]:
    """The commits that a deployment brings, named after it."""
    for place, (hours, idea) in enumerate(commits):
        yield Commit(digits(f"{deployment} {place}", 40), finished - timedelta(hours=hours), idea)
