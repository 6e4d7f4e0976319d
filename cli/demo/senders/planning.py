"""Standard Webhooks from a planning tool of one's own: the canonical events that no vendor has a format for."""

from datetime import datetime
from typing import Any

from cli.demo.delivery import Delivery
from cli.demo.moments import at
from events.times import rfc3339

EventParts = tuple[str, str, dict[str, Any]]
"""A detail-type, an id, and what else the event says."""


class Planning:
    """Ideas, challenges, goals, metrics, maps, surveys … of one team; its hook lends them the team's flywheel."""

    def __init__(self, hook: str) -> None:
        self._hook = hook
        self.sent: list[Delivery] = []

    def tell(self, detail_type: str, name: str, moment: str, **fields: Any) -> None:
        """One event in one delivery."""
        self.tell_all(moment, [(detail_type, name, fields)])

    def tell_all(self, moment: str, events: list[EventParts], time: datetime | None = None) -> None:
        """Several events in one delivery; `time` where they say another than that of the delivery."""
        arrives = at(moment)
        stamp = rfc3339(time or arrives)
        content = [_event(detail_type, {"id": name, "time": stamp, **fields}) for detail_type, name, fields in events]
        headers = {"content-type": "application/json", "webhook-id": f"msg_{events[0][1]}_{int(arrives.timestamp())}"}
        self.sent.append(
            Delivery(
                arrives=arrives,
                hook=self._hook,
                headers=headers,
                content=content if len(content) > 1 else content[0],
                tells=tuple(detail_type for detail_type, _, _ in events),
            )
        )

    def idea(self, idea: str, moment: str, title: str, **fields: Any) -> None:
        """A product manager writes an idea down."""
        self.tell("Idea Proposed", f"{idea}-proposed", moment, idea=idea, title=title, **fields)

    def challenge(self, idea: str, opened: str, resolved: str | None, decision: str = "proceed", **fields: Any) -> None:
        """Somebody challenges an idea, and the team decides."""
        name = f"challenge-{idea}"
        self.tell("Challenge Opened", f"{name}-opened", opened, idea=idea, challenge=name, **fields)
        if resolved:
            self.tell("Challenge Resolved", f"{name}-resolved", resolved, idea=idea, challenge=name, decision=decision)

    def outcome(self, moment: str, result: str, note: str | None = None, **fields: Any) -> None:
        """Send the outcome of an idea, or of a feature."""
        name = fields.get("idea") or fields["feature"]
        noted = {} if note is None else {"note": note}
        self.tell("Outcome Recorded", f"{name}-outcome", moment, result=result, **noted, **fields)


def _event(detail_type: str, data: dict[str, Any]) -> dict[str, Any]:
    """As Standard Webhooks suggest: `{"type": "idea.proposed", "timestamp": …, "data": {…}}`."""
    return {"type": detail_type.lower().replace(" ", "."), "timestamp": data["time"], "data": data}
