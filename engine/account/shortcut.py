"""DynamoDB calls of this process go straight to moto's handlers, without being written to HTTP and read back.

A handler makes a dozen such calls per event, and signing, serialising and routing each of them is most of their cost.
Only answers take the short way: what moto refuses is asked again the long way, so that errors are exactly its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.handlers import BUILTIN_HANDLERS
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler
from werkzeug.exceptions import HTTPException

_METHODS: Final = {
    "GetItem": DynamoHandler.get_item,
    "PutItem": DynamoHandler.put_item,
    "UpdateItem": DynamoHandler.update_item,
    "DeleteItem": DynamoHandler.delete_item,
    "Query": DynamoHandler.query,
    "BatchGetItem": DynamoHandler.batch_get_item,
    "BatchWriteItem": DynamoHandler.batch_write_item,
}
_PARAMS: Final = "embedded_params"


@dataclass(frozen=True)
class Answered:
    """The parts of an HTTP response that botocore looks at once it is parsed."""

    status_code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


class Shortcut:
    """Switched on while an engine runs; botocore's list of handlers belongs to the process, and so does this."""

    def __init__(self) -> None:
        self.account: str | None = None
        self._installed = False

    def install(self) -> None:
        """For every session that is made from now on; harmless when repeated."""
        if not self._installed:
            BUILTIN_HANDLERS.append(("provide-client-params.dynamodb", self._remember))
            BUILTIN_HANDLERS.append(("before-call.dynamodb", self._answer))
            self._installed = True

    def _remember(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if self.account is not None:
            context[_PARAMS] = params

    def _answer(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[Answered, dict[str, Any]] | None:
        params, method = context.get(_PARAMS), _METHODS.get(str(model.name))
        if self.account is None or params is None or method is None:
            return None
        handler = DynamoHandler()
        handler.current_account, handler.region = self.account, str(context["client_region"])
        handler.body = params
        try:
            answer = method(handler)
        except (HTTPException, ServiceException):
            return None
        if not isinstance(answer, ActionResult) or not isinstance(answer.result, dict):
            return None
        metadata = {"HTTPStatusCode": 200, "RequestId": "embedded", "HTTPHeaders": {}, "RetryAttempts": 0}
        values = {key: value for key, value in answer.result.items() if value is not None}
        return Answered(), {**values, "ResponseMetadata": metadata}


SHORTCUT: Final = Shortcut()
