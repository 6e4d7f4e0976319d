"""Milestones of AWS's Well-Architected Tool, as its API answers, to `Review Recorded`. Pure; `tick` asks the API.

The Tool sends no events: what it knows must be asked for. A milestone is a snapshot that never changes, so its workload
and number are a natural key, and reading it again says the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from shared.sources.environments import service_of
from shared.sources.options import SourceOptions
from shared.sources.translation import Canonical, canonical, natural_id

SOURCE = "well-architected-tool"
"""Nobody but the stack itself may speak as it (`infra.bus`). EventBridge keeps names that begin with `aws.` to AWS."""

_COUNTED = {"HIGH": "high", "MEDIUM": "medium", "NONE": "none", "UNANSWERED": "unanswered"}
"""The Tool's words for risks, and the contract's. What is not applicable is no question."""
_OWN_LENS = "wellarchitected"
"""The lens that every workload has."""


class Milestone(Struct, frozen=True, kw_only=True):
    """One milestone of one workload, as lists of them tell it."""

    workload: str
    """The id, which stays the same when the workload is renamed."""
    name: str
    """Of the workload."""
    number: int
    title: str | None
    recorded_at: datetime
    lenses: tuple[str, ...]

    @property
    def id(self) -> str:
        """The same for every reading."""
        return natural_id("milestone", self.workload, str(self.number))


def milestone_of(summary: Mapping[str, Any], workload: Mapping[str, Any]) -> Milestone:
    """A `MilestoneSummary` of ListMilestones, of a `WorkloadSummary` of ListWorkloads."""
    then: Mapping[str, Any] = summary.get("WorkloadSummary") or {}
    lenses = then.get("Lenses") or workload.get("Lenses") or [_OWN_LENS]
    return Milestone(
        workload=workload["WorkloadId"],
        name=workload.get("WorkloadName") or then.get("WorkloadName") or workload["WorkloadId"],
        number=summary["MilestoneNumber"],
        title=summary.get("MilestoneName"),
        recorded_at=summary["RecordedAt"],
        lenses=tuple(lenses),
    )


def review_of(milestone: Milestone, reviews: Iterable[Mapping[str, Any]], options: SourceOptions) -> Canonical:
    """The event of a milestone from its `LensReview`s; the same pillar of several lenses is one pillar."""
    risks: defaultdict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COUNTED.values(), 0))
    for review in reviews:
        for pillar in review.get("PillarReviewSummaries") or ():
            for level, risk in _COUNTED.items():
                risks[pillar["PillarId"]][risk] += (pillar.get("RiskCounts") or {}).get(level, 0)
    return canonical(
        "Review Recorded",
        milestone.id,
        milestone.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        workload=milestone.workload,
        service=service_of(milestone.name, options),
        milestone=milestone.title or milestone.number,
        risks=dict(sorted(risks.items())),
    )
