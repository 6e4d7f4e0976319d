"""Variables that pipelines set for every job: those that say a deployment's commit, repository, run, place and end."""

from collections.abc import Mapping
from typing import Final

from cli.git.reading.remote import repository_of_remote

SHA: Final = (
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "CIRCLE_SHA1",
    "BUILDKITE_COMMIT",
    "CODEBUILD_RESOLVED_SOURCE_VERSION",
    "GIT_COMMIT",
    "BITBUCKET_COMMIT",
    "BUILD_SOURCEVERSION",
    "ARGOCD_APP_REVISION",
)
REPOSITORY: Final = ("GITHUB_REPOSITORY", "CI_PROJECT_PATH", "BITBUCKET_REPO_FULL_NAME", "BUILD_REPOSITORY_NAME")
_REMOTE: Final = (
    "CIRCLE_REPOSITORY_URL",
    "BUILDKITE_REPO",
    "CODEBUILD_SOURCE_REPO_URL",
    "GIT_URL",
    "ARGOCD_APP_SOURCE_REPO_URL",
)
"""The same as the address of a remote, of which host and credentials are no part of the name."""
RUN: Final = (
    "GITHUB_RUN_ID",
    "CI_PIPELINE_ID",
    "CIRCLE_WORKFLOW_ID",
    "BUILDKITE_BUILD_ID",
    "CODEBUILD_BUILD_ID",
    "BITBUCKET_PIPELINE_UUID",
    "BUILD_BUILDID",
    "BUILD_TAG",
)
_ENVIRONMENT: Final = ("CI_ENVIRONMENT_NAME", "BITBUCKET_DEPLOYMENT_ENVIRONMENT")
"""GitLab's and Bitbucket's names of the environment that the job deploys to."""
FIELDS: Final = {"deployment": RUN, "head": SHA, "repository": (*REPOSITORY, *_REMOTE)}
"""Field of a deployment → the variables of pipelines that say it; else a clone does."""

CANCELLED: Final = "cancelled"
_STATES: Final = {
    "CI_JOB_STATUS": {"success": "succeeded", "failed": "failed", "canceled": CANCELLED},
    "AGENT_JOBSTATUS": {
        "Succeeded": "succeeded",
        "SucceededWithIssues": "succeeded",
        "Failed": "failed",
        "Canceled": CANCELLED,
    },
    "CODEBUILD_BUILD_SUCCEEDING": {"1": "succeeded", "0": "failed"},
}
"""How a job ended, by variable and value: in GitLab's `after_script`, Azure's job so far, CodeBuild's `post_build`."""
_EXIT_CODES: Final = ("BITBUCKET_EXIT_CODE", "BUILDKITE_COMMAND_EXIT_STATUS")
"""Of Bitbucket's `after-script` and Buildkite's `post-command` hook."""


def first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The first of these variables that says something."""
    return next((environment[name] for name in names if environment.get(name)), None)


def repository_of(environment: Mapping[str, str]) -> str | None:
    """The repository that is deployed, as `owner/name`."""
    remote = first(environment, _REMOTE)
    return first(environment, REPOSITORY) or (repository_of_remote(remote) if remote else None)


def environment_of(environment: Mapping[str, str]) -> str | None:
    """The environment that the pipeline says it deploys to."""
    return first(environment, _ENVIRONMENT)


def outcome_of(environment: Mapping[str, str]) -> str | None:
    """How the job ended: `succeeded`, `failed` or `cancelled`; None where no variable says so, or it goes on."""
    for name, states in _STATES.items():
        if environment.get(name) in states:
            return states[environment[name]]
    code = first(environment, _EXIT_CODES)
    return None if code is None else "succeeded" if code == "0" else "failed"
