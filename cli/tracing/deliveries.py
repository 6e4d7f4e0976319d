"""Deliveries of an event, each with what became of it."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from events import Event
from events.known import unknown_names
from events.times import rfc3339
from shared.flywheel.explain.trace import Trace
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import precedence, says_the_same
from shared.flywheel.facts.of_event import fact_of

Fate = Literal["stands", "superseded", "duplicate", "rejected", "dead"]


class Delivery(Struct, frozen=True):
    """One delivery of an event: where it was found, and what became of it."""

    place: str
    fate: Fate
    why: str


class EventTrace(Struct, frozen=True):
    """All deliveries of one event, and what the one that stands came to; no trace of one that was refused."""

    source: str | None
    id: str
    detail_type: str | None
    time: str | None
    deliveries: tuple[Delivery, ...]
    trace: Trace | None = None


def not_kept(names: Sequence[str]) -> str:
    """The fields of a delivery that its contract does not know, as an ending of a sentence."""
    return f"; not kept, as its contract has no such fields: {', '.join(names)}" if names else ""


class Version(Struct, frozen=True):
    """A delivery that is a valid event."""

    place: str
    event: Event
    fact: Fact


def version(place: str, event: Event) -> Version:
    """A valid event as it was found."""
    return Version(place, event, fact_of(event))


def event_trace(versions: Sequence[Version], trace: Trace | None) -> EventTrace:
    """Deliveries of one identity with what became of each, in the order in which they were found."""
    best = max(versions, key=lambda each: precedence(each.fact))
    return EventTrace(
        source=best.event.source,
        id=best.event.detail.id,
        detail_type=best.event.detail_type,
        time=rfc3339(best.event.detail.time),
        deliveries=tuple(_deliveries(versions, best)),
        trace=trace,
    )


def _deliveries(versions: Sequence[Version], best: Version) -> list[Delivery]:
    first: list[Version] = []
    deliveries = []
    for each in versions:
        earlier = next((known for known in first if says_the_same(known.fact, each.fact)), None)
        if earlier is not None:
            deliveries.append(Delivery(each.place, "duplicate", f"the same as {earlier.place}"))
            continue
        first.append(each)
        if says_the_same(each.fact, best.fact):
            dropped = not_kept(unknown_names(each.event.raw, type(each.event.detail)))
            deliveries.append(Delivery(each.place, "stands", f"revision {each.fact.revision}{dropped}"))
        else:
            why = f"revision {each.fact.revision}; {best.place} has a higher revision, time or hash"
            deliveries.append(Delivery(each.place, "superseded", why))
    return deliveries
