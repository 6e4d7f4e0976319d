"""Deliveries made of what the API lists: the webhook's translator decides what they mean.

So a history that is imported and the deliveries that came meanwhile are the same events, by the same ids.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any

from cli.terminal import say
from shared.sources.catalogue import SOURCES, event_source, translate
from shared.sources.delivery import Delivery
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import SourceOptions
from shared.sources.translation import Canonical

_GITHUB = SOURCES["github"]
_NAMESPACE = uuid.UUID("b7a3d3b1-6f0e-5a53-8a6a-3a0c1b6f5d20")
_SHOWN = 5
"""Unreadable things told one by one; the rest are counted."""


class Deliveries:
    """Canonical events of one repository. `hook` is the webhook's name: a part of its events' identity."""

    def __init__(self, repository: dict[str, Any], hook: str, options: SourceOptions, flywheel: str | None) -> None:
        self.repository, self.options = repository, options
        self._source, self._flywheel = event_source(_GITHUB.name, hook), flywheel
        self._seen: set[tuple[str, str]] = set()
        self.unreadable = 0

    def of(self, event: str, action: str, **things: Any) -> Iterator[dict[str, Any]]:
        """The events of one delivery that never was; each once, whatever else told it."""
        body = {"action": action, **things} if action else things
        body.setdefault("repository", self.repository)
        delivery = Delivery({"x-github-event": event}, json.dumps(body).encode())
        try:
            events = translate(_GITHUB, delivery, self.options).events
        except UnreadableDeliveryError as error:
            self._refused(event, error)
            return
        for canonical in events:
            if (envelope := self.envelope(canonical)) is not None:
                yield envelope

    def envelope(self, canonical: Canonical) -> dict[str, Any] | None:
        """The event as the bus and `report` take it; None for one that was given already."""
        detail = canonical.detail if self._flywheel is None else {**canonical.detail, "flywheel": self._flywheel}
        known = (str(detail["id"]), str(detail["time"]))
        if known in self._seen:
            return None
        self._seen.add(known)
        outer = {"version": "0", "id": str(uuid.uuid5(_NAMESPACE, f"{self._source} {known[0]}")), "time": known[1]}
        return {**outer, "source": self._source, "detail-type": canonical.detail_type, "detail": detail}

    def _refused(self, event: str, error: UnreadableDeliveryError) -> None:
        self.unreadable += 1
        if self.unreadable <= _SHOWN:
            say(f"left out, {event}: {error}", "warning")
