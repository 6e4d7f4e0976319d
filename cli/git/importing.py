"""One clone, read once, as events: tags by family, or one branch."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from cli.failure import CommandError
from cli.git.as_events import Naming, events_of
from cli.git.clone import Clone, Tagged
from cli.git.history import History
from cli.git.releases import Mark, Release, landings_of, releases_of
from cli.git.tag_names import TagName, read_tag

_LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())


class Choices(Struct, frozen=True):
    """What the person chose."""

    branch: str | None = None
    tags: str | None = None
    services: tuple[str, ...] = ()
    flywheel: str | None = None
    idea_pattern: re.Pattern[str] | None = None
    pre_releases: bool = False
    rework_hours: float = 24.0
    revision: int = 1


class Imported(Struct, frozen=True):
    """The events in order of time, and what the person should know about them."""

    events: list[dict[str, Any]]
    notes: list[str]
    warnings: list[str]
    commits: int
    releases: int


def import_clone(clone: Clone, choices: Choices, progress: Callable[[int], None]) -> Imported:
    """Read the history and make its events. Raises CommandError where there is nothing to take as a release."""
    notes: list[str] = []
    warnings = [_SHALLOW] if clone.is_shallow else []
    history = History(choices.idea_pattern, clone.repository)
    if choices.branch is None:
        families = _tagged(clone, choices, history, progress, notes)
    else:
        families = {"": _landed(clone, choices.branch, history, progress, notes)}
    services = _services(families, choices.services, clone.repository, warnings)
    events: list[dict[str, Any]] = []
    count = 0
    for family, marks in sorted(families.items()):
        releases = releases_of(history, marks, choices.rework_hours)
        count += len(releases)
        notes.append(_told(services[family], releases))
        naming = Naming(services[family], clone.repository, choices.flywheel, choices.revision)
        events.extend(events_of(history, releases, naming))
    events.sort(key=lambda event: (event["time"], event["detail-type"], event["detail"]["id"]))
    return Imported(events, notes, warnings, commits=len(history), releases=count)


_SHALLOW = (
    "shallow clone: commits before the cut are unknown, so lead times count only the commits at hand and releases "
    "before it are missing; git fetch --unshallow --tags brings the rest"
)


def _tagged(
    clone: Clone, choices: Choices, history: History, progress: Callable[[int], None], notes: list[str]
) -> dict[str, list[Mark]]:
    chosen = _chosen(clone, choices, notes)
    _read(clone, [tag.sha for tag, _ in chosen], history, progress)
    own = clone.repository.rpartition("/")[2].lower()
    families: dict[str, list[Mark]] = {}
    for tag, name in chosen:
        tip = history.find(tag.sha)
        if tip is None:
            continue
        made = tag.time if tag.time is not None and 0 < tag.time < _LATEST else 0
        family = "" if name.family.lower() == own else name.family
        families.setdefault(family, []).append(Mark(name, tip, max(made, history.committed[tip])))
    return families


def _chosen(clone: Clone, choices: Choices, notes: list[str]) -> list[tuple[Tagged, TagName]]:
    """The tags that are releases to production."""
    found = [tag for tag in clone.tags() if choices.tags is None or fnmatchcase(tag.name, choices.tags)]
    if not found:
        raise CommandError(_nothing(clone, choices))
    named = [(tag, read_tag(tag.name)) for tag in found]
    if not any(name.version for _, name in named):
        return named
    left = [tag.name for tag, name in named if not name.version]
    early = [tag.name for tag, name in named if name.version and name.pre_release and not choices.pre_releases]
    if left:
        notes.append(f"left out, no version in the name: {_few(left)} (--tags GLOB chooses)")
    if early:
        notes.append(f"left out, pre-releases: {_few(early)} (--pre-releases takes them)")
    out = {*left, *early}
    chosen = [(tag, name) for tag, name in named if tag.name not in out]
    if not chosen:
        raise CommandError(
            f"PATH: all of the {len(found)} tags are pre-releases; --pre-releases takes them as releases"
        )
    return chosen


def _nothing(clone: Clone, choices: Choices) -> str:
    if choices.tags is not None:
        return f"--tags: got {choices.tags!r}, and no tag matches; git tag --list shows what there is"
    branches = clone.branches()
    likely = next(
        (name for name in ("main", "master", "trunk") if name in branches), branches[0] if branches else "main"
    )
    return (
        f"PATH: {str(clone.path)!r} has no tags, so no release is known; "
        f"--branch {likely} takes what landed there as releases, or git fetch --tags brings the remote's tags"
    )


def _landed(
    clone: Clone, branch: str, history: History, progress: Callable[[int], None], notes: list[str]
) -> list[Mark]:
    tip = clone.commit_of(branch)
    if tip is None:
        raise CommandError(
            f"--branch: got {branch!r}, expected one of {', '.join(clone.branches()) or 'none: it is empty'}"
        )
    _read(clone, [tip], history, progress)
    marks = landings_of(history, history.find(tip) or 0)
    if history.sha(marks[-1].tip) != tip:
        notes.append(f"commits on {branch} after its last merge have not landed by one and are left out")
    return marks


def _read(clone: Clone, tips: list[str], history: History, progress: Callable[[int], None]) -> None:
    for count in history.read(clone.log(dict.fromkeys(tips))):
        progress(count)


def _services(
    families: dict[str, list[Mark]], asked: tuple[str, ...], repository: str, warnings: list[str]
) -> dict[str, str]:
    """The service of each tag family: `--service NAME` for the one without prefix, `FAMILY=NAME` for another."""
    renamed = dict(text.split("=", 1) for text in asked if "=" in text)
    plain = next((text for text in asked if "=" not in text), None)
    single = len(families) == 1
    known = ", ".join(sorted(filter(None, families))) or "none with a prefix"
    warnings += [
        f"--service: no tags of family {family!r}; there are {known}" for family in renamed.keys() - families.keys()
    ]
    if plain and not single:
        warnings.append(
            f"--service {plain}: several tag families; the others keep their names, --service FAMILY=NAME changes one"
        )
    own = repository.rpartition("/")[2]
    return {
        family: renamed.get(family) or (plain if plain and (single or not family) else family or own)
        for family in families
    }


def _told(service: str, releases: list[Release]) -> str:
    rework = sum(release.kind != "planned" for release in releases)
    behind = max(0, len(releases[0].commits) - 1)
    text = f"{service}: {len(releases)} releases, {rework} of them rework"
    if behind:
        name = releases[0].mark.name.name
        text += f"; no lead time for the {behind:,} commits before the first, {name}: none says since when"
    return text


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
