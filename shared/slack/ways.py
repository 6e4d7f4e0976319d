"""The ways into a channel: the bot, which posts, edits and threads; an incoming webhook or a topic, which only post."""

from typing import Any, Protocol

from shared.flywheel.settings.values import Settings
from shared.slack.client import Poster
from shared.slack.errors import SlackMessageGoneError
from shared.slack.webhook import NOWHERE


class PostOnly(Protocol):
    """A way that knows neither threads nor edits."""

    def post(self, channel: str, text: str, blocks: list[dict[str, Any]]) -> tuple[str, str]:
        """Post; returns the channel, and what stands for the message."""


class Ways:
    """Slack as the settings have it, channel by channel."""

    def __init__(self, settings: Settings, bot: Poster, webhook: PostOnly, topic: PostOnly) -> None:
        self._settings, self._bot = settings, bot
        self._others: dict[str, PostOnly] = {"webhook": webhook, "topic": topic}

    def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]],
        *,
        thread: str | None = None,
        broadcast: bool = False,
    ) -> tuple[str, str]:
        """Post once, by the channel's way; only the bot knows threads. Raises a SlackError."""
        other = self._others.get(self._settings.slack.way_of(channel))
        if other is not None:
            return other.post(channel, text, blocks)
        return self._bot.post(channel, text, blocks, thread=thread, broadcast=broadcast)

    def permalink(self, channel: str, ts: str) -> str:
        """The address of what the bot posted. Raises a SlackError."""
        if ts == NOWHERE:
            raise SlackMessageGoneError("posted another way")
        return self._bot.permalink(channel, ts)

    def update(self, channel: str, ts: str, text: str, blocks: list[dict[str, Any]]) -> None:
        """Replace what the bot posted; what went another way stays as it was said. Raises a SlackError."""
        if ts != NOWHERE:
            self._bot.update(channel, ts, text, blocks)
