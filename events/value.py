"""Phase 4, long-term value: incidents, outcomes, stops, reviews and carbon."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from events.common import (
    Amount,
    Count,
    Detail,
    FieldError,
    Moment,
    Name,
    Whole,
    require_idea_or_feature,
    require_utc,
)
from events.delivery import Sha


class Cause(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The cause of an incident: exactly one of a deployment, a commit, or something external."""

    deployment: Name | None = None
    commit: Sha | None = None
    external: Annotated[bool, Meta(extra_json_schema={"enum": [True]})] | None = None

    def __post_init__(self) -> None:
        if self.external is False or (self.deployment, self.commit, self.external).count(None) != 2:
            raise FieldError("", 'exactly one of {"deployment": …}, {"commit": …} and {"external": true}')


class IncidentOpened(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """Users are, or were, affected."""

    incident: Name
    severity: str | Whole | None = None
    cause: Cause | None = None
    title: str | None = None


class IncidentResolved(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """Users are no longer affected."""

    incident: Name
    severity: str | Whole | None = None
    cause: Cause | None = None


class IncidentReviewed(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """The incident was reviewed, and what came of it."""

    incident: Name
    actions: Count | None = None
    actions_done: Count | None = None
    cause: Annotated[Cause | None, Meta(description="A review may be the first to know; the latest stated counts.")] = (
        None
    )


class OutcomeRecorded(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """The outcome of an idea or a feature."""

    result: Literal["met", "missed", "learned"]
    note: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require_idea_or_feature(self)


class TurnStopped(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """The idea is taken no further."""

    idea: Name
    reason: str | None = None


class Risks(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Risk counts of one pillar of a Well-Architected review."""

    high: Count = 0
    medium: Count = 0
    none: Count = 0
    unanswered: Count = 0


class ReviewRecorded(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """A Well-Architected review or milestone: risks by pillar."""

    workload: Name
    risks: dict[str, Risks]
    milestone: str | Whole | None = None
    actions_done: Count | None = None


class CarbonRecorded(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """Inputs of the Software Carbon Intensity of one period (ISO/IEC 21031), grams of CO2 equivalent."""

    period_start: Moment
    period_end: Moment
    unit: Annotated[Name, Meta(description="The functional unit, for example `order`.")]
    units: Annotated[float, Meta(gt=0)]
    operational_gco2e: Amount | None = None
    energy_kwh: Amount | None = None
    intensity_gco2e_per_kwh: Amount | None = None
    embodied_gco2e: Amount | None = None
    method: Literal["location_based"] = "location_based"
    model_version: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require_utc("period_start", self.period_start)
        require_utc("period_end", self.period_end)
        if self.period_end <= self.period_start:
            raise FieldError("period_end", "a time after `period_start`")
        if self.operational_gco2e is None and (self.energy_kwh is None or self.intensity_gco2e_per_kwh is None):
            raise FieldError("operational_gco2e", "a number, or else both `energy_kwh` and `intensity_gco2e_per_kwh`")
