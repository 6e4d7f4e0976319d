"""The engine behind a port: any AWS client, `aws events put-events` and the CDK CLI can talk to it alike.

moto's own server answers, one request at a time: it is not safe under concurrency. The host must be called
`localhost`, so that S3 clients put the bucket into the path.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.datastructures import EnvironHeaders
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.serving import BaseWSGIServer, make_server

from engine.embedded import Engine
from engine.errors import EngineError
from engine.lambdas.out_of_process import OutOfProcess
from engine.persistence.keeping import Persistence

HOST: Final = "localhost"
STATUS_PATH: Final = "/_engine/status"
"""Answers with what the engine is doing; whoever waits until all is dealt with looks for `quiet` there."""
HTTP_PATH: Final = "/_http"
"""Before the paths of the stack's HTTP API, which has no host of its own here."""
_SHOWN: Final = 10
_STOP_PAUSE: Final = 0.05
"""Seconds between two looks whether to stop."""
IDLE_PAUSE: Final = 0.2
"""Seconds between two looks for work that no request announced: delays, retries, schedules."""


class _QuietHandler(MotoRequestHandler):
    """Logs no requests."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Standard error is for the person at the terminal."""


class Server:
    """Runs an engine in real time behind a port until stopped; with `data_dir`, across restarts."""

    def __init__(
        self,
        engine: Engine,
        *,
        port: int = 0,
        data_dir: Path | None = None,
        prepare: Callable[[Engine], None] = lambda _: None,
    ) -> None:
        """`prepare` is done once the stack is deployed and before anything is processed: secrets, for one."""
        self.engine = engine
        self._prepare = prepare
        self._port = port
        self._lock = threading.RLock()
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._persistence = Persistence(engine, data_dir) if data_dir else None
        self._http: BaseWSGIServer | None = None
        self._threads: list[threading.Thread] = []
        self._app: WSGIApplication = DomainDispatcherApplication(create_backend_app)
        self.trouble: BaseException | None = None
        """The error that stopped the driver, if there was one: a bug in the engine, never a handler's failure."""

    def __enter__(self) -> Self:
        with ExitStack() as undone:
            if self._persistence is not None:
                self._persistence.claim()
                undone.callback(self._persistence.release)
            undone.enter_context(self.engine)
            self._prepare(self.engine)
            if self._persistence is not None:
                self._persistence.start()
            self._http = make_server(HOST, self._port, self, threaded=True, request_handler=_QuietHandler)
            undone.pop_all()
        runner = self.engine.lambdas.runner
        if isinstance(runner, OutOfProcess):
            runner.endpoint, runner.outside = self.url, self._let_go
        for target in (partial(self._http.serve_forever, _STOP_PAUSE), self._drive):
            thread = threading.Thread(target=target, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything; harmless when repeated."""
        http, self._http = self._http, None
        if http is None:
            return
        self._stopping.set()
        self._work.set()
        http.shutdown()
        http.server_close()
        for thread in self._threads:
            thread.join(timeout=10)
        with self._lock, ExitStack() as left:
            left.callback(self.engine.__exit__)
            if isinstance(self.engine.lambdas.runner, OutOfProcess):
                left.callback(self.engine.lambdas.runner.__exit__)
            if self._persistence is not None:
                self._persistence.stop()

    @contextmanager
    def _let_go(self) -> Iterator[None]:
        """Serve requests while a handler in a process of its own runs: they are its own."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()

    @property
    def url(self) -> str:
        """The address for `AWS_ENDPOINT_URL`."""
        port = self._http.port if self._http is not None else self._port
        return f"http://{HOST}:{port}"

    @property
    def http_url(self) -> str:
        """The address that the paths of the stack's HTTP API come after."""
        return f"{self.url}{HTTP_PATH}"

    def wait(self) -> None:
        """Until the driver stops; raises what stopped it."""
        while self.trouble is None and not self._stopping.is_set():
            self._stopping.wait(1)
        if self.trouble is not None:
            raise EngineError(f"the engine stopped: {self.trouble!r}") from self.trouble

    def look(self) -> dict[str, Any]:
        """The state of the engine, as JSON."""
        with self._lock:
            engine = self.engine
            return {
                "quiet": engine.is_quiet(),
                "outputs": dict(engine.outputs) if engine.deployed else {},
                "endpoints": dict(engine.lambdas.endpoints),
                "invocations": len(engine.invocations),
                "failures": [
                    {"function": each.function, **each.failure.payload}
                    for each in engine.failures[-10:]
                    if each.failure
                ],
                "undelivered": [vars(each) for each in engine.router.undelivered[-_SHOWN:]],
                "trouble": repr(self.trouble) if self.trouble else None,
            }

    def do(self, work: Callable[[Engine], Any]) -> Any:
        """Use the engine between two of its steps."""
        with self._lock:
            return work(self.engine)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request: its body is read before the lock is taken, so that a slow client holds nobody up."""
        if environ.get("PATH_INFO") == STATUS_PATH:
            body = json.dumps(self.look()).encode()
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        _buffer_body(environ)
        with self._lock:
            if environ.get("PATH_INFO", "").startswith(f"{HTTP_PATH}/"):
                answer = [self._http_api(environ, start_response)]
            else:
                answer = list(self._app(environ, start_response))
        self._work.set()
        return answer

    def _http_api(self, environ: WSGIEnvironment, start_response: StartResponse) -> bytes:
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        path = quote(environ["PATH_INFO"].removeprefix(HTTP_PATH).encode("latin-1")) + query
        body = environ["wsgi.input"].read() if environ.get("CONTENT_LENGTH") else b""
        answer = self.engine.http(environ["REQUEST_METHOD"], path, EnvironHeaders(environ).to_wsgi_list(), body)
        length = ("Content-Length", str(len(answer.body)))
        start_response(f"{answer.status} {HTTP_STATUS_CODES.get(answer.status, '')}", [*answer.headers.items(), length])
        return answer.body

    def _drive(self) -> None:
        """Work as long as there is any; first a moment for whoever started the server to finish setting it up."""
        self._stopping.wait(IDLE_PAUSE)
        try:
            while not self._stopping.is_set():
                with self._lock:
                    busy = self.engine.schedules.step() | self.engine.tick()
                    if self._persistence is not None:
                        self._keep(self._persistence, busy=busy)
                if not busy:
                    self._work.wait(IDLE_PAUSE)
                    self._work.clear()
        except BaseException as error:
            self.trouble = error
            raise

    def _keep(self, persistence: Persistence, *, busy: bool) -> None:
        """Go on only as long as what is acknowledged can be kept."""
        if persistence.trouble is not None:
            raise persistence.trouble
        if not busy:
            persistence.checkpoint()


def _buffer_body(environ: WSGIEnvironment) -> None:
    length = environ.get("CONTENT_LENGTH")
    if length:
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
