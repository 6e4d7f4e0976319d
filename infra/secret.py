"""The secret for the Slack token: made empty, filled by hand, never in a template; and who may use the key of secrets.

A stage may name a key of the account's own for secrets and parameters; without one AWS's own keys do the same and cost
nothing. Queues, topic and table stay under AWS's keys (docs/decisions/0025-a-key-of-ones-own.md).
"""

from collections.abc import Iterator, Sequence

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.nag import acknowledge

USES = {
    "secretsmanager:GetSecretValue": "kms:Decrypt",
    "ssm:GetParameter": "kms:Decrypt",
    "ssm:PutParameter": "kms:Encrypt",
}
"""What a service does with the key when it is asked for this (the guides of Secrets Manager and Parameter Store)."""


def slack_secret_arn(scope: Construct, id: str, *, name: str, retain: bool, key: str | None) -> str:
    """The ARN of a new secret without a value: no token, so nothing is posted until somebody puts one in.

    It has a generated name: one that is scheduled for deletion, for up to 30 days, stands in no new stack's way.
    """
    secret = secretsmanager.CfnSecret(
        scope, id, description=f"Bot token (xoxb-) with which {name} posts to Slack", kms_key_id=key
    )
    secret.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if retain else RemovalPolicy.DESTROY)
    acknowledge(
        secret,
        "AwsSolutions-SMG4",
        "Slack issues the bot token and Secrets Manager has no way to rotate it: a new one is put in by hand",
    )
    return secret.ref


def uses_of(key: str | None, allowed: Sequence[iam.PolicyStatement]) -> Iterator[iam.PolicyStatement]:
    """The statements on the key that go with what a role may read and write; none where there is no such key.

    A role uses the key only by the service that it asks, never itself.
    """
    asked = {action for statement in allowed for action in statement.actions if action in USES}
    if key is None:
        return
    for service in sorted({action.partition(":")[0] for action in asked}):
        yield iam.PolicyStatement(
            actions=sorted({USES[action] for action in asked if action.startswith(f"{service}:")}),
            resources=[key],
            conditions={"StringEquals": {"kms:ViaService": f"{service}.{Aws.REGION}.{Aws.URL_SUFFIX}"}},
        )
