"""AWS CloudFormation: one operation on a stack is one deployment, known by its client request token."""

import re

from shared.sources.aws.deployment import Deployment
from shared.sources.aws.notice import Notice
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import NAME_LENGTH
from shared.sources.translation import Translation, natural_id, translated

STARTS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
OUTCOMES = {
    "CREATE_COMPLETE": "succeeded",
    "UPDATE_COMPLETE": "succeeded",
    "CREATE_FAILED": "failed",
    "UPDATE_FAILED": "failed",
    "ROLLBACK_COMPLETE": "rolled_back",
    "UPDATE_ROLLBACK_COMPLETE": "rolled_back",
    "ROLLBACK_FAILED": "failed",
    "UPDATE_ROLLBACK_FAILED": "failed",
}
_STACK = re.compile(r"arn:[\w-]+:cloudformation:[^:]*:[^:]*:stack/(?P<name>[^/]+)(?:/(?P<id>.+))?")
_NESTED = re.compile(r".+-[A-Za-z0-9]+-(?=[A-Z0-9]*[0-9])[A-Z0-9]{12,13}")
"""`root-Database-1A2B3C4D5E6F7`: the name that CloudFormation makes for a stack inside another."""


def stacks(notice: Notice) -> Translation:
    """A stack's operation began or ended; deleting and importing deploy nothing."""
    status = notice.detail.object("status-details").text("status")
    if status not in STARTS and status not in OUTCOMES:
        return notice.ignored(status, "neither the start nor the end of creating or updating a stack")
    name, stack = _stack(notice)
    if _NESTED.fullmatch(name):
        return notice.ignored(None, "a stack inside another: the operation on the outermost is the deployment")
    token = notice.detail.optional_text("client-request-token")
    if token is None and status in STARTS:
        return notice.ignored(None, "without a client request token nothing ties a start to its end: the end counts")
    deployment = Deployment(
        deployment=natural_id(token) if token else natural_id(stack, notice.time),
        service=notice.service(name),
        environment=notice.environment(name),
    )
    event_id = notice.id("stack", status.lower(), token or notice.time, stack)
    if status in STARTS:
        return translated(notice.kind, deployment.started(event_id, notice.time))
    return translated(notice.kind, [deployment.finished(event_id, notice.time, OUTCOMES[status])])


def _stack(notice: Notice) -> tuple[str, str]:
    """The stack's name, and what survives its deletion and re-creation under that name where it is sent."""
    arn = notice.detail.text("stack-id")
    match = _STACK.fullmatch(arn)
    if match is None or len(match["name"]) > NAME_LENGTH:
        raise UnreadableDeliveryError("detail.stack-id", arn, "the ARN of a stack")
    return match["name"], match["id"] or match["name"]
