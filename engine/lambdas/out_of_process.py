"""Handlers in processes of their own, under `awslambdaric`, the client that runs them on Lambda too.

Each function has one process and one small Runtime API that it asks for work. Its AWS calls go to the engine's server,
and are judged in its process by the same guard. Slower than in-process, and isolated: a time-out kills the process, as
on Lambda, and the next invocation is a cold start.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Self

from engine.iam.permissions import GUARD, Call, Caller
from engine.lambdas.function import Failure, Function, Work
from engine.lambdas.runtime_api import Outcome, Request
from engine.lambdas.sandbox import Sandbox


class OutOfProcess:
    """A Runner whose handlers live in processes of their own; needs the engine's server for their AWS calls."""

    def __init__(self, code_root: Path | None = None) -> None:
        """`code_root`: the source tree that handlers are imported from; the working directory unless named."""
        self._code_root = code_root or Path.cwd()
        self._sandboxes: dict[str, Sandbox] = {}
        self.endpoint: str | None = None
        self.outside: Callable[[], AbstractContextManager[None]] = nullcontext
        """Lets go of the server's lock while a handler runs, which needs the server."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._sandboxes):
            self._sandboxes.pop(name).close()

    def end(self, function: str) -> None:
        """Close an idle function's process: its next invocation is a cold start."""
        if function in self._sandboxes:
            self._sandboxes.pop(function).close()

    def run(self, function: Function, work: Work) -> "tuple[Any, Failure | None, str]":
        if self.endpoint is None:
            raise RuntimeError("handlers in processes of their own need the engine's server: use engine.server.Server")
        # The guard of this process stands aside: the function's calls are judged in its own.
        caller, GUARD.caller = GUARD.caller, None
        sandbox = self._sandbox(function, caller, self.endpoint)
        body = json.dumps(work.payload).encode()
        request = Request(work.request_id, function.arn, function.timeout, work.trace, body)
        with self.outside():
            outcome = sandbox.invoke(request)
        log = sandbox.taken_log()
        for access, allowed in sandbox.taken_calls():
            if caller is not None:
                caller.record(Call(function.name, access, allowed))
        if outcome is None:
            self._sandboxes.pop(function.name).close()
            outcome = Outcome(failure=Failure("Sandbox.Timedout", _timed_out(work.request_id, function)))
        return outcome.body, outcome.failure, log

    def _sandbox(self, function: Function, caller: Caller | None, endpoint: str) -> Sandbox:
        """The function's process, a new one if it is gone or the function was deployed anew."""
        known = self._sandboxes.get(function.name)
        made_of = (function.variables(), caller.statements if caller else ())
        if known is not None and known.alive and known.made_of == made_of:
            return known
        if known is not None:
            known.close()
        self._sandboxes[function.name] = Sandbox(function, caller, endpoint, self._code_root)
        return self._sandboxes[function.name]


def _timed_out(request_id: str, function: Function) -> str:
    return f"RequestId: {request_id} Error: Task timed out after {function.timeout}.00 seconds, or its process ended"
