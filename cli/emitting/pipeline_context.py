"""Fields that a pipeline's environment and clone give: repository, commit, run, and commits since a tag."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.emitting import pipeline_variables as variables
from cli.emitting.last_deployment import deployed_before
from cli.failure import CommandError, WrongInputError
from cli.git.reading.clone import Clone
from cli.git.reading.parsing import LoggedCommit
from cli.moments import now
from cli.terminal import say
from events.times import rfc3339
from shared.sources.idea_keys import ANY_PROJECT, keys_of_message, unique

_EARLIEST = 365 * 86_400
_CUT = (
    "this clone is shallow, and no deployment before this one is in it: the head alone is told, without its commits, "
    "and recorded pushes fill in; fetch-depth: 0 in a checkout step (git fetch --unshallow --tags) lets them be listed"
)
MOST_COMMITS = 1_000
"""That are listed unasked: 100 KB of an event."""


def defaults_for_deployment(
    environment: Mapping[str, str], folder: Path, since: str | None, moment: datetime
) -> dict[str, Any]:
    """Defaults of a deployment's fields; what is not found is left out."""
    clone = _clone(folder)
    head = variables.first(environment, variables.SHA) or (clone.commit_of("HEAD") if clone else None)
    repository = variables.repository_of(environment) or (clone.repository if clone else None)
    run = variables.first(environment, variables.RUN) or (f"{head[:12]}-{moment:%Y%m%dT%H%M%SZ}" if head else None)
    defaults: dict[str, Any] = {
        "deployment": run,
        "repository": repository,
        "head": head,
        "environment": variables.environment_of(environment),
        "outcome": variables.outcome_of(environment),
    }
    if since is not None:
        defaults["commits"] = _commits(clone, since, head or "HEAD", repository)
    elif clone is not None and head:
        defaults["commits"] = _commits_by_themselves(environment, clone, head, repository)
    return {name: value for name, value in defaults.items() if value}


def _commits_by_themselves(
    environment: Mapping[str, str], clone: Clone, head: str, repository: str | None
) -> list[dict[str, Any]]:
    """Those since the last deployment, where it is known. What nobody asked for must not cost the event: neither a
    clone in which git cannot look, nor more commits than an event holds.
    """
    try:
        since = deployed_before(environment, clone, head) if clone.commit_of(head) else None
        if since is None and clone.is_shallow:
            say(_CUT, "warning")
        commits = _commits(clone, since, head, repository) if since else []
    except CommandError:
        return []
    return commits if len(commits) <= MOST_COMMITS else []


def _commits(clone: Clone | None, since: str, head: str, repository: str | None) -> list[dict[str, Any]]:
    """The commits after the last deployment, at `since`, oldest first: all of them, or none and a warning."""
    if clone is None:
        raise WrongInputError(f"--since: got {since!r}, but there is no git clone here to look it up in")
    before, tip = clone.commit_of(since), clone.commit_of(head)
    if before is None or tip is None:
        named = since if before is None else head
        raise WrongInputError(
            f"--since: got {since!r}, expected a tag, branch or commit of the clone here ({named} is none); "
            "fetch it first"
        )
    commits = [*clone.log([tip], without=[before])][::-1]
    if clone.unreadable or not clone.cut().isdisjoint(commit.sha for commit in commits):
        say(_incomplete(clone, since, before), "warning")
        return []
    return [_commit_entry(commit, repository) for commit in commits]


def _commit_entry(commit: LoggedCommit, repository: str | None) -> dict[str, Any]:
    time = _usable(commit.authored) or _usable(commit.committed)
    entry: dict[str, Any] = {"sha": commit.sha, "time": rfc3339(time or now())}
    keys = () if commit.by_program else keys_of_message(commit.message, ANY_PROJECT)
    if ideas := unique(keys, repository):
        entry["ideas"] = list(ideas)
    return entry


def _usable(seconds: int | None) -> datetime | None:
    """A time that can be: not before 1971, and not ahead of now."""
    latest = (now() + timedelta(days=1)).timestamp()
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and _EARLIEST <= seconds <= latest else None


def _incomplete(clone: Clone, since: str, before: str) -> str:
    """A sentence on how deep a clone would hold all commits since `since`, by its date."""
    made = next((commit.committed for commit in clone.log([before])), None)
    since_day = datetime.fromtimestamp(made - 86_400, UTC).date() if _usable(made) and made else None
    deep = f"git fetch --shallow-since={since_day}" if since_day else "git fetch --unshallow"
    return (
        f"this clone ends before {since}: the head alone is told, without its commits, and recorded pushes fill in; "
        f"{deep} (or fetch-depth: 0 in a checkout step) brings them"
    )


def _clone(folder: Path) -> Clone | None:
    try:
        return Clone(folder)
    except CommandError:
        return None
