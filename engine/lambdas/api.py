"""Lambda's own Invoke, for whoever calls a function through the API: moto would start a container for it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException

from engine.lambdas.asynchronous import Asynchronous
from engine.lambdas.invoking import Lambdas

Invoke = Callable[[str, Any, Mapping[str, str], dict[str, str]], bytes]
_KIND = "X-Amz-Invocation-Type"


def invoke_by(lambdas: Lambdas, asynchronous: Asynchronous) -> Invoke:
    """How a request to Invoke is answered: the result, a failure's payload and header, or nothing yet (`Event`)."""

    def invoke(name: str, body: Any, headers: Mapping[str, str], answered: dict[str, str]) -> bytes:
        if lambdas.function(name) is None:
            raise UnknownFunctionException(name)
        payload, kind = json.loads(body or "null"), headers.get(_KIND)
        if kind == "Event":
            asynchronous.invoke_later(name, payload)
        if kind in {"Event", "DryRun"}:
            return b""
        invocation = lambdas.invoke(name, payload)
        if invocation.failure is not None:
            answered["x-amz-function-error"] = "Unhandled"
        result = invocation.result if invocation.failure is None else invocation.failure.payload
        return json.dumps(result).encode()

    return invoke
