"""The table of AWS events that are read: what rules let through, and who translates it."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from shared.sources.aws import appconfig, cloudformation, cloudwatch, codedeploy, codepipeline, ecs, health, opsitem
from shared.sources.aws.notice import Notice
from shared.sources.translation import Translation


class Feed(Struct, frozen=True):
    """One rule: `where` narrows it to what counts, since every event that matches is paid for.

    Only exact values: emulators of EventBridge get the finer operators wrong in places.
    """

    name: str
    source: str
    detail_types: tuple[str, ...]
    translate: Callable[[Notice], Translation]
    where: dict[str, Any] | None = None

    @property
    def pattern(self) -> dict[str, Any]:
        """The rule's event pattern."""
        pattern: dict[str, Any] = {"source": [self.source], "detail-type": list(self.detail_types)}
        return pattern | ({"detail": self.where} if self.where else {})


FEEDS: tuple[Feed, ...] = (
    Feed(
        "CodePipelineExecutions",
        "aws.codepipeline",
        ("CodePipeline Pipeline Execution State Change",),
        codepipeline.executions,
        {"state": ["STARTED", "SUCCEEDED", "FAILED"]},
    ),
    Feed(
        "CodePipelineSources",
        "aws.codepipeline",
        ("CodePipeline Action Execution State Change",),
        codepipeline.sources,
        {"state": ["SUCCEEDED"], "type": {"category": ["Source"]}},
    ),
    Feed(
        "CodeDeploy",
        "aws.codedeploy",
        ("CodeDeploy Deployment State-change Notification",),
        codedeploy.deployments,
        {"state": ["START", "SUCCESS", "FAILURE", "STOP"]},
    ),
    Feed("Ecs", "aws.ecs", ("ECS Deployment State Change",), ecs.deployments),
    Feed(
        "CloudFormation",
        "aws.cloudformation",
        ("CloudFormation Stack Status Change",),
        cloudformation.stacks,
        {"status-details": {"status": [*cloudformation.STARTS, *cloudformation.OUTCOMES]}},
    ),
    Feed("CloudWatch", "aws.cloudwatch", ("CloudWatch Alarm State Change",), cloudwatch.alarms),
    Feed(
        "CloudWatchDeleted",
        "aws.cloudwatch",
        ("CloudWatch Alarm Configuration Change",),
        cloudwatch.deletions,
        {"operation": ["delete"]},
    ),
    Feed("OpsItems", "aws.ssm", ("OpsItem Create", "OpsItem Update"), opsitem.opsitems),
    Feed("Health", "aws.health", ("AWS Health Event",), health.issues, {"eventTypeCategory": ["issue"]}),
    Feed("AppConfig", "aws.appconfig", ("On Deployment Complete",), appconfig.completions),
)


def rule_patterns() -> dict[str, dict[str, Any]]:
    """Event patterns by a rule's name: for the default bus of every account whose services deploy or alarm."""
    return {feed.name: feed.pattern for feed in FEEDS}
