"""Incidents, and tickets that are incidents or ideas by their type or a label."""

from collections.abc import Iterator
from typing import Any

from shared.sources.cdevents.event import CdEvent
from shared.sources.links import public_link
from shared.sources.options import matches
from shared.sources.translation import Canonical, Translation, canonical, ignored, natural_id, translated

_STATED = ("severity", "cause", "idea", "feature")
_INCIDENT = "incident"
_IDEA = "enhancement"
"""The types of CDEvents' tickets, besides `bug`, `task` and `question`."""
_DROPPED = {"withdrawn", "duplicate"}


def opened(event: CdEvent) -> Translation:
    """An incident was noticed, by a system or by a person: the earlier of the two counts."""
    return _incident(event, "Incident Opened")


def resolved(event: CdEvent) -> Translation:
    """An incident is over."""
    return _incident(event, "Incident Resolved")


def ticket_created(event: CdEvent) -> Translation:
    """A ticket was made."""
    return translated(event.kind, _created(event), _otherwise(event))


def ticket_closed(event: CdEvent) -> Translation:
    """A ticket was closed. That an idea's work is done tells nothing of what came of it; that it was dropped does."""
    return translated(event.kind, _closed(event), _otherwise(event))


def _incident(event: CdEvent, detail_type: str) -> Translation:
    if event.is_elsewhere():
        return ignored(event.kind, "its environment is not production")
    fields: dict[str, Any] = {
        "incident": event.subject,
        "service": event.service(event.reference("service")),
        "url": public_link(event.content.optional_text("ticketURI")),
    } | event.stated(*_STATED, *(("title",) if detail_type == "Incident Opened" else ()))
    return translated(event.kind, [canonical(detail_type, event.id(), event.time, **fields)])


def _created(event: CdEvent) -> Iterator[Canonical]:
    if _is(event, _INCIDENT, event.options.incident_labels):
        title = event.content.optional_text("summary")
        yield canonical("Incident Opened", _id(event, "opened"), event.time, **_of_incident(event), title=title)
    elif _is(event, _IDEA, event.options.idea_labels):
        title = event.content.optional_text("summary")
        yield canonical("Idea Proposed", _id(event, "proposed"), event.time, **_of_idea(event), title=title)


def _closed(event: CdEvent) -> Iterator[Canonical]:
    if _is(event, _INCIDENT, event.options.incident_labels):
        yield canonical("Incident Resolved", _id(event, "resolved"), event.time, **_of_incident(event))
    elif _is(event, _IDEA, event.options.idea_labels):
        resolution = (event.content.optional_text("resolution") or "").lower()
        if resolution in _DROPPED:
            yield canonical("Turn Stopped", _id(event, "stopped"), event.time, **_of_idea(event), reason=resolution)


def _of_incident(event: CdEvent) -> dict[str, Any]:
    return {
        "incident": event.subject,
        "service": _service(event),
        "severity": event.content.optional_text("priority"),
        "url": public_link(event.content.optional_text("uri")),
    } | event.stated("service", *_STATED)


def _of_idea(event: CdEvent) -> dict[str, Any]:
    url = public_link(event.content.optional_text("uri"))
    return {"idea": event.subject, "service": _service(event), "url": url} | event.stated("service", "feature")


def _service(event: CdEvent) -> str | None:
    """The service that the ticket's group was mapped to; a group is no service by its name alone."""
    group = event.content.optional_text("group")
    return event.options.service(group) if group else None


def _id(event: CdEvent, step: str) -> str:
    """By the ticket: one that is closed, opened and closed again has one resolution, the last."""
    return natural_id("ticket", event.subject, step, event.subject_source)


def _is(event: CdEvent, type_: str, labels: tuple[str, ...]) -> bool:
    stated = (event.content.optional_text("ticketType") or "").lower()
    return stated == type_ or any(matches(label, labels) for label in event.content.texts("labels"))


def _otherwise(event: CdEvent) -> str:
    if _is(event, _IDEA, event.options.idea_labels):
        return "that an idea's work is done says nothing of what came of it: `Outcome Recorded` does"
    return "neither its type nor a label says that it is an incident or an idea"
