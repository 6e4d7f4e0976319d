"""Slack's Web API on the loopback: a real HTTP server that keeps what is posted and can be told to misbehave.

It answers what a bot calls that posts, replies, edits and deletes (methods.py) with Slack's own shapes and error names,
and checks blocks against Slack's documented limits, so that a message refused here would be refused there. Faults are
scripted: down, 429 with Retry-After, 5xx, `ok: false`, and an answer lost after the message was accepted. People post
and delete too, leave the bot out of a channel, archive it, and close the time in which messages may be edited.
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

from engine.slack.channels import Channel
from engine.slack.faults import Fault, FaultParts, name_of
from engine.slack.messages import Call, Message
from engine.slack.methods import call
from engine.slack.pace import Pace
from engine.slack.refusals import RefusedError
from engine.slack.responses import Seen
from engine.slack.workspace import Workspace

LOOPBACK_TOKEN = "xoxb-loopback"  # noqa: S105  a password to nothing: the server listens on the loopback only
LOOPBACK_SIGNING_SECRET = "10091009100910091009100910091009"  # noqa: S105  as above
ALL_SCOPES = frozenset({"channels:read", "chat:write", "commands", "groups:read", "users:read"})

_JSON = "application/json; charset=utf-8"
_OF_WEBHOOKS = {
    "is_archived": (410, "channel_is_archived"),
    "channel_not_found": (404, "channel_not_found"),
    "not_in_channel": (403, "action_prohibited"),
}
"""How a webhook says what the Web API says otherwise (docs.slack.dev/messaging, "Incoming webhooks")."""


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
        self.scopes = ALL_SCOPES
        self._clock = clock
        self._lock = threading.Lock()
        self._workspace = Workspace(channels, clock, journal)
        self.paced = False
        """Whether who calls faster than Slack's rate limits allow, by the server's clock, is answered 429."""
        self._pace = Pace()
        self._calls: list[Call] = []
        self._faults: deque[tuple[str | None, Fault]] = deque()
        self._down = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler_of(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The address that WebClient takes as `base_url`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/"

    @property
    def clock(self) -> Callable[[], float]:
        """Slack's clock, in seconds since 1970; another may be put in its place."""
        return self._clock

    @clock.setter
    def clock(self, clock: Callable[[], float]) -> None:
        self._clock = self._workspace.clock = clock

    @property
    def messages(self) -> list[Message]:
        """Every message in every channel, in the order of arrival."""
        with self._lock:
            return [msgspec.structs.replace(message) for message in self._workspace.messages]

    @property
    def calls(self) -> list[Call]:
        """Every request that came in, answered or not."""
        with self._lock:
            return list(self._calls)

    def in_channel(self, channel: str) -> list[Message]:
        """The messages of one channel, named with or without `#`."""
        return [message for message in self.messages if message.channel.lstrip("#") == channel.lstrip("#")]

    def in_view(self, channel: str) -> list[Message]:
        """What a reader of the channel sees who opens no thread: its messages, and replies that are broadcast."""
        return [message for message in self.in_channel(channel) if message.in_view]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The replies to a message, oldest first."""
        with self._lock:
            return [msgspec.structs.replace(message) for message in self._workspace.thread(channel, ts)]

    def channel(self, channel: str) -> Channel:
        """A channel by name or id, to be changed: `is_member`, `is_archived`, `is_private`."""
        with self._lock:
            return self._workspace.channels.named(channel)

    def say(self, channel: str, text: str) -> Message:
        """A person posts."""
        with self._lock:
            return self._workspace.say(channel, text)

    def delete(self, channel: str, ts: str) -> None:
        """A person deletes a message."""
        with self._lock:
            self._workspace.take_away(channel, ts)

    def close_edit_window(self, closed: bool = True) -> None:
        """Let the workspace's settings forbid that messages are edited."""
        self._workspace.edit_window_closed = closed

    @property
    def views(self) -> list[dict[str, Any]]:
        """The forms that are open now, the newest last."""
        with self._lock:
            return list(self._workspace.views.open.values())

    @property
    def seen(self) -> list[Seen]:
        """What was told to one person alone, at addresses that Slack gave out for it, or in a channel."""
        with self._lock:
            return list(self._workspace.responses.seen)

    def make_guest(self, user: str) -> None:
        """Let a person be a guest of the workspace."""
        self._workspace.guests.add(user)

    def trigger(self) -> str:
        """What somebody just did, as a form can be opened by it."""
        with self._lock:
            return self._workspace.trigger()

    def response_url(self, user: str, about: str = "") -> str:
        """An address at which an app can tell one person something: five times, for half an hour."""
        with self._lock:
            name = self._workspace.responses.made_for(user, self._clock(), about)
        return f"http://127.0.0.1:{self._server.server_address[1]}/respond/{name}"

    def webhook(self, channel: str) -> str:
        """The address of an incoming webhook of a channel."""
        with self._lock:
            place = self._workspace.channels.named(channel)
        return f"http://127.0.0.1:{self._server.server_address[1]}/services/T0LOOPBACK/{place.id}/loopback"

    def posted(self, path: str, bearer: str, body: dict[str, Any]) -> "tuple[Fault, int, str | dict[str, Any]]":
        """Take what is posted at a path: how it goes wrong, and status and content of the answer."""
        if path.startswith("/respond/"):
            return self._responded(path.rpartition("/")[2], body)
        if path.startswith("/services/"):
            return self._hooked(path.split("/")[3], body)
        fault, reply = self.answer(path.rpartition("/")[2], bearer or body.get("token"), body)
        return fault or Fault(), fault.status if fault and fault.status else 200, reply

    def _hooked(self, channel: str, body: dict[str, Any]) -> tuple[Fault, int, str]:
        """Take a message of a webhook."""
        fault, reply = self.answer("webhook", self.token, {**body, "channel": channel})
        error = str(reply.get("error"))
        if fault is not None and fault.status:
            return fault, fault.status, error
        status, text = (200, "ok") if reply.get("ok") else _OF_WEBHOOKS.get(error, (400, error))
        return fault or Fault(), status, text

    def _responded(self, name: str, body: dict[str, Any]) -> "tuple[Fault, int, str | dict[str, Any]]":
        """Take what an app tells one person."""
        with self._lock:
            fault = Fault(refused=True) if self._down else self._next_fault("respond")
            if fault is not None and not fault.lost:
                return fault, fault.status or 200, fault.error or ""
            try:
                self._workspace.responses.respond(name, body, self._clock())
            except RefusedError as refusal:
                return fault or Fault(), 404, refusal.answer
        return fault or Fault(), 200, "ok"

    def become(self, view: str, content: dict[str, Any]) -> None:
        """A submitted form becomes another. Raises RefusedError where that is no form."""
        with self._lock:
            self._workspace.views.become(view, content)

    def close_view(self, view: str) -> None:
        """Somebody closes a form, or submits it."""
        with self._lock:
            self._workspace.views.close(view)

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
            self._workspace.clear()
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
        self._workspace.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, method: str, token: str | None, body: dict[str, Any]) -> "tuple[Fault | None, dict[str, Any]]":
        """The answer to one call: the fault that was scripted for it, and Slack's answer."""
        with self._lock:
            fault = Fault(refused=True) if self._down else self._next_fault(method) or self._too_fast(method, body)
            accepted = fault is None or fault.lost
            reply = self._reply(method, token, body) if accepted else {"ok": False, "error": (fault or Fault()).error}
            outcome = "ok" if reply.get("ok") else str(reply.get("error"))
            self._calls.append(Call(method=method, body=body, at=self._clock(), answer=name_of(fault) or outcome))
        if fault and fault.hang_seconds:
            self._stopping.wait(fault.hang_seconds)
        return fault, reply

    def _too_fast(self, method: str, body: dict[str, Any]) -> Fault | None:
        if not self.paced:
            return None
        channel = str(body.get("channel") or "")
        wait = self._pace.retry_after(method, self._workspace.channels.id_of(channel), self._clock())
        return None if wait is None else Fault(status=429, retry_after=wait, error="ratelimited")

    def _scopes_of(self, token: str | None) -> frozenset[str]:
        if token != self.token:
            raise RefusedError("not_authed" if not token else "invalid_auth")
        return self.scopes

    def _next_fault(self, method: str) -> Fault | None:
        for at, (wanted, fault) in enumerate(self._faults):
            if wanted in (None, method):
                del self._faults[at]
                return fault
        return None

    def _reply(self, method: str, token: str | None, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return call(self._workspace, method, body, self._scopes_of(token))
        except RefusedError as refusal:
            return refusal.answer
        except OSError:  # of its journal: what cannot be kept was not posted
            return RefusedError("fatal_error").answer


def _handler_of(slack: FakeSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One HTTP request to one Web API method."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = _body_of(raw, self.headers.get("Content-Type") or "")
            bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            fault, status, reply = slack.posted(urlsplit(self.path).path, bearer, body)
            if fault.lost or fault.refused:
                self.close_connection = True
                return
            waiting = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            if isinstance(reply, str):
                self._write(status, reply.encode(), waiting)
            else:
                self._send(status, reply, waiting)

        def do_GET(self) -> None:
            """`/messages`: everything posted so far, for whoever looks from another process."""
            if urlsplit(self.path).path == "/messages":
                self._send(200, {"ok": True, "messages": msgspec.to_builtins(slack.messages)}, {})
            else:
                self._send(404, {"ok": False, "error": "unknown_method"}, {})

        def _send(self, status: int, reply: dict[str, Any], headers: dict[str, str]) -> None:
            scopes = {"x-oauth-scopes": ",".join(sorted(slack.scopes))}
            self._write(status, json.dumps(reply).encode(), {"Content-Type": _JSON, **scopes, **headers})

        def _write(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name, value)
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
