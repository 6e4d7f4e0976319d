"""CDEvents in CloudEvents over HTTP, binary mode: what a pipeline and a monitor send that speak this standard."""

from datetime import datetime
from typing import Any

from cli.demo.delivery import Delivery
from cli.demo.senders.commits import Commit
from events.times import rfc3339

_PRODUCTION = {"environment": {"id": "production"}}


class CdEvents:
    """One service's pipeline and monitor."""

    def __init__(self, hook: str, service: str, repository: str) -> None:
        self._hook, self._service, self._repository = hook, service, repository
        self.sent: list[Delivery] = []

    def deployed(self, moment: datetime, name: str, commits: list[Commit], **fields: Any) -> None:
        """The service runs a new artifact; what CDEvents have no field for goes into `customData`."""
        self._changed(moment, "service.deployed.0.3.0", name, commits, "production", fields)

    def deployed_to_staging(self, moment: datetime, name: str, commits: list[Commit]) -> None:
        """The same where no users are."""
        self._changed(moment, "service.deployed.0.3.0", name, commits, "staging", {})

    def rolled_back(self, moment: datetime, name: str, remediates: str) -> None:
        """It runs an earlier artifact again."""
        self._changed(moment, "service.rolledback.0.3.0", name, [], "production", {"remediates": remediates})

    def incident(self, name: str, opened: datetime, resolved: datetime, **fields: Any) -> None:
        """The monitor sees trouble, and its end."""
        content = {**_PRODUCTION, "service": {"id": self._service}}
        for moment, step, tells in (
            (opened, "detected", "Incident Opened"),
            (resolved, "resolved", "Incident Resolved"),
        ):
            self._send(moment, f"incident.{step}.0.3.0", f"{name}-{step}", name, content, fields, tells)

    def _changed(  # noqa: PLR0913, PLR0917  one part of the event each
        self, moment: datetime, kind: str, name: str, commits: list[Commit], environment: str, fields: dict[str, Any]
    ) -> None:
        origin = {"repository": self._repository, "head": commits[-1].sha} if commits else {}
        listed = [{"sha": each.sha, "time": rfc3339(each.time)} for each in commits]
        ideas = sorted({each.idea for each in commits if each.idea})
        ours = {**origin, "commits": listed, "ideas": ideas, **fields}
        content = {"environment": {"id": environment}, "artifactId": f"pkg:oci/{self._service}?tag={name}"}
        self._send(moment, kind, name, self._service, content, ours, "Deployment Finished")

    def _send(  # noqa: PLR0913, PLR0917  one part of the event each
        self, moment: datetime, kind: str, name: str, subject: str, content: dict[str, Any], fields: dict[str, Any],
        tells: str,
    ) -> None:  # fmt: skip
        source, full = f"/{self._repository}", f"dev.cdevents.{kind}"
        event = {
            "context": {
                "specversion": "0.5.1", "id": name, "source": source, "type": full, "timestamp": rfc3339(moment)
            },
            "subject": {"id": subject, "source": source, "content": content},
            "customData": {"flywheel": {key: value for key, value in fields.items() if value}},
        }  # fmt: skip
        headers = {
            "content-type": "application/json", "ce-specversion": "1.0", "ce-id": name, "ce-source": source,
            "ce-type": full, "ce-time": rfc3339(moment),
        }  # fmt: skip
        self.sent.append(Delivery(arrives=moment, hook=self._hook, headers=headers, content=event, tells=(tells,)))
