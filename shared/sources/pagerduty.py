"""PagerDuty, webhooks of version 3: incidents by `event.event_type`."""

from typing import Any

from shared.sources.delivery import Delivery
from shared.sources.fields import Fields
from shared.sources.links import public_link
from shared.sources.options import SourceOptions
from shared.sources.times import revision_of
from shared.sources.translation import Translation, canonical, ignored, natural_id, translated

_RESTATING = {"incident.service_updated", "incident.priority_updated"}


def translate(delivery: Delivery, options: SourceOptions) -> Translation:
    """Translate one delivery; raises UnreadableDeliveryError for one that cannot be understood.

    A resolution and a reopening share one id, so that of the two the later counts: an incident reopened was not over,
    and runs from its trigger to its last resolution. What is learned of it later (another service, a priority) restates
    its opening.
    """
    event = delivery.fields().object("event")
    kind = event.text("event_type")
    steps = {
        "incident.triggered": ("Incident Opened", "triggered"),
        "incident.resolved": ("Incident Resolved", "state"),
        "incident.reopened": ("Incident Opened", "state"),
        "incident.service_updated": ("Incident Opened", "triggered"),
        "incident.priority_updated": ("Incident Opened", "triggered"),
    }
    if kind not in steps:
        return ignored(kind, _reason(kind))
    detail_type, step = steps[kind]
    incident, time, revision = event.object("data"), event.moment("occurred_at"), None
    began = incident.optional_moment("created_at")
    if kind in _RESTATING:
        if began is None:
            return ignored(kind, "it does not say when the incident was made")
        revision = revision_of(began, time)
    if step == "triggered":
        time = began or time
    fields = _incident_fields(incident, options, detail_type)
    event_id = natural_id("incident", fields["incident"], step)
    return translated(kind, [canonical(detail_type, event_id, time, revision=revision, **fields)])


def _incident_fields(incident: Fields, options: SourceOptions, detail_type: str) -> dict[str, Any]:
    return {
        "incident": incident.id("id"),
        "service": _service(incident, options),
        "severity": _severity(incident),
        "url": public_link(incident.optional_text("html_url")),
        "title": incident.optional_text("title") if detail_type == "Incident Opened" else None,
    }


def _service(incident: Fields, options: SourceOptions) -> str | None:
    """The service that PagerDuty's was mapped to, by its id or name; else its name."""
    service = incident.optional_object("service")
    if service is None:
        return None
    name = service.optional_name("summary")
    mapped = options.service(service.id("id")) or (options.service(name) if name else None)
    return mapped or name or service.id("id")


def _severity(incident: Fields) -> Any:
    priority = incident.optional_object("priority")
    return (priority and priority.optional_name("summary")) or incident.optional_name("urgency")


def _reason(kind: str) -> str:
    if kind == "pagey.ping":
        return "PagerDuty says that the subscription works"
    if kind.startswith("service."):
        return "a service was set up or changed: no incident"
    if kind.startswith("incident."):
        return "it neither opens nor ends the incident"
    return f"`{kind[:64]}` is no event that is counted"
