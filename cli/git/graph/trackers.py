"""The idea keys of a history that count: those of projects that history itself makes a tracker (history: "Ideas").

Two keys of a project are a mention. At least five different numbers, and in some year at least 5% of the commits whose
subject holds any key, are a tracker; a known standard's name (`UTF`) needs five commits and 5% of all of that year.
"""

import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from cli.git.reading.parsing import LoggedCommit
from shared.sources.idea_keys import Projects, keys_by, keys_of_message, keys_of_title, project_of, unique
from shared.sources.known_names import KNOWN

_LEAST_NUMBERS = 5
_LEAST_SHARE = 0.05
_MAY_HOLD = re.compile(r"[A-Za-z0-9_]-[0-9]|#[0-9]|/issues/")
"""A mark that most messages lack: nothing else need be read of them."""
_ANY = Projects(anything=True)


class Project(Struct, frozen=True):
    """A project and how many different keys of it there are."""

    name: str
    keys: int


class Keys:
    """The keys of every commit read, until `settle` says which of them count."""

    def __init__(
        self,
        repository: str,
        projects: tuple[str, ...] = (),
        pattern: re.Pattern[str] | None = None,
        *,
        off: bool = False,
    ) -> None:
        """`projects` are named by a person, `pattern` is one's own; `off`: none are looked for."""
        self._repository, self._named, self._pattern, self._off = repository, projects, pattern, off
        self._wanted = Projects(projects, anything=True)
        self._keys_of: dict[int, tuple[str, ...]] = {}
        self._numbers: dict[str, set[str]] = {}
        self._keyed: Counter[int] = Counter()
        self._all: Counter[int] = Counter()
        self._by_project: dict[str, Counter[int]] = {}

    def read(self, number: int, commit: LoggedCommit, year: int) -> None:
        """Keep the keys of one commit; a program's messages quote other people's."""
        if self._off or commit.by_program:
            return
        if self._pattern is None and not _MAY_HOLD.search(commit.message):
            self._all[year] += 1
            return
        if self._pattern is not None:
            keys = unique(keys_by(self._pattern, commit.message), self._repository)
        else:
            keys = unique(keys_of_message(commit.message, self._wanted), self._repository)
            self._count(commit.message, keys, year)
        if keys:
            self._keys_of[number] = keys

    def settle(self) -> tuple[list[Project], list[Project]]:
        """Drop what does not count; returns the projects taken and those left out, most keys first."""
        named = {name.upper() for name in self._named}
        counted = {name for name in self._numbers if (name in named if named else self._is_tracker(name))}
        for number, keys in [*self._keys_of.items()]:
            self._keys_of[number] = tuple(
                key for key in keys if self._pattern or "#" in key or project_of(key) in counted
            )
        projects = sorted(self._numbers, key=lambda name: (-len(self._numbers[name]), name))
        taken = [Project(name, len(self._numbers[name])) for name in projects if name in counted]
        return taken, [Project(name, len(self._numbers[name])) for name in projects if name not in counted]

    def of(self, number: int) -> tuple[str, ...]:
        """The keys of one commit."""
        return self._keys_of.get(number, ())

    def of_all(self, numbers: Iterable[int]) -> list[str]:
        """The keys of several commits, each once."""
        return [*dict.fromkeys(key for number in numbers for key in self.of(number))]

    def _count(self, message: str, keys: tuple[str, ...], year: int) -> None:
        others = keys_of_message(message, _ANY) if self._named else ()
        for key in (*keys, *others):
            if (project := project_of(key)) is not None:
                self._numbers.setdefault(project, set()).add(key)
        self._all[year] += 1
        projects = {project for key in keys_of_title(message, _ANY) if (project := project_of(key)) is not None}
        self._keyed[year] += bool(projects)
        for project in projects:
            self._by_project.setdefault(project, Counter())[year] += 1

    def _is_tracker(self, project: str) -> bool:
        if len(self._numbers[project]) < _LEAST_NUMBERS:
            return False
        of = self._all if project in KNOWN else self._keyed
        years = self._by_project.get(project, Counter[int]())
        if project in KNOWN and years.total() < _LEAST_NUMBERS:
            return False  # one commit that lists `SHA-1` to `SHA-512` is no tracker
        return any(count >= _LEAST_SHARE * of[year] for year, count in years.items())
