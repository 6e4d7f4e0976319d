"""Boards served on the loopback beside the embedded engine: each look reads the stack's table anew."""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote

from cli.boards.making import Look, board_of
from cli.failure import CommandError
from cli.figures.question import Typed, ask_each
from cli.moments import now
from cli.target import Target
from cli.terminal import say
from shared.board.index import index_page
from shared.board.turn.subject import UnknownTurnError
from shared.board.view import Link
from shared.board.view import Target as PageKind

FOLLOWS_SECONDS = 10
"""A page asks again so often, so that it follows events as they arrive."""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Refresh": str(FOLLOWS_SECONDS),
}


class BoardServer:
    """Serves the boards of a stack at `url` until closed."""

    def __init__(self, target: Target) -> None:
        handler = type("Handler", (_Handler,), {"target": target})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="boards", daemon=True)

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    target: Target

    def do_GET(self) -> None:
        """Answer with a page."""
        path = [unquote(part) for part in self.path.partition("?")[0].split("/") if part]
        try:
            page = _page(self.target, path)
        except UnknownTurnError:
            page = None
        except CommandError as error:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, f"{error}\n", "text/plain; charset=utf-8")
            return
        if page is None:
            self._answer(HTTPStatus.NOT_FOUND, "No such board; / has them all.\n", "text/plain; charset=utf-8")
        else:
            self._answer(HTTPStatus.OK, page, _HEADERS["Content-Type"])

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: a terminal shows messages, not requests."""

    def _answer(self, status: HTTPStatus, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            say("a board was closed while it was being read")


def _page(target: Target, path: list[str]) -> str | None:
    """The page at a path: all flywheels, a flywheel, one of its turns; None where there is none."""
    each = ask_each(Typed((), None, None, None, None, target))
    if not path:
        boards = [board_of(asked) for asked in each]
        return index_page([(board.report, board.history) for board in boards], _link_within(""))
    asked = next((asked for asked in each if asked.flywheel == path[0]), None)
    if asked is None or len(path) > 2:
        return None
    board, look = board_of(asked), Look("inside", None, _link_within(path[0]), now())
    return board.page(look) if len(path) == 1 else board.turn(path[1], look)


def _link_within(flywheel: str) -> Link:
    """Addresses of this server, as a page of a flywheel gives them."""

    def link(target: PageKind, name: str) -> str:
        place = quote(name, safe="")
        return f"/{place}" if target == "flywheel" else f"/{quote(flywheel, safe='')}/{place}"

    return link
