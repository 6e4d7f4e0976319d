"""A stack in AWS with the secret of its Slack app."""

from typing import Any

import pytest

from cli.target import Target
from tests.fakes.errors import refusal

REQUEST_URL = "https://abc.execute-api.eu-west-1.amazonaws.com/slack"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"


class Aws:
    """A stack and its secret."""

    def __init__(self) -> None:
        self.secret: str | None = None

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        outputs = {"TableName": "table", "SlackSecretArn": "arn:secret", "SlackUrl": REQUEST_URL}
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()]}]}

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:
        if self.secret is None:
            raise refusal("ResourceNotFoundException")
        return {"SecretString": self.secret}

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> None:
        assert SecretId == "arn:secret"
        self.secret = SecretString


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    made = Aws()
    monkeypatch.setattr(Target, "client", lambda _, service: made)
    return made
