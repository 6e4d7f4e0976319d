"""A deployed function, what one invocation of it was, and who can run it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Failure:
    """How a handler failed, in the words of Lambda's error payload."""

    type: str
    message: str
    trace: str = ""

    @property
    def payload(self) -> dict[str, Any]:
        return {"errorType": self.type, "errorMessage": self.message, "stackTrace": self.trace.splitlines()}


@dataclass(frozen=True)
class Invocation:
    """One invocation: of what, with what, when, and how it ended."""

    request_id: str
    function: str
    payload: Any
    at: datetime
    result: Any = None
    failure: Failure | None = None
    log: str = ""


@dataclass(frozen=True)
class Function:
    """A deployed function with everything the template says of it."""

    name: str
    arn: str
    handler: str
    role: str
    memory: int
    timeout: int
    environment: Mapping[str, str]
    task_root: Path
    region: str

    def variables(self) -> dict[str, str]:
        """The template's variables and those that Lambda itself sets; nothing of the host but its PATH.
        https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime"""
        return {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "_HANDLER": self.handler,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.14",
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "embedded",
            "AWS_ACCESS_KEY_ID": "embedded",
            "AWS_SECRET_ACCESS_KEY": "embedded",
            "AWS_SESSION_TOKEN": "embedded",
            "AWS_XRAY_SDK_ENABLED": "false",
            "LAMBDA_TASK_ROOT": str(self.task_root),
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            **self.environment,
        }


@dataclass(frozen=True)
class Work:
    """One invocation of a function: the event, the request's id, and the trace header of its chain."""

    request_id: str
    payload: Any
    trace: str


class Runner(Protocol):
    """Runs one function's handler: in this process, or in one of its own."""

    def run(self, function: Function, work: Work) -> "tuple[Any, Failure | None, str]": ...
