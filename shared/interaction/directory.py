"""What Slack says of channels and people: asked once while a function is warm, kept nowhere else."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

from shared.slack.web import Web

Value = TypeVar("Value")

_MOST = 500
_GUESTS = ("is_restricted", "is_ultra_restricted", "is_stranger")
"""Guests of several channels, of one, and people of other workspaces (docs.slack.dev/reference/objects/user-object)."""


class Channel(Struct, frozen=True):
    """A channel: its name, and whether it is a conversation of few that nobody else can look into."""

    name: str
    is_direct: bool


class Directory:
    """Channels and people of one workspace."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._channels: dict[str, Channel] = {}
        self._guests: dict[str, bool] = {}

    def channel(self, id: str) -> Channel:
        """A channel by id. Raises a SlackError; a SlackScopeError without `channels:read`, `groups:read`."""
        return _kept(self._channels, id, self._asked_of_channel)

    def is_guest(self, user: str) -> bool:
        """Whether a person is no full member. Raises a SlackError; a SlackScopeError without `users:read`."""
        return _kept(self._guests, user, self._asked_of_user)

    def _asked_of_channel(self, id: str) -> Channel:
        channel = _table(self._web.call("conversations.info", channel=id), "channel")
        return Channel(str(channel.get("name") or ""), bool(channel.get("is_im") or channel.get("is_mpim")))

    def _asked_of_user(self, user: str) -> bool:
        person = _table(self._web.call("users.info", user=user), "user")
        return any(person.get(kind) is True for kind in _GUESTS)


def _kept(known: dict[str, Value], key: str, ask: Callable[[str], Value]) -> Value:
    if key not in known:
        if len(known) >= _MOST:
            known.clear()
        known[key] = ask(key)
    return known[key]


def _table(answer: dict[str, Any], name: str) -> dict[str, Any]:
    table = answer.get(name)
    return table if isinstance(table, dict) else {}
