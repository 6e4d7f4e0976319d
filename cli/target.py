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
        """A boto3 client. It retries nothing itself: who calls it decides what a failure means."""
        import boto3
        from botocore.config import Config

        settings = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1})
        return boto3.client(service, region_name=self.region, endpoint_url=self.endpoint_url, config=settings)


def target_of(
    stack: str | None = None, bus: str | None = None, region: str | None = None, endpoint_url: str | None = None
) -> Target:
    """The target of a command; what was typed wins over the environment."""
    name = stack or os.environ.get("FLYWHEEL_STACK") or DEFAULT_STACK
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint and endpoint.startswith(_LOCAL):
        _stand_in()
    return Target(stack=name, bus=bus or os.environ.get("FLYWHEEL_BUS") or name, region=region, endpoint_url=endpoint)


def _stand_in() -> None:
    """The embedded engine asks nobody who they are or where: what is not configured gets a stand-in in this process."""
    if "AWS_PROFILE" not in os.environ:
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "embedded")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "embedded")
    if "AWS_REGION" not in os.environ:
        os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
