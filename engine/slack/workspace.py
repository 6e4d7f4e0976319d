"""A workspace: what a bot posts, edits and deletes in its channels, and what people do there."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from engine.line_file import LineFile
from engine.slack.blocks.limits import content_error
from engine.slack.channels import Channel, Channels
from engine.slack.messages import BOT, PERSON, Message
from engine.slack.refusals import RefusedError
from engine.slack.responses import Responses
from engine.slack.views import Views

_FIRST_TS = 1_700_000_000


class Workspace:
    """Messages by channel and `ts`; whoever calls it holds a lock. `journal`: a file that keeps them over restarts."""

    def __init__(self, channels: Iterable[str] | None, clock: Callable[[], float], journal: Path | None) -> None:
        self.channels = Channels(channels)
        self.views = Views()
        self.responses = Responses()
        self.guests: set[str] = set()
        """Ids of people who are no full members."""
        self.edit_window_closed = False
        """Whether the workspace's settings forbid edits by now."""
        self.clock = clock
        self._journal = journal
        self._kept: LineFile | None = None
        self._messages: list[Message] = []
        if journal and journal.exists():
            self._read_journal(journal)

    @property
    def messages(self) -> list[Message]:
        """Every message that stands, in every channel, in the order of arrival."""
        return [message for message in self._messages if not message.deleted]

    def clear(self) -> None:
        """Forget every message."""
        self._messages.clear()

    def close(self) -> None:
        """Close the journal."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def post(self, body: dict[str, Any]) -> Message:
        """Post as the bot does (`chat.postMessage`). Raises RefusedError.

        A reply to a message that was deleted without any replies becomes a message of the channel, and only the missing
        `thread_ts` of the answer says so; a deleted one with replies can be replied to.
        """
        channel = self._may_post(str(body.get("channel") or ""))
        _check(body)
        return self._add(
            channel,
            text=str(body.get("text") or ""),
            blocks=list(body.get("blocks") or []),
            thread_ts=self._thread(channel, str(body.get("thread_ts") or "")),
            broadcast=bool(body.get("reply_broadcast")),
        )

    def whisper(self, body: dict[str, Any]) -> str:
        """Say something to one person in a channel (`chat.postEphemeral`); its `ts`. Raises RefusedError."""
        channel = self._may_post(str(body.get("channel") or ""))
        user = str(body.get("user") or "")
        if user[:1] not in {"U", "W"}:
            raise RefusedError("user_not_in_channel")
        _check(body)
        return self.responses.say(user, channel.id, body)

    def say(self, channel: str, text: str) -> Message:
        """Post as a person does."""
        return self._add(self.channels.named(channel), text=text, author=PERSON)

    def update(self, body: dict[str, Any]) -> Message:
        """Edit (`chat.update`): blocks that are not given stay as they are. Raises RefusedError."""
        channel = self.channels.of_id(str(body.get("channel") or ""))
        if channel.is_archived:
            raise RefusedError("is_inactive")
        message = self._own(channel, str(body.get("ts") or ""), "cant_update_message")
        if self.edit_window_closed:
            raise RefusedError("edit_window_closed")
        _check(body)
        blocks = list(body["blocks"] or []) if "blocks" in body else message.blocks
        return self._replace(message, text=str(body.get("text") or ""), blocks=blocks, edits=message.edits + 1)

    def delete(self, body: dict[str, Any]) -> Message:
        """Delete as the bot does (`chat.delete`). Raises RefusedError."""
        channel = self.channels.of_id(str(body.get("channel") or ""))
        return self._replace(self._own(channel, str(body.get("ts") or ""), "cant_delete_message"), deleted=True)

    def take_away(self, channel: str, ts: str) -> Message:
        """Delete as a person may who is allowed to. Raises RefusedError."""
        return self._replace(self._standing(self.channels.named(channel), ts), deleted=True)

    def show(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open a form (`views.open`). Raises RefusedError."""
        return self.views.show(body, self.clock())

    def trigger(self) -> str:
        """What somebody just did, as a form can be opened by it."""
        return self.views.trigger(self.clock())

    def permalink(self, channel: str, ts: str) -> str:
        """The address of a message (`chat.getPermalink`). Raises RefusedError."""
        message = self._standing(self.channels.of_id(channel), ts)
        return permalink_of(message)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The replies to a message, oldest first."""
        place = self.channels.named(channel).id, ts
        return [each for each in self.messages if (each.channel_id, each.thread_ts) == place]

    def _may_post(self, named: str) -> Channel:
        channel = self.channels.named(named)
        if channel.is_archived:
            raise RefusedError("is_archived")
        if not channel.is_member:
            raise RefusedError("not_in_channel")
        return channel

    def _thread(self, channel: Channel, ts: str) -> str | None:
        parent = next((each for each in self._messages if (each.channel_id, each.ts) == (channel.id, ts)), None)
        if parent is None or (parent.deleted and not self.thread(channel.id, ts)):
            return None
        return parent.thread_ts or parent.ts

    def _standing(self, channel: Channel, ts: str) -> Message:
        for message in self._messages:
            if (message.channel_id, message.ts) == (channel.id, ts) and not message.deleted:
                return message
        raise RefusedError("message_not_found")

    def _own(self, channel: Channel, ts: str, error: str) -> Message:
        message = self._standing(channel, ts)
        if message.author != BOT:
            raise RefusedError(error)
        return message

    def _add(self, channel: Channel, **parts: Any) -> Message:
        named = channel.name if channel.name == channel.id.lower() else f"#{channel.name}"
        message = Message(
            channel=channel.id if named == channel.id.lower() else named,
            channel_id=channel.id,
            ts=f"{_FIRST_TS + len(self._messages)}.000100",
            received_at=self.clock(),
            **parts,
        )
        self._keep(message)
        self._messages.append(message)
        return message

    def _replace(self, message: Message, **parts: Any) -> Message:
        changed = msgspec.structs.replace(message, **parts)
        self._keep(changed)
        self._messages[self._messages.index(message)] = changed
        return changed

    def _keep(self, message: Message) -> None:
        """Before it is answered; what cannot be kept is not accepted."""
        if self._journal is not None:
            self._kept = self._kept or LineFile(self._journal)
            self._kept.append(msgspec.json.encode(message))

    def _read_journal(self, journal: Path) -> None:
        """The last line of a (channel, ts) is the message as it stands; a line cut short by a kill is left out."""
        latest: dict[tuple[str, str], Message] = {}
        for line in journal.read_bytes().splitlines():
            try:
                message = msgspec.json.decode(line, type=Message)
            except msgspec.DecodeError:
                continue
            message.channel_id = self.channels.add(message.channel).id
            latest[message.channel, message.ts] = message
        self._messages = list(latest.values())


def permalink_of(message: Message) -> str:
    """As Slack makes them: the `ts` without its dot, and for a reply its thread."""
    link = f"https://loopback.slack.com/archives/{message.channel_id}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel_id}" if message.thread_ts else link


def _check(body: dict[str, Any]) -> None:
    problem = content_error(body)
    if problem:
        raise RefusedError(*problem)
