"""Slack's Web API at the edge: one call, one answer or one typed error. It never retries and never waits by itself."""

import logging
import re
from collections.abc import Callable
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Protocol

from shared.slack.errors import (
    SlackBlocksError,
    SlackError,
    SlackMessageGoneError,
    SlackRateLimitedError,
    SlackRefusedError,
    SlackTokenError,
    SlackUnavailableError,
    refusal,
    seconds_of,
)

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError

__all__ = [
    "Poster",
    "SlackBlocksError",
    "SlackClient",
    "SlackError",
    "SlackMessageGoneError",
    "SlackRateLimitedError",
    "SlackRefusedError",
    "SlackTokenError",
    "SlackUnavailableError",
]

BASE_URL = "https://slack.com/api/"
TIMEOUT_SECONDS = 8
"""Long enough for Slack on a bad day; shorter than a function's time-out, so that the outcome can still be written."""


class Poster(Protocol):
    """Slack, as far as the outbox needs it."""

    def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]],
        *,
        thread: str | None = None,
        broadcast: bool = False,
    ) -> tuple[str, str]:
        """Post; returns the channel's id and the message's `ts`, by which it can be updated.

        `thread`: the `ts` of the message whose thread it belongs to; `broadcast`: the channel sees it too.
        """

    def update(self, channel: str, ts: str, text: str, blocks: list[dict[str, Any]]) -> None:
        """Replace a posted message."""

    def permalink(self, channel: str, ts: str) -> str:
        """The address of a message, by the channel's id and its `ts`."""


class SlackClient:
    """The real Slack, or a loopback that speaks as it does.

    `token(fresh)` gives the bot token; after an invalid one it is asked once for a fresh one, so that rotation works.
    """

    def __init__(self, token: Callable[[bool], str], base_url: str = BASE_URL) -> None:
        self._token = token
        self._base_url = base_url if base_url.endswith("/") else base_url + "/"
        self._logger = logging.getLogger(__name__)
        self._logger.setLevel(logging.CRITICAL)

    def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]],
        *,
        thread: str | None = None,
        broadcast: bool = False,
    ) -> tuple[str, str]:
        """Post once. Raises a SlackError."""
        place = {"thread_ts": thread, "reply_broadcast": broadcast} if thread else {}
        answer = self._call("chat.postMessage", {"channel": channel, **_content(text, blocks), **place, **_QUIET})
        return str(answer["channel"]), str(answer["ts"])

    def update(self, channel: str, ts: str, text: str, blocks: list[dict[str, Any]]) -> None:
        """Replace once; without blocks those that it had go too. Raises a SlackError."""
        self._call("chat.update", {"channel": channel, "ts": ts, "text": text, "blocks": blocks, "link_names": False})

    def permalink(self, channel: str, ts: str) -> str:
        """Ask once. Raises a SlackError."""
        return str(self._call("chat.getPermalink", {"channel": channel, "message_ts": ts})["permalink"])

    def _call(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._try(method, arguments, fresh=False)
        except SlackTokenError:
            return self._try(method, arguments, fresh=True)

    def _try(self, method: str, arguments: dict[str, Any], *, fresh: bool) -> dict[str, Any]:
        from slack_sdk import WebClient  # noqa: PLC0415  a third of a cold start, for whoever posts at all
        from slack_sdk.errors import SlackApiError  # noqa: PLC0415  as above

        client = WebClient(
            self._token(fresh),
            base_url=self._base_url,
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[],
            logger=self._logger,
        )
        try:
            answer = (
                client.api_call(method, data=arguments) if method in _FORMS else client.api_call(method, json=arguments)
            )
        except SlackApiError as error:
            raise _error_of(error) from error
        except (OSError, HTTPException, ValueError) as error:
            raise SlackUnavailableError(type(error).__name__) from error
        return answer.data if isinstance(answer.data, dict) else {}


_FORMS = frozenset({"chat.getPermalink"})
"""Methods that take no JSON (docs.slack.dev/reference/methods/chat.getPermalink)."""

_QUIET = {"link_names": False, "parse": "none", "unfurl_links": False, "unfurl_media": False}


_IS_NAME = re.compile(r"[a-z][a-z_]{1,60}").fullmatch
"""Slack's error names; what the SDK says of an answer that is no JSON (a proxy's page, say) is a sentence."""


def _content(text: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    return {"text": text, "blocks": blocks} if blocks else {"text": text}


def _error_of(error: "SlackApiError") -> SlackError:
    status, headers = error.response.status_code, error.response.headers
    reason = str((error.response.data or {}).get("error") if isinstance(error.response.data, dict) else None or status)
    if status == 429:
        return SlackRateLimitedError("ratelimited", seconds_of(headers))
    if status >= 500:
        return SlackUnavailableError(f"HTTP {status}")
    return refusal(reason) if _IS_NAME(reason) else SlackUnavailableError("unreadable answer")
