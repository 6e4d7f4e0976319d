"""The answers to senders: to the proven what became of the delivery, to anybody else the same as to everybody."""

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from shared.flywheel.settings.reach import flywheel_of
from shared.flywheel.settings.values import Settings
from shared.intake.hooks import Sorted
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.translation import Canonical

_HEADERS = {"content-type": "application/json", "cache-control": "no-store"}


class Reply(Struct, frozen=True):
    """A status and what it says."""

    status: int
    body: dict[str, Any]

    @property
    def http(self) -> dict[str, Any]:
        """As an HTTP API takes it from a function."""
        return {"statusCode": self.status, "headers": dict(_HEADERS), "body": json.dumps(self.body)}


UNPROVEN = Reply(401, {"error": "unauthorized"})
"""For an unknown hook, a missing header, a wrong or an old signature alike."""
NOT_KEPT = Reply(503, {"accepted": 0, "events": [], "why": "it could not be kept just now; send it again"})
"""Where neither bus nor queue answers: the only answer after which a sender should try again."""


def refused(status: int, why: str) -> Reply:
    """To a request whose form alone is wrong."""
    return Reply(status, {"error": why})


def nothing(why: str) -> Reply:
    """To a delivery that is understood and counts for nothing."""
    return Reply(200, {"accepted": 0, "events": [], "why": why})


def unreadable(error: UnreadableDeliveryError) -> Reply:
    """To a delivery that nobody can understand; sending it again would not help."""
    wrong = {"field": error.field, "value": error.value, "expected": error.expected}
    return Reply(
        422, {"accepted": 0, "events": [], "why": "it cannot be understood, and is kept with the reason", **wrong}
    )


def taken(sorted_events: Sorted, settings: Settings) -> Reply:
    """To a delivery with events: which, of which flywheel; and what of it counts for nobody, or is not the sender's."""
    body: dict[str, Any] = {
        "accepted": len(sorted_events.yours),
        "events": [event.detail_type for event in sorted_events.yours],
    }
    flywheels = {flywheel_of(event.detail, settings) for event in sorted_events.yours}
    known = sorted(each for each in flywheels if each is not None)
    if len(known) == 1:
        body["flywheel"] = known[0]
    elif known:
        body["flywheels"] = known
    unmapped = _unmapped(sorted_events.yours, settings)
    if unmapped:
        body["unmapped"] = unmapped
        body["why"] = "no flywheel of flywheel.toml owns these: they are kept, and count once one does"
    if sorted_events.not_yours:
        body["not_yours"] = sorted({each or "(no flywheel told)" for _, each in sorted_events.not_yours})
        body.setdefault("why", "this hook may not speak of these flywheels")
    return Reply(202 if sorted_events.yours else 403, body)


def _unmapped(events: Sequence[Canonical], settings: Settings) -> list[str]:
    """Services and repositories whose events no flywheel gets by them."""
    without = [event.detail for event in events if flywheel_of(event.detail, settings) is None]
    named = (detail.get("service") or detail.get("repository") for detail in without)
    return sorted({name for name in named if isinstance(name, str)})
