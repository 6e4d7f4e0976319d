"""What comes where AWS's answer should: a proxy's page, a guest network's sign-in, or nothing; and who cannot ask.

botocore stumbles over either with errors of its parser, or gives an answer without anything in it. Here each is an
error of botocore's own kind, which whoever calls AWS looks for.
"""

import json
from typing import Any

from botocore.exceptions import BotoCoreError

_PAGE = (b"<!doctype html", b"<html")
_MAY_BE_EMPTY = "sqs"
"""A queue without messages is answered with nothing."""


class NotAwsError(BotoCoreError):  # type: ignore[misc]  # botocore has no types
    """What came is not AWS's."""

    fmt = "the answer (HTTP {status}) is not AWS's: is there a proxy in between (HTTPS_PROXY, NO_PROXY)?"


class CredentialFileError(BotoCoreError):  # type: ignore[misc]  # as above
    """A file that the credentials are in, such as a web identity's token, cannot be read."""

    fmt = "{error}"


def prepared(client: Any, credentials: Any = None) -> Any:
    """A client that raises NotAwsError where something else comes instead of an answer.

    With botocore's `credentials` it raises CredentialFileError where a file of theirs cannot be read.
    """
    client.meta.events.register("before-parse", _refuse)
    if credentials is not None:
        client.meta.events.register("before-sign", lambda **_: _read(credentials))
    return client


def _read(credentials: Any) -> None:
    try:
        credentials.get_frozen_credentials()
    except OSError as error:
        raise CredentialFileError(error=error) from error


def _refuse(response_dict: dict[str, Any], operation_model: Any, **_: Any) -> None:
    body, status = response_dict.get("body") or b"", response_dict["status_code"]
    if not isinstance(body, bytes):
        return
    is_page = body.lstrip()[:14].lower().startswith(_PAGE)
    if is_page or not (_is_answer if status < 300 else _is_refusal)(body, operation_model):
        raise NotAwsError(status=status)


def _is_refusal(body: bytes, operation_model: Any) -> bool:
    """Whether a body of a failure is one that botocore can read: of any text but XML it makes an error itself."""
    return "json" in operation_model.service_model.protocol or not body or body.lstrip().startswith(b"<")


def _is_answer(body: bytes, operation_model: Any) -> bool:
    """Whether a body of a success is in the service's own form, and says something where the operation does."""
    service, shape = operation_model.service_model, operation_model.output_shape
    if shape is None or not shape.members:
        return True
    if "json" not in service.protocol:
        return body.lstrip().startswith(b"<")
    try:
        values = json.loads(body)
    except ValueError:
        return False
    return isinstance(values, dict) and (
        service.service_name == _MAY_BE_EMPTY or not shape.members.keys().isdisjoint(values)
    )
