"""The stack that a command speaks to: what was typed, else FLYWHEEL_STACK, FLYWHEEL_BUS and AWS's own variables."""

import os
from typing import Any, NamedTuple

DEFAULT_STACK = "flywheel-dev"
"""The name that `make deploy` and `flywheel up` give a stack where none is typed; the bus has the same."""
_LOCAL = ("http://localhost", "http://127.0.0.1")


class Target(NamedTuple):
    """A stack in a region, or on the embedded engine at an endpoint."""

    stack: str
    bus: str
    region: str | None = None
    endpoint_url: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether this is the embedded engine."""
        return (self.endpoint_url or "").startswith(_LOCAL)

    def client(self, service: str) -> Any:
        """A boto3 client. It retries nothing itself: who calls it decides what a failure means.

        Raises CommandError where profile, region or endpoint cannot be used.
        """
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        from cli.bus import transient_reason
        from cli.failure import CommandError
        from cli.not_aws import refuse_pages

        settings = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1})
        try:
            client = boto3.client(service, region_name=self.region, endpoint_url=self.endpoint_url, config=settings)
        except BotoCoreError as error:
            raise CommandError(transient_reason(error, service)) from error
        return refuse_pages(client)


def target_of(
    stack: str | None = None, bus: str | None = None, region: str | None = None, endpoint_url: str | None = None
) -> Target:
    """The target of a command; what was typed wins over the environment."""
    name = stack or os.environ.get("FLYWHEEL_STACK") or DEFAULT_STACK
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint and endpoint.startswith(_LOCAL):
        _stand_in()
    bus = bus or os.environ.get("FLYWHEEL_BUS") or name
    return Target(stack=name, bus=bus, region=region or _region(), endpoint_url=endpoint)


def _region() -> str | None:
    """The region of the environment, as AWS's own tools read it; boto3 reads the second variable alone.

    None: the profile's.
    """
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or None


def _stand_in() -> None:
    """The embedded engine asks nobody who they are or where: what is not configured gets a stand-in in this process."""
    if "AWS_PROFILE" not in os.environ:
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "embedded")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "embedded")
    if "AWS_REGION" not in os.environ:
        os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
