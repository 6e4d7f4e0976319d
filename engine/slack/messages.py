"""The contents of the loopback Slack: messages as a reader sees them, and calls as they came in."""

from typing import Any

from msgspec import Struct


class Message(Struct, kw_only=True):
    """One message in a channel as a reader would see it now; `edits` counts `chat.update` calls."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]] = []
    edits: int = 0
    received_at: float = 0.0


class Call(Struct, frozen=True, kw_only=True):
    """One request as it came in, whether or not it was answered; `at` in seconds of the server's clock."""

    method: str
    body: dict[str, Any]
    at: float
    answer: str
