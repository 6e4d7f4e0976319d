"""What Lambda hands to a handler as its second argument."""

from engine.lambdas.invoking import Context

CONTEXT = Context(
    function_name="test",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:test",
    aws_request_id="11111111-1111-4111-8111-111111111111",
    timeout_seconds=60,
)
