"""cdk-nag: which packs check every synth, and how a finding is acknowledged."""

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from constructs import Construct


def check(app: App) -> None:
    """Make `app.synth()` fail on any finding that nobody acknowledged."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))


def acknowledge(construct: Construct, rule: str, reason: str) -> None:
    """Accept one finding on one resource: the reason is read by whoever reviews the stack."""
    Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))
