"""The app's secret in Secrets Manager: read to ask Slack with, written without ever being shown."""

from typing import Any

from botocore.exceptions import ClientError
from msgspec.structs import replace

from cli.failure import WrongInputError
from cli.figures.from_stack import outputs_of, telling_errors
from cli.target import Target
from shared.slack.token import Credentials, credentials_in, secret_of

SECRET_OUTPUT, URL_OUTPUT = "SlackSecretArn", "SlackUrl"
_LOCAL_PATH = "/_http/slack"
"""Where the embedded engine answers for the HTTP API (`engine/server.py`)."""


class Vault:
    """The secret of one stack."""

    def __init__(self, target: Target) -> None:
        self._target = target
        with telling_errors(target):
            self._outputs = outputs_of(target)

    @property
    def request_url(self) -> str:
        """Where Slack is to tell of what people do."""
        if self._target.is_local:
            return (self._target.endpoint_url or "").rstrip("/") + _LOCAL_PATH
        return self._output(URL_OUTPUT)

    def read(self) -> Credentials:
        """What the secret holds; nothing where it is still empty. Raises CommandError."""
        with telling_errors(self._target):
            try:
                answer = self._client.get_secret_value(SecretId=self._output(SECRET_OUTPUT))
            except ClientError as error:
                if error.response["Error"]["Code"] == "ResourceNotFoundException":
                    return Credentials()
                raise
        return credentials_in(str(answer.get("SecretString") or "").strip())

    def keep(self, new: Credentials) -> None:
        """Put what is new into the secret; what is not said anew stays. Raises CommandError."""
        old = self.read()
        kept = replace(
            new,
            token=new.token or old.token,
            signing_secrets=new.signing_secrets or old.signing_secrets,
            team=new.team or old.team,
            webhooks={**old.webhooks, **new.webhooks},
        )
        with telling_errors(self._target):
            self._client.put_secret_value(SecretId=self._output(SECRET_OUTPUT), SecretString=secret_of(kept))

    @property
    def _client(self) -> Any:
        return self._target.client("secretsmanager")

    def _output(self, name: str) -> str:
        if name not in self._outputs:
            raise WrongInputError(
                f"--stack: {self._target.stack!r} has no output {name}; make deploy brings it up to date"
            )
        return self._outputs[name]
