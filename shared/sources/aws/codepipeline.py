"""AWS CodePipeline: an execution of a pipeline is a deployment; its Source action alone tells the commit."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from shared.sources.aws.deployment import Deployment
from shared.sources.aws.notice import Notice
from shared.sources.fields import NAME_LENGTH, Fields
from shared.sources.translation import Canonical, Translation, natural_id, translated

_OUTCOMES = {"SUCCEEDED": "succeeded", "FAILED": "failed"}
_NO_END = {
    "STOPPING": "the execution is being stopped",
    "STOPPED": "somebody stopped the execution: it neither deployed nor failed",
    "CANCELED": "the pipeline was changed while it ran: it neither deployed nor failed",
    "SUPERSEDED": "a later execution took its place: that one counts",
    "RESUMED": "a stage is tried again: the end of the execution counts",
}
_NO_COMMIT = {"S3": "a version of an object", "ECR": "an image's digest"}
_REPOSITORIES = (
    re.compile(r"[?&]FullRepositoryId=([^&#\s]+)"),
    re.compile(r"/repositor(?:y|ies)/([\w.-]+)/commit/"),
    re.compile(r"https://[^/?#\s]+/([\w.-]+/[\w.-]+)/commit/"),
)
"""Of a connection, of CodeCommit's console, of GitHub's own pages."""
_LONGEST = 8192


def executions(notice: Notice) -> Translation:
    """The execution of a pipeline began, succeeded or failed; attempts of one execution are one deployment."""
    state = notice.detail.text("state")
    if state in _NO_END:
        return notice.ignored(state, _NO_END[state])
    execution = notice.detail.id("execution-id")
    trigger = notice.detail.optional_object("execution-trigger")
    kind = (trigger.optional_text("trigger-type") if trigger else None) or ""
    deployment = _deployment(notice, is_rollback=kind.endswith("Rollback"))
    event_id = natural_id("execution", execution, state.lower(), _attempt(notice))
    source = _triggered_by(trigger)
    if state == "STARTED":
        return translated(notice.kind, deployment.started(event_id, notice.time, **source))
    if state not in _OUTCOMES:
        return notice.ignored(state, "a state of executions that is not known: nothing is counted")
    started_at = notice.detail.optional_moment("start-time")
    finished = deployment.finished(event_id, notice.time, _OUTCOMES[state], started_at=started_at, **source)
    return translated(notice.kind, [finished])


def sources(notice: Notice) -> Translation:
    """A Source action succeeded: what it fetched is the commit of the execution, which the domain unites by its id."""
    action = notice.detail.object("type")
    if action.text("category") != "Source":
        return notice.ignored(None, "of actions only a source's success is read: it tells the commit")
    if notice.detail.text("state") != "SUCCEEDED":
        return notice.ignored(None, "the source has not been fetched: there is no commit yet")
    provider = action.optional_text("provider") or ""
    if provider in _NO_COMMIT:
        return notice.ignored(None, f"{provider} tells {_NO_COMMIT[provider]}, no commit")
    return translated(notice.kind, _fetched(notice), "it tells no commit")


def _fetched(notice: Notice) -> Iterator[Canonical]:
    result = notice.detail.optional_object("execution-result")
    commit = result.optional_text("external-execution-id") if result else None
    if result is None or commit is None:
        return
    repository = _repository(result.optional_text("external-execution-url"))
    message = _message(result.optional_text("external-execution-summary"))
    deployment = _deployment(notice)
    event_id = natural_id("source", notice.detail.id("execution-id"), notice.detail.text("action"))
    ideas = notice.options.ideas(message=message, repository=repository or "")
    for idea in ideas or (None,):
        stated: dict[str, Any] = {"head": commit, "repository": repository, "idea": idea}
        yield from deployment.started(natural_id(event_id, idea), notice.time, **stated)


def _deployment(notice: Notice, *, is_rollback: bool = False) -> Deployment:
    pipeline = notice.detail.name("pipeline")
    return Deployment(
        deployment=notice.detail.id("execution-id"),
        service=notice.service(pipeline),
        environment=notice.environment(pipeline),
        is_rollback=is_rollback,
    )


def _attempt(notice: Notice) -> str | None:
    """`1.0` as it is sent; None for the first, so that events of old regions and new have one id."""
    attempt = notice.detail.raw("pipeline-execution-attempt")
    is_later = isinstance(attempt, int | float) and not isinstance(attempt, bool) and 1 < attempt < 10**6
    return str(int(attempt)) if is_later else None


def _triggered_by(trigger: Fields | None) -> dict[str, Any]:
    """The commit that a connection's trigger names; its author stays behind."""
    if trigger is None or "commit-id" not in trigger:
        return {}
    return {"head": trigger.text("commit-id"), "repository": trigger.optional_name("full-repository-name")}


def _repository(url: str | None) -> str | None:
    matches = (pattern.search(url[:_LONGEST]) for pattern in _REPOSITORIES) if url else ()
    name = next((unquote(match[1]) for match in matches if match), None)
    return name if name and len(name) <= NAME_LENGTH else None


def _message(summary: str | None) -> str | None:
    """A commit's message: the summary itself, or in the JSON that connections make of it."""
    if summary is None or not summary.startswith("{"):
        return summary
    try:
        message = json.loads(summary[:_LONGEST]).get("CommitMessage")
    except (ValueError, AttributeError, RecursionError):
        return summary
    return message if isinstance(message, str) else None
