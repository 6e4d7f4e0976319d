"""Deployments: GitHub's own with their statuses, and runs of the workflows that are said to deploy."""

from typing import Any

from msgspec import Struct

from shared.sources.delivery import strict_json
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields
from shared.sources.github.naming import Context
from shared.sources.links import public_link
from shared.sources.options import matches
from shared.sources.translation import Translation, canonical, ignored, natural_id, translated

_OUTCOMES = {"success": "succeeded", "failure": "failed", "error": "failed"}
_NOT_YET = {
    "pending": "the deployment waits; its end counts",
    "queued": "the deployment waits; its end counts",
    "waiting": "the deployment waits for an approval; its end counts",
    "inactive": "a later deployment took its place, or the environment was taken down: no deployment by itself",
}
_CONCLUSIONS = {"success": "succeeded", "failure": "failed", "timed_out": "failed", "startup_failure": "failed"}
_KINDS = ("planned", "hotfix", "rollback")


class _Stated(Struct, frozen=True):
    """The `payload` that whoever created the deployment may fill: GitHub leaves the field to them."""

    service: str | None = None
    kind: str | None = None
    remediates: str | None = None


def deployment(context: Context) -> Translation:
    """A deployment was created: what it deploys; whether it took effect its statuses tell."""
    if context.action != "created":
        return ignored(context.kind, "only a deployment's creation and its statuses are counted")
    if _is_of_a_workflow(context):
        return ignored(context.kind, "a workflow's deployment may wait for hours: its statuses tell when it begins")
    made = context.body.object("deployment")
    common = _common(context, made, made.name("environment"))
    event_id = natural_id("deployment", made.id("id"))
    return translated(context.kind, [canonical("Deployment Started", event_id, made.moment("created_at"), **common)])


def deployment_status(context: Context) -> Translation:
    """A deployment's state changed. `production_environment` is not asked: GitHub sends false for `production`."""
    status, made = context.body.object("deployment_status"), context.body.object("deployment")
    state = status.text("state").lower()
    if state in _NOT_YET:
        return ignored(f"{context.kind}.{state}", _NOT_YET[state])
    common = _common(context, made, status.optional_name("environment") or made.name("environment"))
    event_id = natural_id("deployment", "status", status.id("id"))
    time = status.moment("created_at")
    if state == "in_progress":
        return translated(context.kind, [canonical("Deployment Started", event_id, time, **common)])
    if state not in _OUTCOMES:
        return ignored(f"{context.kind}.{state}", "a state of deployments that is not known: nothing is counted")
    stated = _stated(made)
    finished = canonical(
        "Deployment Finished",
        event_id,
        time,
        **common,
        outcome=_OUTCOMES[state],
        kind=_kind(context, made, stated),
        remediates=stated.remediates,
        started_at=None if _is_of_a_workflow(context) else made.optional_moment("created_at"),
        url=public_link(status.optional_text("log_url") or status.optional_text("target_url")),
    )
    return translated(context.kind, [finished])


def _is_of_a_workflow(context: Context) -> bool:
    """Whether a job of GitHub Actions made it: when it was queued, before any approval, which is no beginning."""
    return "workflow_run" in context.body


def workflow_run(context: Context) -> Translation:
    """A run of a workflow that a rule of the options says is a deployment."""
    run = context.body.object("workflow_run")
    workflow = context.body.optional_object("workflow")
    file = (run.optional_text("path") or "").partition("@")[0]
    listed = workflow.optional_text("name") if workflow else None
    rule = context.options.workflow(run.optional_text("name"), listed, file, file.rpartition("/")[2])
    if rule is None:
        return ignored(context.kind, "no rule says that this workflow deploys")
    if (run.optional_text("event") or "").startswith("pull_request"):
        return ignored(context.kind, "a run for a pull request brings nothing to users yet")
    if context.action not in {"in_progress", "completed"}:
        return ignored(context.kind, "the run waits; its end counts")
    common = {
        "deployment": natural_id("run", run.id("id")),
        "service": rule.service or context.service,
        "environment": rule.environment,
        "repository": context.repository,
        "head": run.text("head_sha"),
    }
    return _run(context, run, common)


def _run(context: Context, run: Fields, common: dict[str, Any]) -> Translation:
    """Attempts of a run are one deployment: it succeeded if any did."""
    attempt = str(run.raw("run_attempt") or 1)
    event_id = natural_id("workflow-run", run.id("id"), attempt, context.action)
    started_at = run.optional_moment("run_started_at")
    if context.action == "in_progress":
        return translated(
            context.kind,
            [canonical("Deployment Started", event_id, started_at or run.moment("created_at"), **common)],
        )
    conclusion = run.optional_text("conclusion") or "none"
    if conclusion not in _CONCLUSIONS:
        return ignored(f"{context.kind}.{conclusion}", f"a run that ended as `{conclusion}` deployed nothing")
    hotfix = matches(run.optional_text("head_branch") or "", context.options.hotfix_branches)
    finished = canonical(
        "Deployment Finished",
        event_id,
        run.moment("updated_at"),
        **common,
        outcome=_CONCLUSIONS[conclusion],
        kind="hotfix" if hotfix else None,
        started_at=started_at,
        url=public_link(run.optional_text("html_url")),
    )
    return translated(context.kind, [finished])


def _common(context: Context, made: Fields, environment: str) -> dict[str, Any]:
    options = context.options
    return {
        "deployment": made.id("id"),
        "service": _stated(made).service or options.service_of_environment(environment) or context.service,
        "environment": options.environment(environment),
        "repository": context.repository,
        "head": made.text("sha"),
    }


def _stated(made: Fields) -> _Stated:
    payload = _payload(made)
    if payload is None:
        return _Stated()
    stated = Fields(payload, "deployment.payload")
    remediates = stated.id("remediates") if "remediates" in stated else None
    return _Stated(_name(payload.get("service")), _name(payload.get("kind")), remediates)


def _payload(made: Fields) -> dict[str, Any] | None:
    """An object, or the text of one: GitHub takes both and sends back what it took."""
    payload = made.raw("payload")
    try:
        read = strict_json(payload) if isinstance(payload, str) else payload
    except UnreadableDeliveryError:
        return None
    return read if isinstance(read, dict) else None


def _name(value: Any) -> str | None:
    """A short text, or None for anything else: a payload is anybody's, and none of it is required."""
    return value if isinstance(value, str) and 0 < len(value) <= 256 else None


def _kind(context: Context, made: Fields, stated: _Stated) -> str | None:
    if stated.kind in _KINDS:
        return stated.kind
    task = made.optional_text("task") or ""
    if "rollback" in task.lower():
        return "rollback"
    branch = (made.optional_text("ref") or "").removeprefix("refs/heads/")
    return "hotfix" if matches(branch, context.options.hotfix_branches) else None
