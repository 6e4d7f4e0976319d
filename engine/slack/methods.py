"""The methods of Slack's Web API that a bot of ours calls: which scope each needs, and what it answers."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from engine.slack.channels import Channel
from engine.slack.messages import Message
from engine.slack.refusals import RefusedError
from engine.slack.workspace import Workspace

Answer = dict[str, Any]
TEAM, APP, BOT_USER = "T0LOOPBACK", "A0LOOPBACK", "U0LOOPBACK"


class Method(Struct, frozen=True):
    """One method: what it does with a workspace, and the scopes of which it needs one."""

    does: Callable[[Workspace, dict[str, Any]], Answer]
    scopes: tuple[str, ...] = ()


def call(workspace: Workspace, method: str, body: dict[str, Any], scopes: frozenset[str]) -> Answer:
    """The answer to one call. Raises RefusedError."""
    if method not in METHODS:
        raise RefusedError("unknown_method")
    needed = METHODS[method].scopes
    if needed and not scopes.intersection(needed):
        raise RefusedError("missing_scope", needed=",".join(needed), provided=",".join(sorted(scopes)))
    return {"ok": True, **METHODS[method].does(workspace, body)}


def _auth(_workspace: Workspace, _body: dict[str, Any]) -> Answer:
    return {
        "url": "https://loopback.slack.com/",
        "team": "loopback",
        "user": "bot",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": "B1",
    }


def _post(workspace: Workspace, body: dict[str, Any]) -> Answer:
    return _posted(workspace.post(body))


def _update(workspace: Workspace, body: dict[str, Any]) -> Answer:
    message = workspace.update(body)
    return {**_posted(message), "text": message.text}


def _delete(workspace: Workspace, body: dict[str, Any]) -> Answer:
    message = workspace.delete(body)
    return {"channel": message.channel_id, "ts": message.ts}


def _posted(message: Message) -> Answer:
    """What an answer tells of a message; `thread_ts` only where it is in a thread."""
    shown = {"type": "message", "text": message.text, "ts": message.ts, "bot_id": "B1", "app_id": APP}
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    return {"channel": message.channel_id, "ts": message.ts, "message": shown}


def _permalink(workspace: Workspace, body: dict[str, Any]) -> Answer:
    channel = str(body.get("channel") or "")
    return {"channel": channel, "permalink": workspace.permalink(channel, str(body.get("message_ts") or ""))}


def _info(workspace: Workspace, body: dict[str, Any]) -> Answer:
    return {"channel": _shown(workspace.channels.of_id(str(body.get("channel") or "")))}


def _list(workspace: Workspace, body: dict[str, Any]) -> Answer:
    """In pages of `limit`; the cursor is the place of the next one."""
    start, limit = int(body.get("cursor") or 0), int(body.get("limit") or 100)
    wanted = str(body.get("types") or "public_channel").split(",")
    with_archived = str(body.get("exclude_archived") or "false").lower() not in {"true", "1"}
    channels = [
        each
        for each in workspace.channels.all()
        if (with_archived or not each.is_archived)
        and ("private_channel" if each.is_private else "public_channel") in wanted
        and (each.is_member or not each.is_private)
    ]
    following = str(start + limit) if start + limit < len(channels) else ""
    page = [_shown(each) for each in channels[start : start + limit]]
    return {"channels": page, "response_metadata": {"next_cursor": following}}


def _user(workspace: Workspace, body: dict[str, Any]) -> Answer:
    user = str(body.get("user") or "")
    if user[:1] not in {"U", "W"}:
        raise RefusedError("user_not_found")
    return {"user": {"id": user, "is_restricted": user in workspace.guests, "is_ultra_restricted": False}}


def _shown(channel: Channel) -> Answer:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_member": channel.is_member,
        "is_archived": channel.is_archived,
        "is_private": channel.is_private,
        "is_im": channel.is_direct,
        "is_mpim": False,
    }


METHODS: dict[str, Method] = {
    "api.test": Method(lambda _workspace, _body: {}),
    "auth.test": Method(_auth),
    "chat.postMessage": Method(_post, ("chat:write",)),
    "webhook": Method(_post),
    "chat.postEphemeral": Method(lambda workspace, body: {"message_ts": workspace.whisper(body)}, ("chat:write",)),
    "chat.update": Method(_update, ("chat:write",)),
    "chat.delete": Method(_delete, ("chat:write",)),
    "chat.getPermalink": Method(_permalink),
    "users.info": Method(_user, ("users:read",)),
    "views.open": Method(lambda workspace, body: {"view": workspace.show(body)}),
    "views.update": Method(lambda workspace, body: {"view": workspace.views.update(body)}),
    "conversations.info": Method(_info, ("channels:read", "groups:read")),
    "conversations.list": Method(_list, ("channels:read", "groups:read")),
}
