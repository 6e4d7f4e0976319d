"""Recorded changes: which commits a deployment carries that only tells its head (domain: "Deployments")."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from shared.flywheel.facts.fact import ChangeRecorded


class Recorded(Struct, frozen=True, gc=False):
    """A commit as a push recorded it. `time` in microseconds; None for a head that no push recorded."""

    sha: int
    time: int | None
    ideas: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


class Carried(Struct, frozen=True, gc=False):
    """The commits of one deployment, column by column, and all ideas that any of them names."""

    shas: tuple[int, ...] = ()
    times: tuple[int | None, ...] = ()
    ideas: tuple[tuple[str, ...], ...] = ()
    named: frozenset[str] = frozenset()


def carried_of(commits: Sequence[Recorded]) -> Carried:
    """These commits as a deployment carries them."""
    return Carried(
        tuple([commit.sha for commit in commits]),
        tuple([commit.time for commit in commits]),
        tuple([commit.ideas for commit in commits]),
        frozenset(idea for commit in commits for idea in commit.ideas),
    )


class Line:
    """The commits of one branch in the order of their earliest place."""

    def __init__(self) -> None:
        self.commits: list[Recorded] = []
        self.places: dict[int, int] = {}
        self._of_service: dict[str, list[int]] = {}
        self._between: dict[tuple[int, int, str | None], Carried] = {}

    def add(self, commit: Recorded) -> None:
        """Place a commit at the end; its earliest place counts."""
        if commit.sha in self.places:
            return
        place = self.places[commit.sha] = len(self.commits)
        self.commits.append(commit)
        for service in set(commit.services):
            self._of_service.setdefault(service, []).append(place)

    def between(self, first: int, last: int, service: str | None) -> Carried:
        """The commits placed in (first, last], of one service where one is given; the same object each time."""
        span = (first, last, service)
        if span not in self._between:
            self._between[span] = carried_of(self._placed(*span))
        return self._between[span]

    def _placed(self, first: int, last: int, service: str | None) -> list[Recorded]:
        if service is None:
            return self.commits[first + 1 : last + 1]
        places = self._of_service.get(service, [])
        return [self.commits[place] for place in places[bisect_right(places, first) : bisect_right(places, last)]]


class Repository:
    """The pushes to one repository, in order: by time, then source and id of the event."""

    def __init__(self, changes: Iterable[ChangeRecorded]) -> None:
        self._branch_of_head: dict[int, str | None] = {}
        self._branch_of_commit: dict[int, str | None] = {}
        self._first: dict[int, Recorded] = {}
        self._lines: dict[str | None, Line] = {}
        self._tells_services = False
        for change in sorted(changes, key=lambda each: (each.time, each.source, each.id)):
            self._branch_of_head.setdefault(change.head, change.branch)
            self._add(change)

    def carried(self, head: int, previous: int | None, service: str) -> Carried:
        """The commits that came between two heads; the head alone where either is not known to be on its branch."""
        branch = self._branch_of_head.get(head, self._branch_of_commit.get(head))
        line = self._lines.get(branch, Line())
        first = None if previous is None else line.places.get(previous)
        last = line.places.get(head)
        if first is not None and last is not None:
            return line.between(first, last, service if self._tells_services else None)
        alone = line.commits[last] if last is not None else self._first.get(head, Recorded(head, None))
        return carried_of([alone]) if not self._tells_services or service in alone.services else Carried()

    def _add(self, change: ChangeRecorded) -> None:
        line = self._lines.setdefault(change.branch, Line())
        none: tuple[tuple[str, ...], ...] = ((),) * len(change.shas)
        all_ideas, all_services = change.commit_ideas or none, change.commit_services or none
        for sha, time, ideas, services in zip(change.shas, change.commit_times, all_ideas, all_services, strict=True):
            commit = Recorded(sha, time, ideas, services)
            self._tells_services = self._tells_services or bool(services)
            self._branch_of_commit.setdefault(commit.sha, change.branch)
            self._first.setdefault(commit.sha, commit)
            line.add(commit)
