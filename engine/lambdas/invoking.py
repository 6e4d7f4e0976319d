"""Invoking the real handlers: the code of this source tree with the environment of the template, as Lambda would.

The bundles hold wheels for Lambda's processor, so the modules come from the source tree; what a bundle alone holds
(`flywheel.toml`) is read from it, because LAMBDA_TASK_ROOT is the asset directory that the template names.
"""

import importlib
import io
import json
import os
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Protocol

from moto.awslambda.models import LambdaFunction

from engine.account.cloud import Cloud
from engine.clock import Clock
from engine.iam.permissions import GUARD, Call, Caller

KEPT: Final = 20_000
"""Invocations and calls kept for looking back; a long-running `flywheel up` forgets the oldest."""
ENDPOINT_VARIABLES: Final = frozenset({"SLACK_API_URL", "AWS_ENDPOINT_URL"})
"""All that may differ from the template: where a server is, never what is asked of it."""
SOURCE_TREE: Final = Path(__file__).resolve().parents[2]


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


class Runner(Protocol):
    """Runs one function's handler: in this process, or in one of its own."""

    def run(self, function: Function, request_id: str, payload: Any) -> "tuple[Any, Failure | None, str]": ...


@dataclass
class Context:
    """What a Python handler gets as its second argument."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str
    timeout_seconds: int
    function_version: str = "$LATEST"
    log_stream_name: str = "embedded"
    identity: None = None
    client_context: None = None
    tenant_id: None = None

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """The whole time-out: in simulated time an invocation takes none."""
        return self.timeout_seconds * 1000


class _Output(io.TextIOBase):
    """Standard output of whichever invocation runs now: Powertools' loggers keep the stream they were made with.

    What other threads of this process print meanwhile goes where it would have gone.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._thread: int | None = None
        self._elsewhere = sys.stdout

    @contextmanager
    def taking(self) -> Iterator[None]:
        out, err = sys.stdout, sys.stderr
        self._thread, self._elsewhere = threading.get_ident(), out
        sys.stdout = sys.stderr = self
        try:
            yield
        finally:
            sys.stdout, sys.stderr = out, err
            self._thread = None

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if threading.get_ident() != self._thread:
            return self._elsewhere.write(text)
        self._lines.append(text)
        return len(text)

    def taken(self) -> str:
        lines, self._lines = self._lines, []
        return "".join(lines)


class Modules:
    """A function's own copies of our modules: on Lambda no function shares a global with another."""

    def __init__(self, prefixes: frozenset[str]) -> None:
        self._prefixes = prefixes
        self._starts = tuple(prefixes)
        self._inside: dict[str, ModuleType] = {}

    @contextmanager
    def entered(self) -> Iterator[None]:
        outside = self._taken()
        sys.modules.update(self._inside)
        try:
            yield
        finally:
            self._inside = self._taken()
            sys.modules.update(outside)

    def _taken(self) -> dict[str, ModuleType]:
        likely = [name for name in sys.modules if name.startswith(self._starts)]
        names = [name for name in likely if name.partition(".")[0] in self._prefixes]
        return {name: sys.modules.pop(name) for name in names}


class InProcess:
    """Handlers in this process, one at a time, each with modules and environment of its own."""

    def __init__(self, code_root: Path = SOURCE_TREE) -> None:
        self._code_root = code_root
        self._modules: dict[str, Modules] = {}
        self._output = _Output()

    def run(self, function: Function, request_id: str, payload: Any) -> "tuple[Any, Failure | None, str]":
        modules = self._modules.setdefault(function.name, Modules(self._prefixes(function)))
        context = Context(function.name, function.memory, function.arn, request_id, function.timeout)
        result, failure = None, None
        with _environment(function.variables()), modules.entered(), self._in_code_root(), self._output.taking():
            try:
                # As over the wire: a handler cannot change what the caller holds, nor return what is not JSON.
                result = json.loads(json.dumps(self._handler(function)(json.loads(json.dumps(payload)), context)))
            except Exception as error:  # noqa: BLE001  whatever a handler raises is its result
                failure = Failure(type(error).__name__, str(error), traceback.format_exc())
        return result, failure, self._output.taken()

    def _prefixes(self, function: Function) -> frozenset[str]:
        return frozenset({function.handler.partition(".")[0], "functions", "shared", "events"})

    def _handler(self, function: Function) -> Callable[[Any, Context], Any]:
        module, _, name = function.handler.rpartition(".")
        handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module), name)
        return handler

    @contextmanager
    def _in_code_root(self) -> Iterator[None]:
        sys.path.insert(0, str(self._code_root))
        try:
            yield
        finally:
            sys.path.remove(str(self._code_root))


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Exactly these variables: one that the template lacks must be lacking here, whatever the host has set."""
    before = dict(os.environ)
    _become(variables)
    try:
        yield
    finally:
        _become(before)


def _become(variables: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name not in variables]:
        del os.environ[name]
    for name, value in variables.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


@dataclass
class Lambdas:
    """Invokes deployed functions by name or ARN, under their own roles, and remembers what happened."""

    cloud: Cloud
    clock: Clock
    runner: Runner
    task_root_of: Callable[[LambdaFunction], Path]
    new_id: Callable[[], str]
    endpoints: Mapping[str, str] = field(default_factory=dict)
    invocations: deque[Invocation] = field(default_factory=lambda: deque(maxlen=KEPT))
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT * 5))

    def __post_init__(self) -> None:
        strange = sorted(set(self.endpoints) - ENDPOINT_VARIABLES)
        if strange:
            raise ValueError(f"{', '.join(strange)}: only {', '.join(sorted(ENDPOINT_VARIABLES))} may be overridden")

    def invoke(self, name_or_arn: str, payload: Any) -> Invocation:
        """Invoke and wait: the result or the failure, never an exception of the handler's."""
        request_id = self.new_id()
        function = self.function(name_or_arn)
        if function is None:
            missing = Failure("ResourceNotFoundException", f"Function not found: {name_or_arn}")
            return self._kept(Invocation(request_id, name_or_arn, payload, self.clock.now(), failure=missing))
        GUARD.caller = Caller(
            function.name, self.cloud.role_statements(function.role), self.cloud.place, self.calls.append
        )
        try:
            result, failure, log = self.runner.run(function, request_id, payload)
        finally:
            GUARD.caller = None
        return self._kept(
            Invocation(request_id, function.name, payload, self.clock.now(), result=result, failure=failure, log=log)
        )

    def _kept(self, invocation: Invocation) -> Invocation:
        self.invocations.append(invocation)
        return invocation

    def function(self, name_or_arn: str) -> Function | None:
        """The deployed function, its environment as it stands now."""
        deployed = self.cloud.function(name_or_arn)
        if deployed is None:
            return None
        environment = {str(name): str(value) for name, value in deployed.environment_vars.items()}
        overridden = {name: value for name, value in self.endpoints.items() if name in environment}
        return Function(
            name=deployed.function_name,
            arn=deployed.function_arn,
            handler=str(deployed.handler),
            role=deployed.role,
            memory=int(deployed.memory_size),
            timeout=int(deployed.timeout),
            environment={**environment, **overridden},
            task_root=self.task_root_of(deployed),
            region=self.cloud.region,
        )
