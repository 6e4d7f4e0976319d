"""An incoming webhook: the lesser way into a channel. It posts; it knows no thread, no edit and no button.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from shared.slack.errors import (
    BAD_BLOCKS,
    SlackBlocksError,
    SlackRateLimitedError,
    SlackRefusedError,
    SlackTokenError,
    SlackUnavailableError,
    seconds_of,
)
from shared.slack.stamps import NOWHERE
from shared.slack.web import answer_of

_TIMEOUT_SECONDS = 8.0
_IS_WEBHOOK = re.compile(r"https://hooks\.slack(?:-gov)?\.com/services/[\w/-]{10,200}")
_IS_NAME = re.compile(r"[a-z][a-z_]{1,60}")


class Webhook:
    """Incoming webhooks of a stack. `addresses(fresh)`: by channel, as the secret holds them."""

    def __init__(self, addresses: Callable[[bool], Mapping[str, str]], api: str) -> None:
        """`api`: the Web API's address; where that is a loopback's, webhooks may be there too."""
        self._addresses = addresses
        parts = urlsplit(api)
        self._loopback = f"{parts.scheme}://{parts.netloc}/" if parts.hostname in {"127.0.0.1", "localhost"} else ""

    def post(self, channel: str, text: str, blocks: list[dict[str, Any]]) -> tuple[str, str]:
        """Post once. Raises a SlackError."""
        address = self._address(channel)
        content = {"text": text, "blocks": without_buttons(blocks)} if blocks else {"text": text}
        status, headers, body = answer_of(address, content, _TIMEOUT_SECONDS)
        if status == 200:
            return channel, NOWHERE
        reason = body.decode(errors="replace").strip()
        if status == 429:
            raise SlackRateLimitedError("ratelimited", seconds_of(headers))
        if status >= 500 or not _IS_NAME.fullmatch(reason):
            raise SlackUnavailableError(f"HTTP {status}")
        raise SlackBlocksError(reason) if reason in BAD_BLOCKS | {"invalid_payload"} else SlackRefusedError(reason)

    def _address(self, channel: str) -> str:
        """The address of a channel; read again once where there is none. Raises SlackTokenError."""
        for fresh in (False, True):
            address = self._addresses(fresh).get(channel, "")
            if is_webhook(address) or (self._loopback and address.startswith(self._loopback)):
                return address
        raise SlackTokenError("no webhook in the secret yet")


def is_webhook(address: str) -> bool:
    """Whether an address is one of Slack's incoming webhooks."""
    return _IS_WEBHOOK.fullmatch(address) is not None


def without_buttons(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks without what somebody would have to answer; links among the buttons become text."""
    kept = []
    for block in blocks:
        if block.get("type") != "actions":
            kept.append(block)
            continue
        links = [f"<{each['url']}|{each['text']['text']}>" for each in block["elements"] if each.get("url")]
        if links:
            text = {"type": "mrkdwn", "text": " · ".join(links), "verbatim": True}
            kept.append({"type": "section", "text": text})
    return kept
