"""The stack that a command speaks to, and every client of AWS that a command has.

What was typed, else FLYWHEEL_STACK, FLYWHEEL_BUS and AWS's own variables, as AWS's own tools read them.
"""

import os
from typing import Any, NamedTuple

DEFAULT_STACK = "flywheel-dev"
"""The name that `make deploy` and `flywheel up` give a stack where none is typed; the bus has the same."""
_LOCAL = ("http://localhost", "http://127.0.0.1")
_CREDENTIALS = (
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""Variables by which somebody says who they are, beside the keys themselves."""


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

    @property
    def typed_endpoint(self) -> str | None:
        """The endpoint where it is not AWS_ENDPOINT_URL, beside which AWS_ENDPOINT_URL_SSM and the like count."""
        return None if self.endpoint_url == os.environ.get("AWS_ENDPOINT_URL") else self.endpoint_url

    def client(self, service: str) -> Any:
        """A boto3 client. It retries nothing itself: who calls it decides what a failure means.

        Raises CommandError where profile, region or endpoint cannot be used.
        """
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        from cli.aws_errors import transient_reason
        from cli.failure import CommandError
        from cli.not_aws import prepared

        settings = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1})
        try:
            client = boto3.client(service, region_name=self.region, endpoint_url=self.typed_endpoint, config=settings)
        except (BotoCoreError, ValueError) as error:  # ValueError: an endpoint that is no address
            raise CommandError(transient_reason(error, service)) from error
        return prepared(client, boto3.DEFAULT_SESSION.get_credentials())

    def signed(self, url: str, service: str = "execute-api") -> dict[str, str]:
        """The headers of a GET, signed as AWS's own tools sign it.

        Raises CommandError where there are no credentials to sign with.
        """
        import boto3
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError, NoCredentialsError

        from cli.aws_errors import transient_reason
        from cli.failure import CommandError

        session, request = boto3.Session(region_name=self.region), AWSRequest("GET", url)
        try:
            credentials = session.get_credentials()
            if credentials is None:
                raise NoCredentialsError
            SigV4Auth(credentials, service, session.region_name).add_auth(request)
        except BotoCoreError as error:
            raise CommandError(transient_reason(error, "credentials")) from error
        return dict(request.headers.items())


def target_of(
    stack: str | None = None, bus: str | None = None, region: str | None = None, endpoint_url: str | None = None
) -> Target:
    """The target of a command; what was typed wins over the environment."""
    from shared.aws.region import region_in

    name = stack or os.environ.get("FLYWHEEL_STACK") or DEFAULT_STACK
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint and endpoint.startswith(_LOCAL):
        _stand_in()
    bus = bus or os.environ.get("FLYWHEEL_BUS") or name
    return Target(stack=name, bus=bus, region=region or region_in(os.environ), endpoint_url=endpoint)


def _stand_in() -> None:
    """The embedded engine asks nobody who they are or where: what is not configured gets a stand-in in this process."""
    if not any(os.environ.get(name) for name in _CREDENTIALS):
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "embedded")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "embedded")
    if "AWS_REGION" not in os.environ:
        os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
