"""What a pipeline's step need not say because its surroundings do: repository, commit, run, and commits since a tag."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.emitting.last_deployment import deployed_before
from cli.failure import CommandError, WrongInputError
from cli.git.clone import Clone
from events.times import rfc3339
from shared.sources.idea_keys import DEFAULT_IDEA_PATTERN, ideas_in

MOST_COMMITS = 1_000
"""That are listed unasked: 100 KB of an event."""
_SHA = (
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "CIRCLE_SHA1",
    "BUILDKITE_COMMIT",
    "CODEBUILD_RESOLVED_SOURCE_VERSION",
    "GIT_COMMIT",
    "BITBUCKET_COMMIT",
    "BUILD_SOURCEVERSION",
)
_REPOSITORY = ("GITHUB_REPOSITORY", "CI_PROJECT_PATH", "BITBUCKET_REPO_FULL_NAME", "BUILD_REPOSITORY_NAME")
_RUN = (
    "GITHUB_RUN_ID",
    "CI_PIPELINE_ID",
    "CIRCLE_WORKFLOW_ID",
    "BUILDKITE_BUILD_ID",
    "CODEBUILD_BUILD_ID",
    "BITBUCKET_PIPELINE_UUID",
    "BUILD_BUILDID",
    "BUILD_TAG",
)


def found_for_deployment(
    environment: Mapping[str, str], folder: Path, since: str | None, moment: datetime
) -> dict[str, Any]:
    """Defaults of a deployment's fields; what is not found is left out."""
    clone = _clone(folder)
    head = _first(environment, _SHA) or (clone.commit_of("HEAD") if clone else None)
    repository = _first(environment, _REPOSITORY) or (clone.repository if clone else None)
    run = _first(environment, _RUN) or (f"{head[:12]}-{moment:%Y%m%dT%H%M%SZ}" if head else None)
    found: dict[str, Any] = {"deployment": run, "repository": repository, "head": head}
    if since is not None:
        found["commits"] = _commits(clone, since, head or "HEAD", repository)
    elif clone is not None and head:
        found["commits"] = _commits_by_themselves(environment, clone, head, repository)
    return {name: value for name, value in found.items() if value}


def _commits_by_themselves(
    environment: Mapping[str, str], clone: Clone, head: str, repository: str | None
) -> list[dict[str, Any]]:
    """Those since the last deployment, where it is known. What nobody asked for must not cost the event: neither a
    clone in which git cannot look, nor more commits than an event holds.
    """
    try:
        since = deployed_before(environment, clone, head) if clone.commit_of(head) else None
        commits = _commits(clone, since, head, repository) if since else []
    except CommandError:
        return []
    return commits if len(commits) <= MOST_COMMITS else []


def _commits(clone: Clone | None, since: str, head: str, repository: str | None) -> list[dict[str, Any]]:
    """What the last deployment, at `since`, did not have yet; oldest first."""
    if clone is None:
        raise WrongInputError(f"--since: got {since!r}, but there is no git clone here to look it up in")
    if clone.commit_of(since) is None:
        raise WrongInputError(
            f"--since: got {since!r}, expected a tag, branch or commit of the clone here; fetch it first"
        )
    pattern = re.compile(DEFAULT_IDEA_PATTERN)
    commits = []
    for commit in clone.log([head, f"^{since}"]):
        entry: dict[str, Any] = {"sha": commit.sha, "time": rfc3339(datetime.fromtimestamp(commit.authored, UTC))}
        if ideas := ideas_in(commit.message, pattern, repository):
            entry["ideas"] = list(ideas)
        commits.append(entry)
    return commits[::-1]


def _clone(folder: Path) -> Clone | None:
    try:
        return Clone(folder)
    except CommandError:
        return None


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environment[name] for name in names if environment.get(name)), None)
