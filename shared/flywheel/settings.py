"""Settings as the figures see them: plain values, no file, no environment."""

import hashlib
from fnmatch import fnmatchcase
from typing import Literal

import msgspec
from msgspec import Struct, field

UNASSIGNED = "unassigned"
"""Where an event goes that no flywheel owns."""


class FlywheelSettings(Struct, frozen=True, kw_only=True):
    """One flywheel: what it owns and by which rules it is measured."""

    id: str
    name: str | None = None
    kind: Literal["team", "value_stream", "data_domain", "organisation"] = "team"
    parent: str | None = None
    services: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    release: Literal["explicit", "on_deployment"] = "explicit"
    soak_days: float = 7.0
    incident_hours: float = 24.0
    time_zone: str = "UTC"
    vocabulary: Literal["book", "scaling", "data"] = "book"
    channel: str | None = None


class SlackSettings(Struct, frozen=True, kw_only=True):
    """Where messages go that no flywheel or persona has a channel for."""

    channel: str = "#value-flywheel"


class Settings(Struct, frozen=True, kw_only=True):
    """All settings of a stack."""

    production: tuple[str, ...] = ("production", "prod", "live")
    window_days: float = 84.0
    slack: SlackSettings = field(default_factory=SlackSettings)
    flywheels: dict[str, FlywheelSettings] = field(default_factory=dict)

    def flywheel(self, id: str) -> FlywheelSettings:
        """The settings of one flywheel; the defaults for one that is only named by events."""
        return self.flywheels.get(id) or FlywheelSettings(id=id)

    def owner_of_service(self, service: str) -> str | None:
        """The flywheel that owns a service: an exact name beats a pattern, then the first in the file wins."""
        return self._owner(service, "services")

    def owner_of_repository(self, repository: str) -> str | None:
        """The flywheel that owns a repository; same rule as for services."""
        return self._owner(repository, "repositories")

    def is_production(self, environment: str) -> bool:
        """Whether deployments to this environment count; case does not matter."""
        return environment.casefold() in {name.casefold() for name in self.production}

    def fingerprint(self) -> str:
        """A stable hash: derived items carry it, and a new one makes `tick` fold again."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:16]

    def _owner(self, name: str, patterns: Literal["services", "repositories"]) -> str | None:
        for exact in (True, False):
            for flywheel in self.flywheels.values():
                for pattern in getattr(flywheel, patterns):
                    if name == pattern if exact else fnmatchcase(name, pattern):
                        return flywheel.id
        return None
