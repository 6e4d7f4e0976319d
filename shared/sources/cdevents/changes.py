"""Changes: work on an idea, and its challenge by review."""

from collections.abc import Iterator
from typing import Any

from shared.sources.cdevents.event import CdEvent
from shared.sources.translation import Canonical, Translation, canonical, natural_id, translated

_NO_IDEA = "it names no idea: put a key into its id, or `Closes #12` into its description"


def created(event: CdEvent) -> Translation:
    """Work began on the ideas that a change names; one that names none is no work of a known turn."""
    return translated(event.kind, _started(event), _NO_IDEA)


def reviewed(event: CdEvent) -> Translation:
    """A review took place. Its verdict no CDEvent tells: the change's end decides."""
    return translated(event.kind, _challenge(event, "Challenge Opened", kind="review"))


def merged(event: CdEvent) -> Translation:
    """The change goes on. A challenge that was never opened does not exist, so an unreviewed change counts for none."""
    return translated(event.kind, _challenge(event, "Challenge Resolved", decision="proceed"))


def abandoned(event: CdEvent) -> Translation:
    """This way of doing it ended, which stops no idea."""
    return translated(event.kind, _challenge(event, "Challenge Resolved", decision="change"))


def _started(event: CdEvent) -> Iterator[Canonical]:
    for idea in _ideas(event):
        yield canonical("Work Started", natural_id(event.id(), idea), event.time, service=_service(event), idea=idea)


def _challenge(event: CdEvent, detail_type: str, **decided: str) -> Iterator[Canonical]:
    repository = event.reference("repository")
    fields: dict[str, Any] = {
        "challenge": natural_id(repository, event.subject) if repository else event.subject,
        "service": _service(event),
    }
    for idea in _ideas(event) or (None,):
        yield canonical(detail_type, natural_id(event.id(), idea), event.time, **fields, idea=idea, **decided)


def _ideas(event: CdEvent) -> tuple[str, ...]:
    stated = event.stated("idea").get("idea")
    if isinstance(stated, str) and stated:
        return (stated,)
    return event.options.ideas(
        event.subject,
        repository=event.reference("repository") or "",
        description=event.content.optional_text("description"),
    )


def _service(event: CdEvent) -> str | None:
    """The service that the repository was mapped to, else its own name without its owner's."""
    repository = event.reference("repository")
    return event.service(repository.rpartition("/")[2] or repository) if repository else None
