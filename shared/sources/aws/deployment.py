"""Deployments as several AWS services tell them: a start, and an end."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from shared.sources.translation import Canonical, canonical, natural_id


class Deployment(Struct, frozen=True):
    """The fields that all events of one deployment share."""

    deployment: str
    service: str
    environment: str
    is_rollback: bool = False

    def started(self, id: str, time: str, **more: Any) -> Iterator[Canonical]:
        """It began. That it takes an earlier state back can only be said by an end: `Deployment Started` has no kind.

        So a rollback is recorded as not having taken effect yet; of all ends of one deployment a success counts, and
        the kind that any of them states (domain: "Deployments").
        """
        yield canonical("Deployment Started", id, time, **self._common, **more)
        if self.is_rollback:
            yield self.finished(natural_id(id, "rollback"), time, "failed")

    def finished(self, id: str, time: str, outcome: str, **more: Any) -> Canonical:
        """It ended."""
        kind = "rollback" if self.is_rollback else None
        return canonical("Deployment Finished", id, time, **self._common, outcome=outcome, kind=kind, **more)

    @property
    def _common(self) -> dict[str, str]:
        return {"deployment": self.deployment, "service": self.service, "environment": self.environment}
