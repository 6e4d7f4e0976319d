"""Amazon ECS: deployments of a service, whose name is in the event's resource only."""

from shared.sources.aws.deployment import Deployment
from shared.sources.aws.notice import Notice
from shared.sources.translation import Translation, translated

_OUTCOMES = {"SERVICE_DEPLOYMENT_COMPLETED": "succeeded", "SERVICE_DEPLOYMENT_FAILED": "failed"}
_IN_PROGRESS = "SERVICE_DEPLOYMENT_IN_PROGRESS"
_ROLLBACK = "rolling back to"
"""The words in the reason of a deployment that the circuit breaker or an alarm made; no field says so."""


def deployments(notice: Notice) -> Translation:
    """A deployment of a service began or ended."""
    name = notice.detail.text("eventName")
    if name != _IN_PROGRESS and name not in _OUTCOMES:
        return notice.ignored(name, "neither a deployment's start nor its end")
    made = notice.detail.id("deploymentId")
    cluster, _, service = notice.resource("service").rpartition("/")
    deployment = Deployment(
        deployment=made,
        service=notice.service(service),
        environment=notice.environment(cluster, service),
        is_rollback=name == _IN_PROGRESS and _ROLLBACK in (notice.detail.optional_text("reason") or ""),
    )
    event_id = notice.id("ecs", made, name.removeprefix("SERVICE_DEPLOYMENT_").lower())
    time = notice.time_in("updatedAt")
    if name == _IN_PROGRESS:
        return translated(notice.kind, deployment.started(event_id, time))
    return translated(notice.kind, [deployment.finished(event_id, time, _OUTCOMES[name])])
