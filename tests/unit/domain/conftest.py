"""A history written down event by event, and the report that it gives."""

from datetime import UTC, datetime
from typing import Any

import pytest

from events import decode
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Turn, Wheel


class History:
    """Events of one flywheel, `wheel`, with its service `web`; times are written `MM-DD HH:MM` of 2026, in UTC."""

    def __init__(self) -> None:
        self.envelopes: list[dict[str, Any]] = []
        self.settings = Settings(flywheels={"wheel": FlywheelSettings(id="wheel", services=("web", "api"))})

    def configure(self, **changes: Any) -> None:
        """Give the flywheel other settings."""
        values = {"id": "wheel", "services": ("web", "api"), **changes}
        self.settings = Settings(flywheels={"wheel": FlywheelSettings(**values)})

    def at(self, when: str) -> datetime:
        """A time of 2026; an ISO time is taken as it is."""
        if "T" in when:
            return datetime.fromisoformat(when)
        return datetime.strptime(f"2026-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)

    def send(self, detail_type: str, when: str, **detail: Any) -> dict[str, Any]:
        """Add an event; returns its envelope, so that a test can send it again."""
        number = len(self.envelopes)
        common = {"id": f"e{number}", "time": self.at(when).isoformat(), "flywheel": "wheel"}
        body = {key: value for key, value in {**common, **detail}.items() if value is not None}
        envelope = {"source": "test", "detail-type": detail_type, "detail": body}
        self.envelopes.append(envelope)
        return envelope

    def deploy(self, name: str, when: str, *commits: Any, **detail: Any) -> dict[str, Any]:
        """A production deployment of `web`; a commit is a time, or (sha, time), or (sha, time, ideas)."""
        listed = []
        for place, commit in enumerate(commits):
            sha, time, *ideas = (f"{name}-{place}", commit) if isinstance(commit, str) else commit
            listed.append({"sha": sha, "time": self.at(time).isoformat(), **({"ideas": ideas[0]} if ideas else {})})
        values = {"service": "web", "environment": "production", "outcome": "succeeded", "commits": listed or None}
        return self.send("Deployment Finished", when, **{**values, "deployment": name, **detail})

    def incident(self, name: str, opened: str, resolved: str | None = None, **detail: Any) -> None:
        """An incident; what is given besides belongs to its opening."""
        self.send("Incident Opened", opened, incident=name, **detail)
        if resolved is not None:
            self.send("Incident Resolved", resolved, incident=name)

    def facts(self) -> list[Fact]:
        """What the log would keep."""
        return [fact_of(decode(envelope)) for envelope in self.envelopes]

    def wheel(self, as_of: str, flywheel: str = "wheel") -> Wheel:
        """The fold."""
        return fold(self.facts(), flywheel, self.settings, self.at(as_of))

    def turn(self, name: str, as_of: str) -> Turn:
        """One turn of the fold."""
        (turn,) = (turn for turn in self.wheel(as_of).turns if turn.turn == name)
        return turn

    def linked(self, name: str, as_of: str) -> dict[str, str]:
        """The deployments of a turn, and how each is linked."""
        wheel = self.wheel(as_of)
        (turn,) = (turn for turn in wheel.turns if turn.turn == name)
        how = [(place, "explicit") for place in turn.explicit] + [(place, "inferred") for place in turn.inferred]
        return {wheel.deployments[place].name: link for place, link in how}

    def report(self, as_of: str, days: float = 28, flywheel: str = "wheel") -> dict[str, Any]:
        """The report, as from files."""
        return report(
            self.facts(),
            flywheel=flywheel,
            settings=self.settings,
            as_of=self.at(as_of),
            window_days=days,
            from_files=True,
        )


@pytest.fixture
def history() -> History:
    """An empty history."""
    return History()
