"""PagerDuty's webhook, version 3."""

from datetime import datetime

from cli.demo.delivery import Delivery
from cli.demo.senders.names import digits
from events.times import rfc3339

_JSON = {"content-type": "application/json", "user-agent": "PagerDuty-Webhook/V3.0"}


class PagerDuty:
    """The incidents of a team."""

    def __init__(self, hook: str) -> None:
        self._hook = hook
        self.sent: list[Delivery] = []

    def incident(self, name: str, opened: datetime, resolved: datetime, service: str, priority: str) -> str:
        """The pager rings, and somebody says that it is over; the incident's id."""
        incident = f"Q{digits(name, 13).upper()}"
        for moment, step, tells in (
            (opened, "triggered", "Incident Opened"),
            (resolved, "resolved", "Incident Resolved"),
        ):
            data = {
                "id": incident, "type": "incident", "status": step, "urgency": "high", "title": name,
                "service": {"id": f"P{digits(service, 6).upper()}", "summary": service},
                "priority": {"summary": priority},
                "html_url": f"https://acme.pagerduty.com/incidents/{incident}",
            }  # fmt: skip
            event = {"id": digits(f"{name} {step}", 20), "event_type": f"incident.{step}", "data": data}
            content = {"event": {**event, "resource_type": "incident", "occurred_at": rfc3339(moment)}}
            self.sent.append(Delivery(arrives=moment, hook=self._hook, headers=_JSON, content=content, tells=(tells,)))
        return incident
