"""A GitHub of our own on the loopback: one repository, lists in pages of two, rate limits and trouble on demand."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

PAGE = 2
NUMBER = 702118


class Trouble(NamedTuple):
    """What one request meets instead of its answer; status 0 hangs up."""

    status: int
    headers: dict[str, str] = {}  # noqa: RUF012  never written to
    body: Any = {"message": "no"}  # noqa: RUF012  as above
    path: str = ""


def sha(name: str) -> str:
    """A commit's name from a short word."""
    return (name.encode().hex() + "0" * 40)[:40]


def commit(name: str, at: str, *parents: str, message: str = "", bot: bool = False) -> dict[str, Any]:
    """A commit as the API lists it, people included."""
    person = {"name": "Ada Example", "email": "ada@example.org", "date": at}
    return {
        "sha": sha(name),
        "parents": [{"sha": sha(parent)} for parent in parents],
        "commit": {"author": person, "committer": person, "message": message or name},
        "author": {"login": "ada", "type": "Bot" if bot else "User"},
    }


def push(number: int, before: str, after: str, at: str, kind: str = "push") -> dict[str, Any]:
    """An activity as the API lists it."""
    ends = {"before": sha(before) if before else "0" * 40, "after": sha(after)}
    actor = {"login": "ada", "id": 7}
    return {"id": number, "ref": "refs/heads/main", "timestamp": at, "activity_type": kind, "actor": actor, **ends}


class Server:
    """What the repository holds, newest first as GitHub lists most things, and what was asked."""

    def __init__(self) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.files: dict[str, list[str]] = {}
        self.missing: set[str] = set()
        self.troubles: list[Trouble] = []
        self.asked: list[str] = []
        self.tokens: set[str | None] = set()
        self.url = ""
        self.repository: dict[str, Any] = {"id": NUMBER, "full_name": "acme/shop", "default_branch": "main"}

    def names(self, repository: dict[str, Any]) -> None:
        """Answer as if this were the repository, wherever it is asked for."""
        self.repository = repository

    def answer(self, address: str) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers."""
        parts = urlsplit(address)
        path = parts.path.removeprefix("/api/v3/")
        if path in {"repos/acme/shop", f"repos/{self.repository['full_name']}"}:
            return 200, {**self.repository, "owner": {"login": "acme", "id": 55}}, {}
        within = path.removeprefix(f"repos/{self.repository['full_name']}/")
        if within == path or within in self.missing:
            return 404, {"message": "Not Found"}, {}
        if found := re.fullmatch("commits/([0-9a-f]{40})", within):
            return 200, {"sha": found[1], "files": [{"filename": each} for each in self.files.get(found[1], [])]}, {}
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return self._page(within, query)

    def _page(self, within: str, query: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        """Activity by cursor, everything else by number."""
        items = self.lists.get(within, [])
        cursor = "after" if within == "activity" else "page"
        start = int(query.get(cursor, "0" if cursor == "after" else "1"))
        first = start if cursor == "after" else (start - 1) * PAGE
        page = items[first : first + PAGE]
        headers = {}
        if first + PAGE < len(items):
            following = {**query, cursor: str(first + PAGE if cursor == "after" else start + 1)}
            here = f"{self.url}/repos/acme/shop/{within}?"
            headers["Link"] = f'<{here}page=1>; rel="first", <{here}{urlencode(following)}>; rel="next"'
        key = {"actions/runs": "workflow_runs"}.get(within, "commits" if within.startswith("compare/") else None)
        return 200, page if key is None else {"total_count": len(items), key: page}, headers


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server at an address of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path.removeprefix("/api/v3/repos/acme/shop").lstrip("/"))
            server.tokens.add(self.headers.get("Authorization"))
            if server.troubles and server.troubles[0].path in self.path:
                trouble = server.troubles.pop(0)
                if trouble.status:
                    self._give(trouble.status, trouble.body, trouble.headers)
                else:
                    self.close_connection = True
                return
            self._give(*server.answer(self.path))

        def _give(self, status: int, body: Any, headers: dict[str, str]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.url = f"http://127.0.0.1:{listening.server_port}/api/v3"
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
