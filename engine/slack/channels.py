"""Channels of the loopback Slack: their ids and names, and whether the bot may post there."""

import hashlib
from collections.abc import Iterable

from msgspec import Struct

from engine.slack.refusals import RefusedError

_ID_LENGTH = 9


class Channel(Struct, kw_only=True):
    """One channel. A bot posts into public ones that it has not joined only with `chat:write.public`."""

    id: str
    name: str
    """Without `#`."""
    is_member: bool = True
    is_archived: bool = False
    is_private: bool = False
    is_direct: bool = False
    """A conversation of two."""


class Channels:
    """The channels of a workspace; without names given, every channel that somebody asks for exists."""

    def __init__(self, names: Iterable[str] | None) -> None:
        self._open = names is None
        self._by_id: dict[str, Channel] = {}
        for name in names or ():
            self.add(name)

    def add(self, name: str) -> Channel:
        """A channel of this name, or with this id; the same one again where there is one."""
        plain = name.lstrip("#")
        channel = self._known(name)
        if channel is None:
            channel = Channel(id=plain if is_id(name) else id_of(plain), name=plain.lower())
            self._by_id[channel.id] = channel
        return channel

    def named(self, channel: str) -> Channel:
        """By name or id, as `chat.postMessage` takes either. Raises RefusedError."""
        known = self._known(channel)
        if known is None:
            if not channel or not self._open:
                raise RefusedError("channel_not_found")
            known = self.add(channel)
        return known

    def of_id(self, channel: str) -> Channel:
        """By id alone, as every other method wants it. Raises RefusedError."""
        if not is_id(channel):
            raise RefusedError("channel_not_found")
        return self.named(channel)

    def id_of(self, channel: str) -> str:
        """The id of a channel by name or id, whether or not there is one."""
        known = self._known(channel)
        return known.id if known else channel if is_id(channel) else id_of(channel)

    def all(self) -> list[Channel]:
        """By name."""
        return sorted(self._by_id.values(), key=lambda channel: channel.name)

    def _known(self, channel: str) -> Channel | None:
        if channel in self._by_id:
            return self._by_id[channel]
        plain = channel.lstrip("#")
        return next((each for each in self._by_id.values() if each.name == plain), None)


def id_of(name: str) -> str:
    """The id of a channel, always the same for a name."""
    return "C" + hashlib.sha256(name.lstrip("#").encode()).hexdigest().upper()[:_ID_LENGTH]


def is_id(channel: str) -> bool:
    """Whether a text looks as Slack's ids of channels do."""
    return channel[:1] in "CGD" and len(channel) >= _ID_LENGTH and channel.isalnum() and channel.upper() == channel
