"""The bounds of one fold of one flywheel's events: figures are exact or there are none.

Everything in a fold is linear in its events but for what these bound: events that name each other many to many. A
flywheel over a bound has no figures, is set aside and told of, and keeps no other from its own.
"""

CARRIED = 10_000_000
"""Commits that deployments carry by their heads, counted for each deployment: a head that goes to and fro carries the
commits in between each time."""
LINKED = 10_000_000
"""Links of releases: the deployments that each names, for each of its turns."""


class TooMuchToFoldError(ValueError):
    """The events of a flywheel name each other too often to be folded."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"more than {most} {what}: its events name each other too often")
        self.what = what
        self.most = most


class Tally:
    """Counts towards one bound."""

    def __init__(self, what: str, most: int) -> None:
        self._what, self._most, self._count = what, most, 0

    def add(self, count: int) -> None:
        """Raises TooMuchToFoldError where that is one too many."""
        self._count += count
        if self._count > self._most:
            raise TooMuchToFoldError(self._what, self._most)
