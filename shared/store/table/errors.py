"""Errors of the store, told apart by what the caller should do."""

from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.exceptions import HTTPClientError
from pynamodb.exceptions import PynamoDBException

RETRYABLE_CODES = frozenset(
    {
        "InternalServerError",
        "InternalFailure",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Answers of DynamoDB after which the same call may succeed: throttles, 5xx, conflicts."""


class StoreError(Exception):
    """The store could not do it now; the delivery goes back to its queue and is tried again."""


class UnprocessedKeysError(StoreError):
    """DynamoDB returned keys unread, several times over: it is throttling."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} keys were still unread after several attempts")
        self.count = count


class LostRaceError(StoreError):
    """Others changed the same items again and again while this change was tried."""

    def __init__(self, what: str, rounds: int) -> None:
        super().__init__(f"{what}: lost against other writers {rounds} times")
        self.what = what
        self.rounds = rounds


class TooLargeError(ValueError):
    """An event that no item can hold, for good: retrying cannot help."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"{size} bytes, the log keeps at most {limit}")
        self.size = size
        self.limit = limit


def code_of(error: PynamoDBException) -> str | None:
    """DynamoDB's code for why it refused; None where no answer came.

    PynamoDB's own `cause_response_code` fails there: botocore's connection errors have a `response` that is None.
    """
    response = getattr(error.cause, "response", None) or {}
    code = response.get("Error", {}).get("Code")
    return None if code is None else str(code)


def is_retryable(error: Exception) -> bool:
    """Whether the same call may succeed later: our own conflicts, throttles, 5xx, lost connections."""
    if isinstance(error, StoreError):
        return True
    if isinstance(error, PynamoDBException):
        if (code := code_of(error)) is not None:
            return code in RETRYABLE_CODES
        return isinstance(error.cause, BotoConnectionError | HTTPClientError)
    return isinstance(error, BotoConnectionError | HTTPClientError)
