"""Callers of the stack's HTTP API: by a link of a message, or with AWS credentials, signed as AWS's own tools sign."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from engine import Answer, Engine, FakeSlack

OURS = Credentials("testing", "testing")
"""Of the account itself, as moto has it."""
LINK = re.compile(r"<(https://[^|>]+/board/[^|>]+)\|")


def links(slack: FakeSlack) -> list[str]:
    """The links to boards in all messages, as they stand in the message."""
    return [link for message in slack.messages for link in LINK.findall(str(message.blocks))]


def looked(engine: Engine, url: str, method: str = "GET") -> Answer:
    """What is answered to whoever follows a link."""
    parts = urlsplit(url)
    return engine.http(method, f"{parts.path}?{parts.query}", {})


def signed(
    url: str, region: str, now: datetime, credentials: Any = OURS, service: str = "execute-api"
) -> dict[str, str]:
    """The headers of a GET, signed at a moment."""
    request = AWSRequest("GET", url, headers={"x-amz-date": f"{now:%Y%m%dT%H%M%SZ}"})
    request.context["timestamp"] = f"{now:%Y%m%dT%H%M%SZ}"
    auth: Any = SigV4Auth(credentials, service, region)
    request.headers["Host"] = "example.execute-api.amazonaws.com"
    auth._inject_signature_to_request(
        request, auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    )
    return dict(request.headers.items())


def asked(engine: Engine, path: str, *, credentials: Any = OURS, now: datetime | None = None) -> Answer:
    """What the stack answers to a signed GET."""
    url = f"https://example.execute-api.amazonaws.com{path}"
    return engine.http("GET", path, signed(url, engine.cloud.region, now or engine.clock.now(), credentials))


def credentials_of(role: str, policy: str | None = None) -> Credentials:
    """Those of a new role, with a managed policy or with none, after it was assumed."""
    iam, trust = boto3.client("iam"), '{"Version": "2012-10-17", "Statement": []}'
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if policy is not None:
        iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    given: Mapping[str, Any] = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
