"""What Lambda hands to a handler as its second argument."""

from typing import NamedTuple


class LambdaContext(NamedTuple):
    """The fields that our handlers, and Powertools, read of it."""

    function_name: str = "test"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:test"
    aws_request_id: str = "11111111-1111-4111-8111-111111111111"
    remaining_ms: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


CONTEXT = LambdaContext()
