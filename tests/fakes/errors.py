"""Errors as AWS's client raises them."""

from typing import Any

from botocore.exceptions import ClientError


def refusal(code: str, status: int = 400, operation: str = "AnOperation") -> ClientError:
    """What botocore raises for an answer with this code and HTTP status."""
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)
