"""The secrets of hooks in SSM: made here, read by intake, shown once."""

import base64
import secrets
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from cli.aws_errors import transient_reason
from cli.failure import CommandError, WrongInputError
from cli.figures.from_stack import outputs_of, telling_errors
from cli.target import Target
from shared.intake.secrets import secrets_in, value_of
from shared.sources.catalogue import Source
from shared.sources.verifiers import StandardWebhooks, standard_key

KEY_OUTPUT = "KeyArn"
"""The key of KMS that the stack reads secrets with; AWS's own where there is none."""
_BYTES = 32


class Kept(Struct, frozen=True):
    """A hook that has a secret, and since when."""

    name: str
    since: str


class Vault:
    """The parameters under `/<stack>/hooks/`."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._client = target.client("ssm")
        self._prefix = f"/{target.stack}/hooks/"

    def add(self, name: str, secret: str) -> None:
        """The first secret of a hook; raises WrongInputError where there is one."""
        self._put(name, [secret], overwrite=False)

    def replace(self, name: str, secrets_: Sequence[str]) -> None:
        """The secrets of a hook that has some."""
        self._put(name, secrets_, overwrite=True)

    def remove(self, name: str) -> None:
        """Take the secrets of a hook away; raises WrongInputError where there are none."""
        try:
            self._client.delete_parameter(Name=self._prefix + name)
        except (ClientError, BotoCoreError) as error:
            if _code(error) == "ParameterNotFound":
                raise WrongInputError(
                    f"NAME: {name!r} has no secret; flywheel hook list names those that have"
                ) from error
            raise self._command_error(error) from error

    def secrets(self, name: str) -> tuple[str, ...]:
        """The secrets of a hook, the newest first; raises WrongInputError where there is none."""
        try:
            answer = self._client.get_parameter(Name=self._prefix + name, WithDecryption=True)
        except (ClientError, BotoCoreError) as error:
            if _code(error) == "ParameterNotFound":
                raise WrongInputError(f"NAME: {name!r} has no secret yet; flywheel hook add {name}") from error
            raise self._command_error(error) from error
        return secrets_in(answer["Parameter"]["Value"])

    def all(self) -> Iterator[Kept]:
        """Every hook that has a secret, by name."""
        try:
            pages = self._client.get_paginator("get_parameters_by_path").paginate(Path=self._prefix.rstrip("/"))
            parameters = [each for page in pages for each in page["Parameters"]]
        except (ClientError, BotoCoreError) as error:
            raise self._command_error(error) from error
        for each in sorted(parameters, key=lambda each: str(each["Name"])):
            yield Kept(each["Name"].removeprefix(self._prefix), each["LastModifiedDate"].date().isoformat())

    def _put(self, name: str, secrets_: Sequence[str], *, overwrite: bool) -> None:
        with telling_errors(self._target):
            key = outputs_of(self._target).get(KEY_OUTPUT)
        try:
            self._client.put_parameter(
                Name=self._prefix + name,
                Value=value_of(secrets_),
                Type="SecureString",
                Overwrite=overwrite,
                Description=f"What the sender of /hooks/{name} signs with",
                **({"KeyId": key} if key else {}),
            )
        except (ClientError, BotoCoreError) as error:
            if _code(error) == "ParameterAlreadyExists":
                mend = f"flywheel hook rotate {name} makes another"
                raise WrongInputError(f"NAME: {name!r} has a secret already; {mend}") from error
            raise self._command_error(error) from error

    def _command_error(self, error: Exception) -> CommandError:
        return CommandError(transient_reason(error, f"parameters {self._prefix}*"))


def chosen_secret(source: Source, *, from_stdin: bool) -> str:
    """The secret that the vendor made, from standard input, or a new one."""
    return given_secret(source, sys.stdin.read()) if from_stdin else new_secret(source)


def new_secret(source: Source) -> str:
    """A secret that nobody can guess, in the form that the source takes."""
    if isinstance(source.verifier, StandardWebhooks):
        return f"whsec_{base64.b64encode(secrets.token_bytes(_BYTES)).decode()}"
    return secrets.token_urlsafe(_BYTES)


def given_secret(source: Source, text: str) -> str:
    """A secret that the vendor made; raises WrongInputError for one that could not have been."""
    secret = text.strip()
    if not secret or len(secret) > 1024 or not secret.isprintable():
        raise WrongInputError("stdin: no secret there; pipe it in, or type it and end with Ctrl-D")
    if isinstance(source.verifier, StandardWebhooks):
        try:
            standard_key(secret)
        except ValueError as error:
            raise WrongInputError(f"stdin: {error}") from error
    return secret


def _code(error: Exception) -> str:
    answer: Any = getattr(error, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))
