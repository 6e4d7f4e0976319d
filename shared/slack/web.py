"""Slack's Web API by the standard library: for who must be quick, as Slack's own makes a start a quarter longer.

Somebody waits while this is called: one short call, one answer or one typed error; nothing is tried again but a
connection that Slack had closed since the last call.
"""

import http.client
import json
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from shared.slack.errors import (
    SlackRateLimitedError,
    SlackTokenError,
    SlackUnavailableError,
    refusal,
    seconds_of,
)

TIMEOUT_SECONDS = 2.0
"""Slack waits three seconds for an answer: two calls that hang would be too long, one leaves time to say so."""
SLACK_HOSTS = ("slack.com", "hooks.slack.com")
_MOST_BYTES = 1024 * 1024


class Web:
    """Calls methods with the bot's token; after a refused one it is asked once for a fresh one."""

    def __init__(self, token: Callable[[bool], str], base_url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._token = token
        self._base = urlsplit(base_url if base_url.endswith("/") else base_url + "/")
        self._timeout = timeout
        self._connection: HTTPConnection | None = None
        self.headers: Mapping[str, str] = {}
        """Of the last answer, names in lower case: `x-oauth-scopes` is told by headers alone."""

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """One call of one method. Raises a SlackError."""
        try:
            return self._call(method, arguments, self._token(False))
        except SlackTokenError:
            return self._call(method, arguments, self._token(True))

    def answer(self, address: str, message: Mapping[str, Any]) -> None:
        """Say something at a `response_url`. Raises a SlackError; an address that is not Slack's is none."""
        parts = urlsplit(address)
        if not (parts.scheme == "https" and parts.hostname in SLACK_HOSTS) and parts.netloc != self._base.netloc:
            raise refusal("invalid_response_url")
        connection = _connection_to(parts.scheme, parts.netloc, self._timeout)
        try:
            answer = _read(_exchange(connection, parts.path, message, {}))
        finally:
            connection.close()
        if not answer.get("ok"):
            raise refusal(str(answer.get("error")))

    def _call(self, method: str, arguments: Mapping[str, Any], token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        used = self._connection is not None
        try:
            response = self._send(method, arguments, headers)
        except SlackUnavailableError:
            if not used:
                raise
            response = self._send(method, arguments, headers)  # a kept connection may have been closed meanwhile
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        answer = _read(response)
        if not answer.get("ok"):
            raise refusal(str(answer.get("error")), str(answer.get("needed") or ""))
        return answer

    def _send(self, method: str, arguments: Mapping[str, Any], headers: Mapping[str, str]) -> HTTPResponse:
        connection = self._connection or _connection_to(self._base.scheme, self._base.netloc, self._timeout)
        self._connection = None
        response = _exchange(connection, self._base.path + method, arguments, headers)
        self._connection = connection
        return response


def answer_of(
    address: str, content: Mapping[str, Any], timeout: float = TIMEOUT_SECONDS
) -> tuple[int, Mapping[str, str], bytes]:
    """Post JSON to an address, once: the status, the headers and the body of the answer.

    Raises SlackUnavailableError where there is none.
    """
    parts = urlsplit(address)
    connection = _connection_to(parts.scheme, parts.netloc, timeout)
    try:
        response = _exchange(connection, parts.path, content, {})
        return response.status, dict(response.getheaders()), response.read(_MOST_BYTES)
    except (OSError, HTTPException) as error:
        raise SlackUnavailableError(type(error).__name__) from error
    finally:
        connection.close()


def _connection_to(scheme: str, netloc: str, timeout: float) -> HTTPConnection:
    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    return kind(netloc, timeout=timeout)


def _exchange(
    connection: HTTPConnection, path: str, content: Mapping[str, Any], headers: Mapping[str, str]
) -> HTTPResponse:
    body = json.dumps(content).encode()
    try:
        connection.request(
            "POST", path, body, {"Content-Type": "application/json; charset=utf-8", "User-Agent": _AGENT, **headers}
        )
        return connection.getresponse()
    except (OSError, HTTPException) as error:
        connection.close()
        raise SlackUnavailableError(type(error).__name__) from error


def _read(response: HTTPResponse) -> dict[str, Any]:
    try:
        body = response.read(_MOST_BYTES)
    except (OSError, HTTPException) as error:
        raise SlackUnavailableError(type(error).__name__) from error
    if response.status == http.client.TOO_MANY_REQUESTS:
        raise SlackRateLimitedError("ratelimited", seconds_of(response.headers))
    if response.status >= http.client.INTERNAL_SERVER_ERROR:
        raise SlackUnavailableError(f"HTTP {response.status}")
    if body.strip() == b"ok":
        return {"ok": True}
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise SlackUnavailableError("unreadable answer") from error
    return answer if isinstance(answer, dict) else {}


_AGENT = "value-flywheel"
