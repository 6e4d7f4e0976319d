"""Slack's Web API on the loopback: a real HTTP server that keeps what is posted and can be told to misbehave.

It answers what a bot that posts and edits calls (`auth.test`, `chat.postMessage`, `chat.update`,
`conversations.info`) with Slack's own shapes and error names, and checks blocks against Slack's documented limits, so
that a message refused here would be refused there. Faults are scripted: down, 429 with Retry-After, 5xx, `ok: false`,
and an answer lost after the message was accepted.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self, Unpack
from urllib.parse import parse_qsl, urlsplit

import msgspec

from engine.line_file import LineFile
from engine.slack.faults import Fault, FaultParts, name_of
from engine.slack.limits import block_error
from engine.slack.messages import Call, Message

LOOPBACK_TOKEN = "xoxb-loopback"  # noqa: S105  a password to nothing: the server listens on the loopback only
_FIRST_TS = 1_700_000_000


class FakeSlack:
    """A loopback Slack. Use as a context manager, or `start()` and `stop()`; safe from many threads."""

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = LOOPBACK_TOKEN,
        channels: set[str] | None = None,
        clock: Callable[[], float] = time.time,
        journal: Path | None = None,
    ) -> None:
        """`channels` None: every channel exists. `journal`: a file that keeps the messages over restarts."""
        self.token = token
        self.channels = channels
        self._clock = clock
        self._journal = journal
        self._kept: LineFile | None = None
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._calls: list[Call] = []
        self._faults: deque[tuple[str | None, Fault]] = deque()
        self._down = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        if journal and journal.exists():
            self._read_journal(journal)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler_of(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The address that WebClient takes as `base_url`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/"

    @property
    def messages(self) -> list[Message]:
        """Every message in every channel, in the order of arrival."""
        with self._lock:
            return [msgspec.structs.replace(message) for message in self._messages]

    @property
    def calls(self) -> list[Call]:
        """Every request that came in, answered or not."""
        with self._lock:
            return list(self._calls)

    def in_channel(self, channel: str) -> list[Message]:
        """The messages of one channel, named with or without `#`."""
        return [message for message in self.messages if message.channel.lstrip("#") == channel.lstrip("#")]

    def down(self) -> None:
        """From now on every connection is closed without an answer."""
        self._down = True

    def up(self) -> None:
        """Answer again."""
        self._down = False

    def fail_next(self, times: int = 1, *, method: str | None = None, **parts: Unpack[FaultParts]) -> None:
        """Script the next calls (of one `method`, such as `chat.update`, or of any) to go wrong; parts as in `Fault`.

        For example `fail_next(status=429, retry_after=3)`, `fail_next(2, status=500)`, `fail_next(error="no_text")`,
        `fail_next(lost=True)`; with `hang_seconds` a client's own time-out is met.
        """
        with self._lock:
            self._faults.extend([(method, Fault(**parts))] * times)

    def mend(self) -> None:
        """Forget the faults that were scripted and have not happened, and answer again."""
        with self._lock:
            self._faults.clear()
        self.up()

    def clear(self) -> None:
        """Forget messages, calls and scripted faults."""
        with self._lock:
            self._messages.clear()
            self._calls.clear()
            self._faults.clear()

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and free the port."""
        self._stopping.set()
        if self._thread:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, method: str, token: str | None, body: dict[str, Any]) -> "tuple[Fault | None, dict[str, Any]]":
        """The answer to one call: the fault that was scripted for it, and Slack's answer."""
        with self._lock:
            fault = Fault(refused=True) if self._down else self._next_fault(method)
            accepted = fault is None or fault.lost
            reply = self._reply(method, token, body) if accepted else {"ok": False, "error": (fault or Fault()).error}
            outcome = "ok" if reply.get("ok") else str(reply.get("error"))
            self._calls.append(Call(method=method, body=body, at=self._clock(), answer=name_of(fault) or outcome))
        if fault and fault.hang_seconds:
            self._stopping.wait(fault.hang_seconds)
        return fault, reply

    def _next_fault(self, method: str) -> Fault | None:
        for at, (wanted, fault) in enumerate(self._faults):
            if wanted in (None, method):
                del self._faults[at]
                return fault
        return None

    def _reply(self, method: str, token: str | None, body: dict[str, Any]) -> dict[str, Any]:
        if token != self.token:
            return _error("not_authed" if not token else "invalid_auth")
        known: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "api.test": lambda _: {"ok": True},
            "auth.test": lambda _: {
                "ok": True,
                "url": self.url,
                "team": "loopback",
                "user": "bot",
                "bot_id": "B1",
            },
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.info": self._info,
        }
        try:
            return known[method](body) if method in known else _error("unknown_method")
        except OSError:  # of its journal: what cannot be kept was not posted
            return _error("fatal_error")

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = str(body.get("channel") or "")
        problem = self._channel_error(channel) or _content_error(body)
        if problem:
            return problem
        message = Message(
            channel=channel,
            ts=f"{_FIRST_TS + len(self._messages)}.000100",
            text=str(body.get("text") or ""),
            blocks=list(body.get("blocks") or []),
            received_at=self._clock(),
        )
        self._keep(message)
        self._messages.append(message)
        return {"ok": True, "channel": channel, "ts": message.ts, "message": {"text": message.text, "ts": message.ts}}

    def _update(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = str(body.get("channel") or "")
        problem = self._channel_error(channel) or _content_error(body)
        if problem:
            return problem
        for place, message in enumerate(self._messages):
            if message.channel == channel and message.ts == body.get("ts"):
                text, blocks = str(body.get("text") or ""), list(body.get("blocks") or [])
                edited = msgspec.structs.replace(message, text=text, blocks=blocks, edits=message.edits + 1)
                self._keep(edited)
                self._messages[place] = edited
                return {"ok": True, "channel": channel, "ts": message.ts, "text": text}
        return _error("message_not_found")

    def _info(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = str(body.get("channel") or "")
        return self._channel_error(channel) or {
            "ok": True,
            "channel": {"id": channel, "name": channel.lstrip("#"), "is_member": True},
        }

    def _channel_error(self, channel: str) -> dict[str, Any] | None:
        names = {name.lstrip("#") for name in self.channels} if self.channels is not None else None
        if not channel or (names is not None and channel.lstrip("#") not in names):
            return _error("channel_not_found")
        return None

    def _keep(self, message: Message) -> None:
        """Before it is answered; what cannot be kept is not accepted."""
        if self._journal is not None:
            self._kept = self._kept or LineFile(self._journal)
            self._kept.append(msgspec.json.encode(message))

    def _read_journal(self, journal: Path) -> None:
        """The last line of a (channel, ts) is the message as it stands; a line cut short by a kill is left out."""
        latest: dict[tuple[str, str], Message] = {}
        for line in journal.read_bytes().splitlines():
            try:
                message = msgspec.json.decode(line, type=Message)
            except msgspec.DecodeError:
                continue
            latest[message.channel, message.ts] = message
        self._messages = list(latest.values())


def _error(name: str, *messages: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"ok": False, "error": name}
    if messages:
        answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in messages]}
    return answer


def _content_error(body: dict[str, Any]) -> dict[str, Any] | None:
    blocks = body.get("blocks") or []
    if not body.get("text") and not blocks:
        return _error("no_text")
    if len(str(body.get("text") or "")) > 40_000:
        return _error("msg_too_long")
    found = block_error(blocks)
    return _error(found[0], found[1]) if found else None


def _handler_of(slack: FakeSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One HTTP request to one Web API method."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            method = urlsplit(self.path).path.rpartition("/")[2]
            body = _body_of(raw, self.headers.get("Content-Type") or "")
            bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            fault, reply = slack.answer(method, bearer or body.get("token"), body)
            if fault and (fault.lost or fault.refused):
                self.close_connection = True
                return
            self._send(fault.status if fault and fault.status else 200, reply, fault.retry_after if fault else None)

        def do_GET(self) -> None:
            """`/messages`: everything posted so far, for whoever looks from another process."""
            if urlsplit(self.path).path == "/messages":
                self._send(200, {"ok": True, "messages": msgspec.to_builtins(slack.messages)}, None)
            else:
                self._send(404, {"ok": False, "error": "unknown_method"}, None)

        def _send(self, status: int, reply: dict[str, Any], retry_after: int | None) -> None:
            content = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            if retry_after is not None:
                self.send_header("Retry-After", str(retry_after))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent: the engine prints what matters."""

    return Handler


def _body_of(raw: bytes, content_type: str) -> dict[str, Any]:
    """The arguments of a call, sent as JSON or as a form (in which lists are JSON texts, as Slack takes them)."""
    if content_type.startswith("application/json"):
        decoded = json.loads(raw or b"{}")
        return decoded if isinstance(decoded, dict) else {}
    form: dict[str, Any] = dict(parse_qsl(raw.decode(errors="replace")))
    if isinstance(form.get("blocks"), str):
        form["blocks"] = json.loads(form["blocks"])
    return form
