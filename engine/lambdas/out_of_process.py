"""Handlers in processes of their own, under `awslambdaric`, the client that runs them on Lambda too.

Each function has one process and one small Runtime API that it asks for work. Its AWS calls go to the engine's server,
and are judged in its process by the same guard. Slower than in-process, and isolated: a time-out kills the process, as
on Lambda, and the next invocation is a cold start.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, Final, Self

from engine.iam.permissions import GUARD, Call, Caller
from engine.iam.policies import Access
from engine.lambdas.child import CALLER_FILE, CALLS_FILE
from engine.lambdas.invoking import SOURCE_TREE, Failure, Function

START_SECONDS: Final = 10
"""Lambda's own limit for an initialisation; it is given on top of the function's time-out here."""
_API: Final = "/2018-06-01/runtime"
_LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Work:
    """One invocation on its way to the process."""

    request_id: str
    arn: str
    timeout: int
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """What the process said of it."""

    body: Any = None
    failure: Failure | None = None


@dataclass
class RuntimeApi:
    """What a runtime client talks to: one at a time, `next`, then `response` or `error`."""

    work: "queue.Queue[Work]" = field(default_factory=queue.Queue)
    outcomes: "queue.Queue[Outcome]" = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def post(self, path: str, body: bytes) -> None:
        """An answer of the process."""
        if path.endswith("/response"):
            self.outcomes.put(Outcome(body=json.loads(body or b"null")))
        else:
            self.outcomes.put(Outcome(failure=_failure(json.loads(body or b"{}"))))


class Sandbox:
    """One function's process and all that belongs to it."""

    def __init__(self, function: Function, caller: Caller | None, endpoint: str, code_root: Path) -> None:
        self.made_of = (function.variables(), caller.statements if caller else ())
        self.api = RuntimeApi()
        self._one_at_a_time = threading.Lock()
        self._directory = tempfile.TemporaryDirectory(prefix="flywheel-sandbox-")
        directory = Path(self._directory.name)
        self._calls, self._caller = directory / "calls.jsonl", directory / "caller.json"
        written = (directory / "log").open("ab")
        self._log: IO[bytes] = (directory / "log").open("rb")
        self._calls.touch()
        self._caller.write_text(_told(caller))
        environment = {
            **function.variables(),
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join([str(code_root), str(SOURCE_TREE)]),
            CALLER_FILE: str(self._caller),
            CALLS_FILE: str(self._calls),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine.lambdas.child", function.handler],
            env=environment,
            cwd=code_root,
            stdout=written,
            stderr=written,
        )
        written.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, work: Work) -> Outcome | None:
        """The outcome; None when time is up or the process is gone without a word."""
        with self._one_at_a_time:
            self.api.work.put(work)
            until = time.monotonic() + work.timeout + START_SECONDS
            while time.monotonic() < until and (self.alive or not self.api.outcomes.empty()):
                with suppress(queue.Empty):
                    return self.api.outcomes.get(timeout=_LOOK_SECONDS)
        return None

    def taken_log(self) -> str:
        """What was written since the last time."""
        text = self._log.read().decode(errors="replace")
        return str(text)

    def taken_calls(self) -> list[tuple[Access, bool]]:
        """The AWS calls since the last time."""
        lines = [json.loads(line) for line in self._calls.read_text().splitlines()]
        self._calls.write_text("")
        return [(Access(line["action"], line["resource"], context=line["context"]), line["allowed"]) for line in lines]

    def close(self) -> None:
        if self.alive:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.api.close()
        self._log.close()
        self._directory.cleanup()


class OutOfProcess:
    """A Runner whose handlers live in processes of their own; needs the engine's server for their AWS calls."""

    def __init__(self, code_root: Path = SOURCE_TREE) -> None:
        self._code_root = code_root
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

    def run(self, function: Function, request_id: str, payload: Any) -> "tuple[Any, Failure | None, str]":
        if self.endpoint is None:
            raise RuntimeError("handlers in processes of their own need the engine's server: use engine.server.Server")
        # The guard of this process stands aside: the function's calls are judged in its own.
        caller, GUARD.caller = GUARD.caller, None
        sandbox = self._sandbox(function, caller, self.endpoint)
        work = Work(request_id, function.arn, function.timeout, json.dumps(payload).encode())
        with self.outside():
            outcome = sandbox.invoke(work)
        log = sandbox.taken_log()
        for access, allowed in sandbox.taken_calls():
            if caller is not None:
                caller.record(Call(function.name, access, allowed))
        if outcome is None:
            self._sandboxes.pop(function.name).close()
            outcome = Outcome(failure=Failure("Sandbox.Timedout", _timed_out(request_id, function)))
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


def _told(caller: Caller | None) -> str:
    """For the guard in the function's process: who calls, and what its role may do."""
    if caller is None:
        return "null"
    place = {"account": caller.place.account, "region": caller.place.region}
    return json.dumps({"function": caller.function, **place, "statements": list(caller.statements)})


def _timed_out(request_id: str, function: Function) -> str:
    return f"RequestId: {request_id} Error: Task timed out after {function.timeout}.00 seconds, or its process ended"


def _failure(error: dict[str, Any]) -> Failure:
    return Failure(
        str(error.get("errorType")), str(error.get("errorMessage")), "".join(map(str, error.get("stackTrace") or []))
    )


def _handler_of(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """The Runtime API over HTTP."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            work = api.work.get()
            self.send_response(200)
            for name, value in (
                ("Lambda-Runtime-Aws-Request-Id", work.request_id),
                ("Lambda-Runtime-Deadline-Ms", str(int((time.time() + work.timeout) * 1000))),
                ("Lambda-Runtime-Invoked-Function-Arn", work.arn),
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(work.body))),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(work.body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            api.post(self.path.removeprefix(_API), body)
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent: the functions' own logs matter."""

    return Handler
