"""The rights that `tick` has on the Well-Architected Tool, where the configuration enables it; none otherwise."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam

from infra.function import Function, allow
from infra.nag import acknowledge
from shared.flywheel.settings.values import WellArchitectedSettings


def reads_reviews(stack: Stack, chosen: WellArchitectedSettings) -> list[iam.PolicyStatement]:
    """List workloads, which knows no resources (Service Authorization Reference), and read those of one Region."""
    if not chosen.enabled:
        return []
    return [
        allow(["wellarchitected:ListWorkloads"], "*"),
        allow(["wellarchitected:GetLensReview", "wellarchitected:ListMilestones"], _workloads(stack, chosen)),
    ]


def acknowledge_reviews(tick: Function, chosen: WellArchitectedSettings) -> None:
    """Why cdk-nag may let the wildcards pass."""
    if chosen.enabled:
        region = chosen.region or "<AWS::Region>"
        acknowledge(
            tick.role,
            f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:wellarchitected:{region}:<AWS::AccountId>:workload/*]",
            "Workloads come and go without a deployment; their milestones are read, and nothing is changed",
        )
        for rule in ("AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions"):
            acknowledge(
                tick.role,
                rule,
                "ListWorkloads, and X-Ray's two write actions, know no resources (Service Authorization Reference)",
            )


def _workloads(stack: Stack, chosen: WellArchitectedSettings) -> str:
    return stack.format_arn(
        service="wellarchitected",
        region=chosen.region,
        resource="workload",
        resource_name="*",
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
