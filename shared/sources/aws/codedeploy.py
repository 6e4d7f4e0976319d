"""AWS CodeDeploy: deployments of an application to a deployment group."""

from shared.sources.aws.deployment import Deployment
from shared.sources.aws.notice import Notice
from shared.sources.translation import Translation, natural_id, translated

_OUTCOMES = {"SUCCESS": "succeeded", "FAILURE": "failed", "STOP": "failed"}
"""Stopped, by a person or an alarm, is not done: a deployment that never took effect as a whole."""


def deployments(notice: Notice) -> Translation:
    """A deployment began or ended; `READY` (blue/green: the new fleet waits) is between the two."""
    state = notice.detail.text("state")
    if state != "START" and state not in _OUTCOMES:
        return notice.ignored(state, "neither a deployment's start nor its end")
    name = notice.detail.id("deploymentId")
    application = notice.detail.name("application")
    deployment = Deployment(
        deployment=name,
        service=notice.service(application),
        environment=notice.environment(notice.detail.optional_text("deploymentGroup"), application),
    )
    event_id = natural_id("codedeploy", name, state.lower())
    if state == "START":
        return translated(notice.kind, deployment.started(event_id, notice.time))
    return translated(notice.kind, [deployment.finished(event_id, notice.time, _OUTCOMES[state])])
