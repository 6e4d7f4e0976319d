"""One clone, read once, as events: tags by family, or one branch."""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cli.failure import CommandError, WrongInputError
from cli.git.account import ImportAccount
from cli.git.as_events import Naming, events_of
from cli.git.families import by_family, carried, newest_first, trains_of
from cli.git.graph.history import History
from cli.git.graph.parts import parts_of, stated_parts
from cli.git.graph.times import settle_times
from cli.git.graph.touching import touched
from cli.git.graph.trackers import Keys
from cli.git.reading.clone import Clone, Tagged
from cli.git.releases import Release, landings_of
from cli.git.rework.judging import judged
from cli.git.tags.marks import Mark, marks_of, tagged_times, without_aliases
from cli.git.tags.names import TagName, read_tags
from cli.git.tags.twins import united
from shared.flywheel.wording import count_of

Counting = Callable[[str], AbstractContextManager[Callable[[int], None]]]
"""Progress: what is counted, and then each count."""

_EMPTY = "PATH: {!r} has no commit yet, so there is nothing to import; commit, or fetch a branch, first"

Parts = dict[str, tuple[str, ...]]
"""The directories of each family that has some."""


class Choices(Struct, frozen=True):
    """The options of an import."""

    branch: str | None = None
    tags: str | None = None
    services: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    flywheel: str | None = None
    idea_pattern: re.Pattern[str] | None = None
    idea_projects: tuple[str, ...] = ()
    no_ideas: bool = False
    pre_releases: bool = False
    rework_hours: float = 24.0
    revision: int = 1


class Imported(Struct, frozen=True):
    """The events in order of time, and what the person should know about them."""

    events: list[dict[str, Any]]
    account: ImportAccount
    commits: int
    releases: int


def import_clone(clone: Clone, choices: Choices, counting: Counting, now: datetime) -> Imported:
    """Read the history and make its events. Raises CommandError where there is nothing to take as a release."""
    return _Import(clone, choices, counting, now).run()


class _Import:
    def __init__(self, clone: Clone, choices: Choices, counting: Counting, now: datetime) -> None:
        self._clone, self._choices, self._counting = clone, choices, counting
        self._repository = clone.repository
        keys = Keys(self._repository, choices.idea_projects, choices.idea_pattern, off=choices.no_ideas)
        self._history = History(keys, int(now.timestamp()), self._repository)
        self.account = ImportAccount(rework_hours=choices.rework_hours)

    def run(self) -> Imported:
        """Everything, in the order in which one thing needs the other."""
        branch = self._choices.branch
        families = self._tagged() if branch is None else {"": self._landed(branch)}
        self.account.ideas(*self._history.keys.settle())
        services = self._services(families)
        trains = trains_of(families)
        events: list[dict[str, Any]] = []
        for family, releases in sorted(families.items()):
            naming = Naming(services[family], self._repository, self._choices.flywheel, self._choices.revision)
            named = ((release, self._train(trains.get(release.mark), services)) for release in releases)
            events.extend(events_of(self._history, named, naming))
            self.account.service(services[family], releases)
        events.sort(key=lambda event: (event["time"], event["detail-type"], event["detail"]["id"]))
        self.account.trains(len(set(trains.values())))
        self.account.clone(self._history, self._clone, families.values())
        count = sum(map(len, families.values()))
        return Imported(events, self.account, commits=len(self._history), releases=count)

    def _tagged(self) -> dict[str, list[Release]]:
        chosen = self._chosen()
        self._read([tag.sha for tag, _ in chosen])
        settle_times(self._history, tagged_times(self._history, chosen))
        marks, odd = marks_of(self._history, chosen)
        if not marks:
            reason = "has a time that can be, nor has its commit" if odd else "leads to a commit that can be read"
            raise CommandError(f"PATH: none of the {count_of(len(chosen), 'tag')} {reason}")
        self.account.odd_times(odd)
        tagged = newest_first(marks, self._history.sha)
        prefixed = {family: commits for family, commits in tagged.items() if family}
        if not all(self._clone.has_tree(commits[0]) for commits in [*prefixed.values()][-1:]):
            self.account.warn(_NO_TREES)
        directories: Parts = parts_of(self._clone, prefixed)
        marks = without_aliases(self._own_as_plain(marks, directories))
        tips = {family: commits[0] for family, commits in newest_first(marks, self._history.sha).items()}
        twins = united(marks, lambda family: any(directories.get(family, ())))
        self.account.twins(twins.examples)
        families = by_family(without_aliases(twins.marks))
        directories |= stated_parts(self._clone, self._choices.paths, _only(tips, families))
        parts = {name: part for name, part in directories.items() if name in families and "" not in part}
        whole = {"", *(name for name, part in directories.items() if "" in part)}
        touching = self._touching(parts)
        releases = carried(self._history, families, touching, self._choices.rework_hours, whole)
        self.account.parts(parts, releases.shared)
        return releases.releases

    def _own_as_plain(self, marks: list[Mark], directories: Parts) -> list[Mark]:
        """`jq-1.7` of `jq` is as `1.7`, unless it is one part of the tree among others, as `tokio-1.0` of `tokio`."""
        own = self._repository.rpartition("/")[2].lower()
        inner = {family for family, part in directories.items() if "" not in part}
        own = "" if any(family.lower() == own for family in inner) and len(inner) > 1 else own
        return [replace(mark, family="") if mark.family.lower() == own else mark for mark in marks]

    def _touching(self, parts: Parts) -> dict[str, set[int]]:
        """Commits by the family they touch; none where the clone has no trees to tell by."""
        if not parts:
            return {}
        try:
            with self._counting("commits compared") as progress:
                return touched(self._clone, self._history, parts, progress)
        except WrongInputError:
            self.account.warn(_NO_TREES)
            return {}

    def _chosen(self) -> list[tuple[Tagged, TagName]]:
        """The tags that are releases to production."""
        tags, glob = self._clone.tags(), self._choices.tags
        chosen_tags = [tag for tag in tags if glob is None or fnmatchcase(tag.name, glob)]
        if not chosen_tags:
            raise self._nothing(tags)
        named = [*zip(chosen_tags, read_tags(tag.name for tag in chosen_tags), strict=True)]
        if not any(name.version for _, name in named):
            return named
        left = [tag.name for tag, name in named if not name.version]
        early = [tag.name for tag, name in named if name.version and name.pre_release]
        early = [] if self._choices.pre_releases else early
        self.account.left_out(left, early)
        out = {*left, *early}
        chosen = [(tag, name) for tag, name in named if tag.name not in out]
        if not chosen:
            branch = self._clone.default_branch()
            raise CommandError(
                f"PATH: {_all_are(len(chosen_tags))}; --pre-releases takes them as releases, "
                f"--branch {branch} what landed there"
            )
        return chosen

    def _nothing(self, tags: list[Tagged]) -> CommandError:
        if not tags and not self._clone.branches():
            return CommandError(_EMPTY.format(str(self._clone.path)))
        if self._choices.tags is not None:
            return WrongInputError(
                f"--tags: got {self._choices.tags!r}, and none of the {count_of(len(tags), 'tag')} matches; "
                "git tag --list shows what there is"
            )
        return CommandError(
            f"PATH: {str(self._clone.path)!r} has no tags, so no release is known; --branch "
            f"{self._clone.default_branch()} takes what landed there as releases, "
            "or git fetch --tags brings the remote's tags"
        )

    def _landed(self, branch: str) -> list[Release]:
        if self._choices.paths:
            raise WrongInputError(f"--path: got {self._choices.paths[0]!r}, but --branch takes no tag families")
        tip = self._clone.commit_of(branch)
        if tip is None:
            branches = self._clone.branches()
            if not branches:
                raise CommandError(_EMPTY.format(str(self._clone.path)))
            raise WrongInputError(f"--branch: got {branch!r}, expected one of {', '.join(branches)}")
        self._read([tip])
        settle_times(self._history, {})
        number = self._history.find(tip)
        landed = landings_of(self._history, number) if number is not None else []
        releases = [release for release in landed if release.mark.time > 0]
        if not releases:
            raise CommandError(f"--branch: no commit of {branch!r} has a time that can be")
        self.account.branch(branch, releases, is_at_tip=releases[-1].mark.tip == number)
        return judged(self._history, releases, lambda _tip, _commit: True, self._choices.rework_hours)

    def _read(self, tips: list[str]) -> None:
        with self._counting("commits read") as progress:
            for count in self._history.read(self._clone.log(tips)):
                progress(count)

    def _services(self, families: dict[str, list[Release]]) -> dict[str, str]:
        """The service of each tag family: `--service NAME` for the one without prefix, `FAMILY=NAME` for another."""
        asked = self._choices.services
        renamed = {family: name for family, equals, name in (text.rpartition("=") for text in asked) if equals}
        plain = next((text for text in asked if "=" not in text), None)
        single = len(families) == 1
        known = ", ".join(sorted(filter(None, families))) or "none with a prefix"
        for family in sorted(renamed.keys() - families.keys()):
            self.account.warn(f"--service: no tags of family {family!r}; there are {known}")
        if plain and not single:
            self.account.warn(
                f"--service {plain}: several tag families; the others keep their names, "
                "--service FAMILY=NAME changes one"
            )
        own = self._repository.rpartition("/")[2]
        return {
            family: renamed.get(family) or (plain if plain and (single or not family) else family or own)
            for family in families
        }

    def _train(self, first: Mark | None, services: dict[str, str]) -> str | None:
        """The one feature of a train, by the tag that was made first."""
        own = services.get("", self._repository.rpartition("/")[2])
        return None if first is None else f"{own}@{first.name.name}"


_NO_TREES = (
    "this clone has not all its trees, so which commits touch which family is not known; git fetch --refetch "
    "--filter=blob:none brings them"
)


def _all_are(tags: int) -> str:
    return "the only tag is a pre-release" if tags == 1 else f"all of the {tags:,} tags are pre-releases"


def _only(tips: dict[str, str], families: Iterable[str]) -> dict[str, str]:
    return {family: tips[family] for family in families}
