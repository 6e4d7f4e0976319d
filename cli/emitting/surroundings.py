"""What a pipeline's step need not say because its surroundings do: repository, commit, run, and commits since a tag."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.failure import CommandError, WrongInputError
from cli.git.clone import Clone
from cli.moments import rfc3339
from shared.sources.idea_keys import DEFAULT_IDEA_PATTERN, ideas_in

_SHA = (
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "CIRCLE_SHA1",
    "BUILDKITE_COMMIT",
    "CODEBUILD_RESOLVED_SOURCE_VERSION",
    "GIT_COMMIT",
)
_REPOSITORY = ("GITHUB_REPOSITORY", "CI_PROJECT_PATH", "BITBUCKET_REPO_FULL_NAME")
_RUN = (
    "GITHUB_RUN_ID",
    "CI_PIPELINE_ID",
    "CIRCLE_WORKFLOW_ID",
    "BUILDKITE_BUILD_ID",
    "CODEBUILD_BUILD_ID",
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
    return {name: value for name, value in found.items() if value}


def _commits(clone: Clone | None, since: str, head: str, repository: str | None) -> list[dict[str, Any]]:
    """What the last deployment, at `since`, did not have yet; oldest first."""
    if clone is None:
        raise WrongInputError(f"--since: got {since!r}, but there is no git clone here to look it up in")
    if clone.commit_of(since) is None:
        raise CommandError(
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
