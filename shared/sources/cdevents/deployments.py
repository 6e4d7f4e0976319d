"""Deployments: services that changed, deployments by name (draft of 0.6), and runs of pipelines that a rule names."""

from collections.abc import Iterator
from typing import Any

from shared.sources.cdevents.event import CdEvent
from shared.sources.options import WorkflowRule
from shared.sources.translation import Canonical, Translation, canonical, ignored, translated

_OUTCOMES = {"success": "succeeded", "failure": "failed", "error": "failed"}
_STATED = ("idea", "feature", "repository", "head")
_STATED_AT_THE_END = (*_STATED, "ideas", "features", "commits", "kind", "remediates", "manual_steps", "net_lines")


def deployed(event: CdEvent) -> Translation:
    """A service runs a new artifact: done, so succeeded. No id of the deployment is sent: the event's own is it."""
    return translated(event.kind, [_service_changed(event)])


def rolled_back(event: CdEvent) -> Translation:
    """A service runs an earlier artifact again: a deployment of its own, whose kind is rollback."""
    return translated(event.kind, [_service_changed(event, kind="rollback")])


def started(event: CdEvent) -> Translation:
    """A deployment with an id of its own began."""
    fields = _of_deployment(event) | event.stated(*_STATED)
    return translated(event.kind, [canonical("Deployment Started", event.id(), event.time, **fields)])


def finished(event: CdEvent) -> Translation:
    """A deployment with an id of its own ended."""
    return translated(event.kind, _finished(event, _of_deployment(event)), _not_an_end(event))


def run_started(event: CdEvent) -> Translation:
    """A pipeline's run that a rule says is a deployment began."""
    rule = _rule(event)
    if rule is None:
        return ignored(event.kind, _NO_RULE)
    fields = _of_run(event, rule) | event.stated(*_STATED)
    return translated(event.kind, [canonical("Deployment Started", event.id(), event.time, **fields)])


def run_finished(event: CdEvent) -> Translation:
    """A pipeline's run that a rule says is a deployment ended."""
    rule = _rule(event)
    if rule is None:
        return ignored(event.kind, _NO_RULE)
    return translated(event.kind, _finished(event, _of_run(event, rule)), _not_an_end(event))


_NO_RULE = "no rule says that this pipeline deploys"


def _service_changed(event: CdEvent, kind: str | None = None) -> Canonical:
    fields: dict[str, Any] = {
        "deployment": event.run,
        "service": event.service(event.subject),
        "environment": _required_environment(event),
        "outcome": "succeeded",
        "kind": kind,
    }
    return canonical("Deployment Finished", event.id(), event.time, **fields | _origin(event) | _at_the_end(event))


def _finished(event: CdEvent, fields: dict[str, Any]) -> Iterator[Canonical]:
    outcome = _OUTCOMES.get((event.content.optional_text("outcome") or "").lower())
    if outcome:
        fields = fields | {"outcome": outcome} | _at_the_end(event)
        yield canonical("Deployment Finished", event.id(), event.time, **fields)


def _not_an_end(event: CdEvent) -> str:
    outcome = event.content.optional_text("outcome")
    return f"its outcome `{outcome[:64]}` deployed nothing and failed nothing" if outcome else "it says no outcome"


def _of_deployment(event: CdEvent) -> dict[str, Any]:
    """Its service is the one it names, else what its artifact is called."""
    name = event.reference("service") or event.made().name or event.subject
    return {
        "deployment": event.subject,
        "service": event.service(name),
        "environment": _required_environment(event),
    } | _origin(event)


def _of_run(event: CdEvent, rule: WorkflowRule) -> dict[str, Any]:
    name = event.content.optional_name("pipelineName") or event.subject
    return {
        "deployment": event.subject,
        "service": rule.service or event.service(name),
        "environment": rule.environment,
    }


def _rule(event: CdEvent) -> WorkflowRule | None:
    return event.options.workflow(event.content.optional_text("pipelineName"))


def _required_environment(event: CdEvent) -> str:
    environment = event.environment()
    if environment is None:
        raise event.content.refused("environment", 'an object such as {"id": "production"}')
    return environment


def _origin(event: CdEvent) -> dict[str, Any]:
    made = event.made()
    return {"repository": made.repository, "head": made.commit}


def _at_the_end(event: CdEvent) -> dict[str, Any]:
    return event.stated(*_STATED_AT_THE_END)
