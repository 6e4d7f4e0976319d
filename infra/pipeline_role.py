"""The role of GitHub's workflows: no stored key, and nothing allowed but to put events on the flywheel bus."""

from collections.abc import Sequence

from aws_cdk import Arn, ArnComponents, ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"


class PipelineRole(Construct):
    """Assumed with a workflow's OIDC token.

    The account's identity provider for GitHub is not made here: an account can have just one, and other stacks, or
    another stage of this one, need it too (`docs/wiring.md` has the line that makes it).
    """

    def __init__(self, scope: Construct, id: str, *, subjects: Sequence[str], allowed: iam.IManagedPolicy) -> None:
        super().__init__(scope, id)
        self.role = iam.Role(
            self,
            "Role",
            description="GitHub workflows that put events on the flywheel bus",
            assumed_by=iam.FederatedPrincipal(
                _provider(Stack.of(self)), _conditions(subjects), "sts:AssumeRoleWithWebIdentity"
            ),
            managed_policies=[allowed],
            max_session_duration=Duration.hours(1),
        )


def _provider(stack: Stack) -> str:
    parts = ArnComponents(
        service="iam",
        region="",
        resource="oidc-provider",
        resource_name=ISSUER,
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
    return Arn.format(parts, stack)


def _conditions(subjects: Sequence[str]) -> dict[str, dict[str, str | list[str]]]:
    """Exact, unless somebody asked for any context of a repository (`:*`)."""
    audience: dict[str, str | list[str]] = {f"{ISSUER}:aud": AUDIENCE}
    named: dict[str, str | list[str]] = {f"{ISSUER}:sub": list(subjects)}
    if any(subject.endswith("*") for subject in subjects):
        return {"StringEquals": audience, "StringLike": named}
    return {"StringEquals": {**audience, **named}}
