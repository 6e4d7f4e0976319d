"""The ways into a channel: the bot, which posts, edits and threads; an incoming webhook or a topic, which only post."""

from typing import Any, Protocol

from shared.flywheel.settings.values import Settings
from shared.slack.client import Poster
from shared.slack.errors import SlackMessageGoneError
from shared.slack.stamps import is_ts


class PostOnly(Protocol):
    """A way that knows neither threads nor edits."""

    def post(self, channel: str, text: str, blocks: list[dict[str, Any]]) -> tuple[str, str]:
        """Post; returns the channel, and what stands for the message."""


class Threading(Protocol):
    """A way that knows threads, and no edits."""

    def post(
        self, channel: str, text: str, blocks: list[dict[str, Any]], *, thread: str | None = None
    ) -> tuple[str, str]:
        """Post, in the thread of what stands for an earlier message; returns the channel, and what stands for this."""


class Ways:
    """Slack as the settings have it, channel by channel."""

    def __init__(self, settings: Settings, bot: Poster, webhook: PostOnly, topic: Threading) -> None:
        self._settings, self._bot, self._webhook, self._topic = settings, bot, webhook, topic

    def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]],
        *,
        thread: str | None = None,
        broadcast: bool = False,
    ) -> tuple[str, str]:
        """Post once, by the channel's way. Raises a SlackError.

        A channel may have had another way when the thread began: then the message is one of the channel's own.
        """
        way = self._settings.slack.way_of(channel)
        if way == "webhook":
            return self._webhook.post(channel, text, blocks)
        if way == "topic":
            return self._topic.post(channel, text, blocks, thread=thread)
        known = thread if thread and is_ts(thread) else None
        return self._bot.post(channel, text, blocks, thread=known, broadcast=broadcast and known is not None)

    def permalink(self, channel: str, ts: str) -> str:
        """The address of what the bot posted. Raises a SlackError."""
        if not is_ts(ts):
            raise SlackMessageGoneError("posted another way")
        return self._bot.permalink(channel, ts)

    def update(self, channel: str, ts: str, text: str, blocks: list[dict[str, Any]]) -> None:
        """Replace what the bot posted. Raises a SlackError."""
        self._bot.update(channel, ts, text, blocks)
