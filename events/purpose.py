"""Phase 1, clarity of purpose: ideas, goals, metrics and the box that takes an idea on."""

from typing import Annotated, Literal

from msgspec import Meta

from events.common import Detail, Name


class IdeaProposed(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """An idea enters the wheel."""

    idea: Name
    title: str | None = None
    goal: Name | None = None
    input_metric: Name | None = None
    follows: Annotated[Name | None, Meta(description="The idea or feature whose feedback led to this one.")] = None


class GoalSet(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """A goal, and whether it names value to a user rather than output."""

    goal: Name
    statement: Annotated[str, Meta(min_length=1)]
    parent: Name | None = None
    value_oriented: bool | None = None


class MetricDefined(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """A north-star, input or effort metric and its target."""

    metric: Name
    role: Literal["north_star", "input", "effort"]
    unit: str | None = None
    target: float | None = None
    direction: Literal["up", "down"] = "up"
    cadence_days: Annotated[float, Meta(gt=0)] | None = None


class MetricMeasured(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """One measurement of a metric."""

    metric: Name
    value: float


class BoxFormed(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """The roles that take an idea on together."""

    idea: Name
    roles: list[Name]
