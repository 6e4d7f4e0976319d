"""Errors told apart: what time mends, what it does not, and what never came back."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from pynamodb.exceptions import PutError, PynamoDBException, QueryError

from shared.store.table.errors import RETRYABLE_CODES, LostRaceError, TooLargeError, UnprocessedKeysError, is_retryable
from tests.unit.store.driving import Driver, only_in_process
from tests.unit.store.memory import Raw, refused
from tests.unit.store.pipeline.test_recording import message, proposed, recorded

pytestmark = only_in_process
URL = "https://dynamodb.invalid"


@pytest.mark.parametrize("code", sorted(RETRYABLE_CODES))
def test_throttles_5xx_and_conflicts_are_mended_by_time(code: str) -> None:
    assert is_retryable(refused(code))


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_what_is_wrong_with_the_call_itself_is_not(code: str) -> None:
    assert not is_retryable(refused(code))


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectTimeoutError, EndpointConnectionError])
def test_an_answer_that_never_came_is_mended_by_time(error: Callable[..., Exception]) -> None:
    """botocore's time-outs have a `response` that is None, which PynamoDB does not expect."""
    cause = error(endpoint_url=URL)

    assert is_retryable(QueryError("lost", cause))
    assert is_retryable(cause)


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (LostRaceError("append", 8), True),
        (UnprocessedKeysError(3), True),
        (TooLargeError(400_001, 400_000), False),
        (PynamoDBException("no cause"), False),
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "PutEvents"), False),
    ],
)
def test_our_own_errors_say_which_they_are(error: Exception, retryable: bool) -> None:
    assert is_retryable(error) == retryable


@pytest.mark.parametrize("operation", ["put", "query", "batch_get"])
def test_a_batch_whose_answer_was_lost_comes_again_as_a_whole(operation: str) -> None:
    driver = Driver()

    def lose(done: str, place: str, item: Raw | None) -> None:
        if done == operation:
            raise (PutError if done == "put" else QueryError)("lost", ReadTimeoutError(endpoint_url=URL))

    driver.memory.before = lose
    batch = [message("a", proposed("1")), message("b", proposed("2", flywheel=None))]

    assert recorded(driver, *batch).failed == ["a", "b"]
