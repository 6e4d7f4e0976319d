"""The contents of the loopback Slack: messages as a reader sees them, and calls as they came in."""

from typing import Any

from msgspec import Struct

BOT, PERSON = "bot", "person"


class Message(Struct, kw_only=True):
    """One message in a channel as a reader would see it now; `edits` counts `chat.update` calls."""

    channel: str
    """As whoever posted named it: `#name`, or the id."""
    ts: str
    text: str
    blocks: list[dict[str, Any]] = []
    edits: int = 0
    received_at: float = 0.0
    channel_id: str = ""
    thread_ts: str | None = None
    """The message that it replies to; None in the channel itself."""
    broadcast: bool = False
    """A reply that the channel shows too."""
    author: str = BOT
    deleted: bool = False
    """Nobody sees it any more, but as "This message was deleted" above the replies that it has."""

    @property
    def in_view(self) -> bool:
        """Whether the channel shows it, without a thread being opened."""
        return not self.deleted and (self.thread_ts is None or self.broadcast)


class Call(Struct, frozen=True, kw_only=True):
    """One request as it came in, whether or not it was answered; `at` in seconds of the server's clock."""

    method: str
    body: dict[str, Any]
    at: float
    answer: str
