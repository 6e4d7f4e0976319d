"""CDEvents 0.4, 0.5 and drafts of 0.6: on the bus (`detail-type` their type, `detail` the event) and over HTTP."""

from collections.abc import Callable
from typing import Any

from shared.sources.cdevents import changes, deployments, operations, released
from shared.sources.cdevents.event import CdEvent, cdevent_of
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation, ignored

PREFIXES = ("dev.cdevents.", "dev.cdeventsx.")
"""The beginnings of every type; the second is that of tools' own."""

_TRANSLATORS: dict[str, Callable[[CdEvent], Translation]] = {
    "service.deployed": deployments.deployed,
    "service.upgraded": deployments.deployed,
    "service.rolledback": deployments.rolled_back,
    "deployment.started": deployments.started,
    "deployment.finished": deployments.finished,
    "pipelinerun.started": deployments.run_started,
    "pipelinerun.finished": deployments.run_finished,
    "incident.detected": operations.opened,
    "incident.reported": operations.opened,
    "incident.resolved": operations.resolved,
    "ticket.created": operations.ticket_created,
    "ticket.closed": operations.ticket_closed,
    "change.created": changes.created,
    "change.reviewed": changes.reviewed,
    "change.merged": changes.merged,
    "change.abandoned": changes.abandoned,
}
_WHY_NOT = {
    "service.published": "that a service can be reached deploys nothing: `service.deployed` does",
    "service.removed": "that a service was removed is in no figure",
    "ticket.updated": "a ticket counts when it is created and when it is closed",
    "change.updated": "a change counts when it is created, reviewed, merged or abandoned",
    "artifact": "an artifact reaches users with the deployment that names it",
    "environment": "environments are named by the deployments to them",
    "build": "a build is not yet with users: the deployment counts",
    "taskrun": "a task is a part of a pipeline's run",
    "pipelinerun": "a run counts when it starts and ends, and if a rule says that it deploys",
    "deployment": "a deployment counts when it starts and when it ends",
    "targetrollout": "a part of a deployment: its end counts",
    "branch": "branches are named by the changes on them",
    "repository": "repositories are named by the changes in them",
    "testcaserun": "tests are in no figure",
    "testsuiterun": "tests are in no figure",
    "testoutput": "tests are in no figure",
    "approval": "that an approval is asked for or given is in no figure",
    "changewindow": "a window in which changes may be made changes nothing by itself",
    "migration": "a migration is a part of a deployment: its end counts",
    "reconciliation": "that a system was brought back to what was deployed deploys nothing new",
    "scheduledexecution": "a schedule deploys nothing: the run that it starts counts",
}
"""Of a type, else of a subject."""


def translate(event: Any, options: SourceOptions) -> Translation:
    """Translate one CDEvent; raises UnreadableDeliveryError for one that cannot be understood."""
    sent = cdevent_of(event, options)
    if sent.is_custom:
        return released.translate(sent)
    translator = _TRANSLATORS.get(sent.what)
    if translator is not None:
        return translator(sent)
    subject = sent.what.partition(".")[0]
    reason = _WHY_NOT.get(sent.what) or _WHY_NOT.get(subject) or "acknowledged: in no figure"
    return ignored(sent.kind, reason)


def is_cdevent(detail_type: Any) -> bool:
    """Whether a type is one of theirs."""
    return isinstance(detail_type, str) and detail_type.startswith(PREFIXES)


def rule_pattern() -> dict[str, Any]:
    """The EventBridge pattern that lets every CDEvent through."""
    return {"detail-type": [{"prefix": prefix} for prefix in PREFIXES]}
