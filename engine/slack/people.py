"""People who do something in Slack, and an app that Slack calls about it: signed, and given three seconds to answer."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from engine.slack.messages import Message
from engine.slack.methods import APP, TEAM
from engine.slack.refusals import RefusedError
from engine.slack.responses import Seen

if TYPE_CHECKING:
    from engine.slack.server import FakeSlack

ANSWER_SECONDS = 3.0
MEMBER = "U0MEMBER01"

Send = Callable[[Mapping[str, str], bytes], tuple[int, bytes]]
"""Posts headers and a body to the app's request URL; gives the status and the body of its answer."""


class AppError(Exception):
    """What a person sees where the app does not answer as it should: `operation_timeout`, `dispatch_failed`, …"""


class Person:
    """One person of a workspace, or a guest, who uses an app."""

    def __init__(  # noqa: PLR0913  what Slack tells an app of a person
        self,
        slack: "FakeSlack",
        send: Send,
        signing_secret: str,
        *,
        user: str = MEMBER,
        team: str = TEAM,
        user_team: str | None = None,
        clock: Callable[[], float],
    ) -> None:
        self._slack, self._send, self._secret, self._clock = slack, send, signing_secret, clock
        self.user, self.team, self.user_team = user, team, user_team or team

    def command(self, text: str, channel: str, *, command: str = "/command") -> Seen:
        """Type a command; returns what is seen of the answer."""
        place = self._slack.channel(channel)
        form = {
            "team_id": self.team,
            "channel_id": place.id,
            "channel_name": "privategroup" if place.is_private else place.name,
            "user_id": self.user,
            "user_name": "somebody",
            "command": command,
            "text": text,
            "api_app_id": APP,
            "trigger_id": self._slack.trigger(),
            "response_url": self._slack.response_url(self.user),
        }
        answer = self._called(urlencode(form).encode())
        return Seen(user=self.user, text=str(answer.get("text") or ""), blocks=list(answer.get("blocks") or []))

    def press(self, message: Message, action: str) -> None:
        """Press a button of a message. Raises KeyError where it has none of that name."""
        self._interact(
            "block_actions",
            channel={"id": message.channel_id, "name": message.channel.lstrip("#")},
            message={"ts": message.ts, "text": message.text},
            container={"type": "message", "message_ts": message.ts, "channel_id": message.channel_id},
            actions=[self._pressed(message.blocks, action)],
        )

    def press_alone(self, seen: Seen, action: str) -> None:
        """Press a button of what only this person sees. Raises KeyError where it has none of that name."""
        self._interact(
            "block_actions",
            about=seen.ts,
            channel={"id": seen.channel},
            container={"type": "message", "message_ts": seen.ts, "channel_id": seen.channel, "is_ephemeral": True},
            actions=[self._pressed(seen.blocks, action)],
        )

    def press_in(self, view: Mapping[str, Any], action: str) -> None:
        """Press a button of a form."""
        self._interact(
            "block_actions",
            view=dict(view),
            container={"type": "view", "view_id": view["id"]},
            actions=[self._pressed(view["blocks"], action)],
        )

    def shortcut(self, message: Message, callback: str) -> None:
        """Choose a shortcut of a message."""
        self._interact(
            "message_action",
            callback_id=callback,
            channel={"id": message.channel_id, "name": message.channel.lstrip("#")},
            message={"ts": message.ts, "text": message.text, "user": "U0SOMEBODY"},
            message_ts=message.ts,
        )

    def submit(self, view: Mapping[str, Any], **entered: str) -> dict[str, str]:
        """Submit a form with what is entered by field; returns what is wrong with it by field. Else it closes, or
        becomes what the app says.
        """
        values = {name: {"entered": _entered(view, name, value)} for name, value in entered.items()}
        sent = {**view, "state": {"values": values}}
        answer = self._interact("view_submission", view=sent)
        action = answer.get("response_action")
        if action == "errors":
            return dict(answer["errors"])
        if action == "update":
            self._slack.become(view["id"], answer["view"])
        else:
            self._slack.close_view(view["id"])
        return {}

    def _interact(self, kind: str, about: str = "", **fields: Any) -> dict[str, Any]:
        payload = {
            "type": kind,
            "team": {"id": self.team, "domain": "loopback"},
            "user": {"id": self.user, "username": "somebody", "name": "somebody", "team_id": self.user_team},
            "api_app_id": APP,
            "trigger_id": self._slack.trigger(),
            "response_url": self._slack.response_url(self.user, about),
            **fields,
        }
        return self._called(urlencode({"payload": json.dumps(payload)}).encode())

    def _called(self, body: bytes) -> dict[str, Any]:
        """Call the app as Slack does. Raises AppError."""
        began = self._clock()
        status, answer = self._send(signed(body, self._secret, int(began)), body)
        if self._clock() - began > ANSWER_SECONDS:
            raise AppError("operation_timeout")
        if status != 200:
            raise AppError(f"dispatch_failed ({status})")
        return json.loads(answer) if answer.strip() else {}

    def _pressed(self, blocks: list[dict[str, Any]], action: str) -> dict[str, Any]:
        elements = (element for block in blocks for element in block.get("elements", ()) if block["type"] == "actions")
        for element in elements:
            if element.get("action_id") == action:
                return {
                    "type": "button",
                    "action_id": action,
                    "value": element.get("value", ""),
                    "action_ts": f"{self._clock():.6f}",
                }
        raise KeyError(action)


def signed(body: bytes, secret: str, at: int) -> dict[str, str]:
    """The headers of a request of Slack's (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": str(at),
        "X-Slack-Signature": f"v0={digest}",
    }


def _entered(view: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    """What a field holds; a list takes one of its options only."""
    block = next(each for each in view["blocks"] if each.get("block_id") == name)
    element = block["element"]
    if element["type"] != "static_select":
        if len(value) > element.get("max_length", 3000):
            raise RefusedError("too_long", name)
        return {"type": "plain_text_input", "value": value}
    option = next(each for each in element["options"] if each["value"] == value)
    return {"type": "static_select", "selected_option": option}
