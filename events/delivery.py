"""Phase 3, next best action: work, recorded changes, deployments and releases."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from events.common import Count, Detail, Moment, Name, Share, Whole, require_idea_or_feature, require_utc

Sha = Annotated[str, Meta(min_length=1, max_length=128)]


class Commit(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A commit that a deployment carries, and the ideas it names."""

    sha: Sha
    time: Moment
    ideas: list[Name] | None = None

    def __post_init__(self) -> None:
        require_utc("time", self.time)


class RecordedCommit(Commit, kw_only=True, frozen=True, omit_defaults=True):
    """A pushed commit; `services` where a monorepo says which services it touches."""

    services: list[Name] | None = None


class WorkStarted(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """Work on an idea or a feature began."""

    commit: Sha | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require_idea_or_feature(self)


class ChangeRecorded(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """A push to a branch, oldest commit first."""

    repository: Name
    head: Sha
    commits: list[RecordedCommit]
    branch: Name | None = None
    before: Sha | None = None


class DeploymentStarted(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """Adds to the deployment of the same id; is none by itself."""

    deployment: Name
    service: Name
    environment: Name
    repository: Name | None = None
    head: Sha | None = None


class DeploymentFinished(DeploymentStarted, kw_only=True, frozen=True, omit_defaults=True):
    """A deployment ended. `failed` never took effect, `rolled_back` did and was undone by the same deployment."""

    outcome: Literal["succeeded", "failed", "rolled_back"]
    kind: Literal["planned", "hotfix", "rollback"] = "planned"
    commits: list[Commit] | None = None
    ideas: list[Name] | None = None
    features: list[Name] | None = None
    remediates: Annotated[Name | None, Meta(description="The deployment that this one mends.")] = None
    started_at: Moment | None = None
    manual_steps: Count | None = None
    net_lines: Whole | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.started_at is not None:
            require_utc("started_at", self.started_at)


class FeatureReleased(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """Users can use the feature; an `audience` of 0 releases nothing."""

    feature: Name
    deployments: list[Name] | None = None
    commits: Annotated[list[Sha] | None, Meta(description="Shas of the commits released.")] = None
    audience: Share | None = None


class FeatureWithdrawn(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """The feature was taken back from its users."""

    feature: Name
