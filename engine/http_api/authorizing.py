"""Routes with `AWS_IAM`: a request carries a signature (version 4) of this place and time, and its caller is allowed.

The value of a signature is not computed: callers' secret keys are not known here. A key that moto gave to a user or a
role is judged by the policies of that user or role; any other stands for the account itself, as everywhere in moto.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.account.cloud import Cloud
from engine.iam.policies import Access, Statement, is_allowed

SKEW: Final = timedelta(minutes=5)
"""How far a signature's time may be from the clock."""
_FORM: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[A-Za-z0-9]+)/(?P<day>\d{8})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z-]+)"
    r"/aws4_request, ?SignedHeaders=(?P<signed>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Caller:
    """Who signed a request: the access key, whose it is, and what its policies say; None: all, it is the account."""

    key: str
    arn: str
    statements: list[Statement] | None

    def may(self, access: Access) -> bool:
        return self.statements is None or is_allowed(self.statements, access)


def caller_of(cloud: Cloud, headers: Mapping[str, str], now: datetime) -> Caller | None:
    """The caller of a signed request; None where no signature is there, or it is for something else or another time."""
    scope = _FORM.fullmatch(headers.get("authorization", ""))
    if scope is None or (scope["region"], scope["service"]) != (cloud.region, "execute-api"):
        return None
    at = _moment(headers.get("x-amz-date", ""))
    if at is None or abs(at - now) > SKEW or f"{at:%Y%m%d}" != scope["day"] or "host" not in scope["signed"].split(";"):
        return None
    holder = cloud.holder_of_key(scope["key"])
    return Caller(scope["key"], *(holder or (f"arn:aws:iam::{cloud.account}:root", None)))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
