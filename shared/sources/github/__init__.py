"""GitHub: deliveries of its webhooks, by `X-GitHub-Event` and `action`.

GitHub signs no delivery id, repeats deliveries when asked to, and several hooks may send one event: every id here is
made from GitHub's own numbers, so that each counts once.
"""

from collections.abc import Callable
from urllib.parse import parse_qs

from shared.sources.delivery import Delivery, strict_json
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.fields import Fields
from shared.sources.github.deployments import deployment, deployment_status, workflow_run
from shared.sources.github.issues import issues
from shared.sources.github.naming import Context
from shared.sources.github.pull_requests import pull_request, pull_request_review
from shared.sources.github.pushes import push
from shared.sources.github.releases import release
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation, ignored

_TRANSLATORS: dict[str, Callable[[Context], Translation]] = {
    "deployment": deployment,
    "deployment_status": deployment_status,
    "issues": issues,
    "pull_request": pull_request,
    "pull_request_review": pull_request_review,
    "push": push,
    "release": release,
    "workflow_run": workflow_run,
}
_KNOWN = {
    "ping": "GitHub says that the hook is connected",
    "projects_v2_item": "GitHub sends only ids of a project's item: label the issue instead",
    "workflow_job": "`workflow_run` tells of the whole run",
    "check_run": "`deployment_status` and `workflow_run` tell of deployments",
    "check_suite": "`deployment_status` and `workflow_run` tell of deployments",
    "status": "`deployment_status` and `workflow_run` tell of deployments",
    "create": "`push` tells of new branches, `release` of tags that users get",
    "delete": "deleting a branch or tag changes nothing that is counted",
}


def translate(delivery: Delivery, options: SourceOptions) -> Translation:
    """Translate one delivery; raises UnreadableDeliveryError for one that cannot be understood."""
    event = delivery.header("x-github-event")
    if not event:
        raise UnreadableDeliveryError("x-github-event", None, "the header in which GitHub names the event")
    body = Fields(strict_json(_json_text(delivery)))
    action = body.optional_text("action") or ""
    kind = f"{event}.{action}" if action else event
    if event in _KNOWN:
        return ignored(kind, _KNOWN[event])
    if event not in _TRANSLATORS:
        return ignored(kind, f"`{event}` is no event that is counted: it need not be ticked in the hook's settings")
    return _TRANSLATORS[event](Context(kind, action, body, options))


def _json_text(delivery: Delivery) -> str | bytes:
    """The body, or what it holds as a form: GitHub's own default of a new hook."""
    content_type = (delivery.header("content-type") or "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        return delivery.body
    try:
        sent = parse_qs(delivery.body.decode("ascii"), strict_parsing=True, errors="strict", max_num_fields=4)
        return sent["payload"][0]
    except (ValueError, KeyError) as error:
        raise UnreadableDeliveryError("body", delivery.body, "a form with the field `payload`") from error
