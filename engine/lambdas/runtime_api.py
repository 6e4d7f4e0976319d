"""The Runtime API that a runtime client talks to: one invocation at a time, asked for and answered.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from engine.lambdas.function import Failure

_API: Final = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Request:
    """One invocation on its way to the process."""

    request_id: str
    arn: str
    timeout: int
    trace: str
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """The process's answer to its work."""

    body: Any = None
    failure: Failure | None = None


@dataclass
class RuntimeApi:
    """The API that a runtime client talks to: one at a time, `next`, then `response` or `error`."""

    work: "queue.Queue[Request]" = field(default_factory=queue.Queue)
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
                ("Lambda-Runtime-Trace-Id", work.trace),
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
