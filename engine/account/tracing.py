"""The trace header of a call, kept with the message that it sends: moto drops it, SQS and SNS do not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from unittest.mock import patch

from moto.core.responses import BaseResponse
from moto.sqs.models import Message, SQSBackend

ATTRIBUTE: Final = "AWSTraceHeader"
_HEADER: Final = "X-Amzn-Trace-Id"
_KEEPING: Final = frozenset({"sqs", "sns"})
_traced: ContextVar[str | None] = ContextVar("trace header of the call that is being answered", default=None)


@contextmanager
def tracing() -> Iterator[None]:
    """For as long as this lasts."""
    call_action, send_message = BaseResponse.call_action, SQSBackend.send_message

    def remembering(response: BaseResponse) -> Any:
        """Answer a call, its header at hand for what it sends."""
        header = response.headers.get(_HEADER) if response.service_name in _KEEPING else None
        token = _traced.set(header)
        try:
            return call_action(response)
        finally:
            _traced.reset(token)

    with (
        patch.object(BaseResponse, "call_action", remembering),
        patch.object(SQSBackend, "send_message", _keeping(send_message)),
    ):
        yield


def _keeping(send_message: Callable[..., Message]) -> Callable[..., Message]:
    def sent(backend: SQSBackend, *args: Any, **kwargs: Any) -> Message:
        message, header = send_message(backend, *args, **kwargs), _traced.get()
        if header is not None:
            message.system_attributes.setdefault(ATTRIBUTE, {"DataType": "String", "StringValue": header})
        return message

    return sent


def trace_of(message: Message) -> str | None:
    """The trace header that a message came with."""
    kept = message.system_attributes.get(ATTRIBUTE)
    return str(kept["StringValue"]) if kept else None
