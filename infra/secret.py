"""The secret for the Slack token: made empty, filled by hand, never in a template."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.nag import acknowledge


def slack_secret_arn(scope: Construct, id: str, *, name: str, retain: bool) -> str:
    """The ARN of a new secret without a value: no token, so nothing is posted until somebody puts one in."""
    secret = secretsmanager.CfnSecret(scope, id, description=f"Bot token (xoxb-) with which {name} posts to Slack")
    secret.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if retain else RemovalPolicy.DESTROY)
    acknowledge(
        secret,
        "AwsSolutions-SMG4",
        "Slack issues the bot token and Secrets Manager has no way to rotate it: a new one is put in by hand",
    )
    return secret.ref
