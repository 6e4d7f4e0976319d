"""The construct that every Lambda of the stack is made with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from aws_cdk import AssetHashType, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.bundle import Bundle
from infra.bus import PUT_EVENTS
from infra.nag import acknowledge
from infra.stage import Stage
from shared.store.table import names

TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One function: its purpose and its needs."""

    name: str
    """Of its folder under `functions/`."""
    does: str
    """In one sentence."""
    timeout: Duration
    allowed: Sequence[iam.PolicyStatement]
    """Beside logging, and tracing where the stage says so, which every function may do."""
    environment: Mapping[str, str] = field(default_factory=dict)
    knows_table: bool = True
    memory: int = 512
    """MB; the share of a CPU, and so the time of a cold start, goes with it."""
    concurrency: int | None = None
    """Executions reserved for it, which is also the most of it at once."""


class Function(Construct):
    """One function: its bundle, a role of its own with exact actions, a log group with retention."""

    def __init__(self, scope: Construct, id: str, task: Task, *, stage: Stage, bundle: Bundle) -> None:
        super().__init__(scope, id)
        self.name = f"{stage.prefix}-{task.name}"
        self.logs = log_group(self, f"/aws/lambda/{self.name}", stage.log_retention_days)
        self.role = self._role(task.allowed, traced=stage.tracing)
        self.publishes = any(PUT_EVENTS in statement.actions for statement in task.allowed)
        """Whether it may put events on the bus."""
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=self.name,
            description=task.does,
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{task.name}.handler.handler",
            code=lambda_.Code.from_asset(
                str(bundle.directory), asset_hash=bundle.digest, asset_hash_type=AssetHashType.CUSTOM
            ),
            timeout=task.timeout,
            memory_size=task.memory,
            reserved_concurrent_executions=task.concurrency,
            role=self.role.without_policy_updates(),
            log_group=self.logs,
            tracing=lambda_.Tracing.ACTIVE if stage.tracing else lambda_.Tracing.PASS_THROUGH,
            environment={
                **task.environment,
                names.ENV_SERVICE: task.name,
                names.ENV_NAMESPACE: names.METRICS_NAMESPACE,
                names.ENV_LOG_LEVEL: stage.log_level,
                **({names.ENV_TRACING: "true"} if stage.tracing else {}),
            },
        )
        if not stage.tracing:
            acknowledge(
                self.function,
                "Serverless-LambdaTracing",
                "The stage's `tracing` turns it on: unlooked at, traces are a third of the variable bill",
            )

    def _role(self, allowed: Sequence[iam.PolicyStatement], *, traced: bool) -> iam.Role:
        """Nothing is added to it later: CDK's own grants are wider than what the functions do."""
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {self.name} may do",
            inline_policies={
                "Own": iam.PolicyDocument(
                    minimize=False,
                    statements=[
                        allow(["logs:CreateLogStream", "logs:PutLogEvents"], self.logs.log_group_arn),
                        *([allow(list(TRACES), "*")] if traced else []),
                        *allowed,
                    ],
                )
            },
        )
        for rule in ("AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions") if traced else ():
            acknowledge(role, rule, "X-Ray's two write actions know no resources (Service Authorization Reference)")
        return role


def log_group(scope: Construct, name: str, retention_days: int) -> logs.LogGroup:
    """Logs are no data of the flywheel: they go with the stack. No role may create the group again."""
    group = logs.LogGroup(scope, "Logs", log_group_name=name, removal_policy=RemovalPolicy.DESTROY)
    cast("logs.CfnLogGroup", group.node.default_child).retention_in_days = retention_days
    return group


def allow(
    actions: Sequence[str], *resources: str, where: Mapping[str, Mapping[str, Sequence[str]]] | None = None
) -> iam.PolicyStatement:
    """One statement of a role: these actions on these resources, under conditions where there are any."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=where)


def only_keys(prefix: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The condition under which a statement holds for items whose partition keys begin so, and no others."""
    return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{prefix}*"]}}
