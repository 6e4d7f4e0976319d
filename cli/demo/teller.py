"""How the story is written down: canonical events of one team, with times as week, weekday and hour of its quarter."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

BEGINS = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday; the story's weeks count from it."""
WEEKS = 12
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Commits = Sequence[tuple[float, str | None]]
"""Of each commit: hours before the deployment, and the idea that its message names."""


def at(moment: str) -> datetime:
    """`3 Tue 14:05` is the Tuesday of the third week, UTC."""
    week, day, clock = moment.split()
    hours, minutes = map(int, clock.split(":"))
    return BEGINS + timedelta(weeks=int(week) - 1, days=_DAYS.index(day), hours=hours, minutes=minutes)


def rfc3339(moment: datetime) -> str:
    """UTC with `Z`."""
    return moment.isoformat().replace("+00:00", "Z")


class Teller:
    """One team's events, in the order in which they are told; ids follow from what happened, never from chance."""

    def __init__(self, flywheel: str | None, repository: str) -> None:
        self.flywheel, self.repository = flywheel, repository
        self.told: list[dict[str, Any]] = []
        self._commits = 0

    def idea(self, key: str, moment: str, title: str, **fields: Any) -> None:
        """A product manager writes an idea down."""
        self._tell("planning", "Idea Proposed", f"{key}-proposed", moment, idea=key, title=title, **fields)

    def challenge(
        self, idea: str, opened: str, resolved: str | None, decision: str = "proceed", kind: str = "review"
    ) -> None:
        """Engineers challenge an idea, and decide."""
        name = f"challenge-{idea}"
        self._tell("planning", "Challenge Opened", f"{name}-opened", opened, idea=idea, challenge=name, kind=kind)
        if resolved:
            self._tell(
                "planning",
                "Challenge Resolved",
                f"{name}-resolved",
                resolved,
                idea=idea,
                challenge=name,
                decision=decision,
            )

    def work(self, idea: str, moment: str) -> None:
        """The first commit on a branch for the idea."""
        self._tell("pipeline", "Work Started", f"{idea}-work", moment, idea=idea)

    def deploy(self, deployment: str, moment: str, commits: Commits = (), **fields: Any) -> None:
        """A pipeline finishes; to production and successfully unless the story says otherwise."""
        finished = at(moment)
        detail = {"environment": "production", "outcome": "succeeded", "repository": self.repository, **fields}
        if commits:
            detail["commits"] = [self._commit(finished, hours, idea) for hours, idea in commits]
            detail["head"] = detail["commits"][-1]["sha"]
        name = f"{deployment}-{detail['environment']}"
        self._tell("pipeline", "Deployment Finished", name, moment, deployment=deployment, **detail)

    def release(self, feature: str, moment: str, **fields: Any) -> None:
        """A flag is opened to users."""
        self._tell("flags", "Feature Released", f"{feature}-released", moment, feature=feature, **fields)

    def incident(self, name: str, opened: str, resolved: str | None, **fields: Any) -> None:
        """The pager rings; `cause` may be stated, or left to inference from the service."""
        self._tell("pager", "Incident Opened", f"{name}-opened", opened, incident=name, **fields)
        if resolved:
            self._tell("pager", "Incident Resolved", f"{name}-resolved", resolved, incident=name)

    def tell(self, source: str, detail_type: str, identifier: str, moment: str, **fields: Any) -> None:
        """Anything else that happens."""
        self._tell(source, detail_type, identifier, moment, **fields)

    def _tell(self, source: str, detail_type: str, identifier: str, moment: str, **fields: Any) -> None:
        detail = {"id": identifier, "time": rfc3339(at(moment)), **fields}
        if self.flywheel:
            detail["flywheel"] = self.flywheel
        self.told.append(
            {"source": f"acme.{source}", "detail-type": detail_type, "time": detail["time"], "detail": detail}
        )

    def _commit(self, finished: datetime, hours: float, idea: str | None) -> dict[str, Any]:
        self._commits += 1
        sha = hashlib.sha256(f"{self.repository} {self._commits}".encode()).hexdigest()[:40]
        commit: dict[str, Any] = {"sha": sha, "time": rfc3339(finished - timedelta(hours=hours))}
        return {**commit, "ideas": [idea]} if idea else commit
