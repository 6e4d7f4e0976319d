"""Releases as canonical events: `Deployment Finished` in production, `Feature Released`; their ids never change."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from cli.git.graph.history import UNKNOWN, History
from cli.git.releases import Release

SOURCE = "git"
COMMITS_PER_EVENT = 1000
"""EventBridge takes 256 KB an entry; several events of one deployment are united (domain: "Deployments")."""
_ID_LENGTH = 128
NAME_LENGTH = 256
"""Characters of a name in an event; a tag's may be longer, and is cut with a hash of the whole behind it."""
_NAMESPACE = uuid.UUID("6f0a2f3e-5d0b-5f57-9a3c-2f7d3f1f4c11")


class Naming(Struct, frozen=True):
    """The fields that all events of one service's releases share."""

    service: str
    repository: str
    flywheel: str | None = None
    revision: int = 1


def events_of(
    history: History, releases: Iterable[tuple[Release, str | None]], naming: Naming
) -> Iterator[dict[str, Any]]:
    """EventBridge events in order of the releases, each with the feature of its train if it is in one.

    No message, no name and no address of a person is in them.
    """
    for release, train in releases:
        ideas = history.keys.of_all(release.carried)
        yield from _deployment(history, release, naming, ideas)
        yield from _features(history, release, naming, ideas, train)


def _deployment(history: History, release: Release, naming: Naming, ideas: list[str]) -> Iterator[dict[str, Any]]:
    listed = release.listed
    commits = [_commit(history, number) for number in listed or () if history.authored[number] != UNKNOWN]
    for part, start in enumerate(range(0, max(1, len(commits)), COMMITS_PER_EVENT), start=1):
        detail: dict[str, Any] = {
            "deployment": _fitted(release.mark.name.name),
            "service": _fitted(naming.service),
            "environment": "production",
            "outcome": "succeeded",
            "kind": release.kind,
            "repository": _fitted(naming.repository),
            "head": history.sha(release.mark.tip),
        }
        if listed is not None:
            detail["commits"] = commits[start : start + COMMITS_PER_EVENT]
        elif ideas:
            detail["ideas"] = ideas
        if release.remediates:
            detail["remediates"] = _fitted(release.remediates)
        identity = ("deployment", release.mark.name.name, detail["head"][:12], str(part) if part > 1 else "")
        yield _event(release, naming, "Deployment Finished", identity, detail)


def _features(
    history: History, release: Release, naming: Naming, ideas: list[str], train: str | None
) -> Iterator[dict[str, Any]]:
    """One release; joined with each idea that its commits name, so that the idea's turn is released by it."""
    for idea in ideas or (None,):
        detail: dict[str, Any] = {"feature": _fitted(train or f"{naming.service}@{release.mark.name.label}")}
        detail["service"] = _fitted(naming.service)
        if idea:
            detail["idea"] = idea
        detail["deployments"] = [_fitted(release.mark.name.name)]
        identity = ("release", release.mark.name.name, history.sha(release.mark.tip)[:12], idea or "")
        yield _event(release, naming, "Feature Released", identity, detail)


def _commit(history: History, number: int) -> dict[str, Any]:
    commit: dict[str, Any] = {"sha": history.sha(number), "time": _moment(history.authored[number])}
    if ideas := history.keys.of(number):
        commit["ideas"] = list(ideas)
    return commit


def _event(
    release: Release, naming: Naming, detail_type: str, identity: tuple[str, ...], detail: dict[str, Any]
) -> dict[str, Any]:
    time = _moment(release.mark.time)
    name = _identifier(identity)
    common: dict[str, Any] = {"id": name, "time": time}
    if naming.flywheel:
        common["flywheel"] = naming.flywheel
    if naming.revision > 1:
        common["revision"] = naming.revision
    return {
        "version": "0",
        "id": str(uuid.uuid5(_NAMESPACE, name)),
        "source": SOURCE,
        "detail-type": detail_type,
        "time": time,
        "detail": {**common, **detail},
    }


def _fitted(name: str) -> str:
    if len(name) <= NAME_LENGTH:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{name[: NAME_LENGTH - len(digest) - 1]}-{digest}"


def _identifier(parts: tuple[str, ...]) -> str:
    """From what git itself never changes, so that importing again, from any clone, adds nothing."""
    name = ":".join(filter(None, parts))
    return name if len(name) <= _ID_LENGTH else f"{parts[0]}:{hashlib.sha256(name.encode()).hexdigest()}"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
