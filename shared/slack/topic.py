"""Amazon Q in chat applications: messages to an SNS topic, which it shows in a channel. No token, no edits, no buttons.

https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.slack.errors import SlackRefusedError, SlackUnavailableError
from shared.slack.webhook import NOWHERE, without_buttons

TITLE, DESCRIPTION = 250, 8000
"""Characters that a custom notification takes."""
_FOR_GOOD = {"AuthorizationError", "InvalidParameter", "InvalidParameterValue", "KMSAccessDenied", "NotFound"}


class Topic:
    """Topics by channel; `client` makes boto3's for SNS, once it is needed."""

    def __init__(self, client: Callable[[], Any], topics: Mapping[str, str]) -> None:
        self._make, self._topics = client, topics

    @cached_property
    def _client(self) -> Any:
        return self._make()

    def post(self, channel: str, text: str, blocks: list[dict[str, Any]]) -> tuple[str, str]:
        """Publish once. Raises a SlackError."""
        try:
            self._client.publish(TopicArn=self._topics[channel], Message=json.dumps(notification(text, blocks)))
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            raise SlackRefusedError(code) if code in _FOR_GOOD else SlackUnavailableError(code) from error
        except BotoCoreError as error:
            raise SlackUnavailableError(type(error).__name__) from error
        return channel, NOWHERE


def notification(text: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """A message as a custom notification: its heading, and what it says as lines of Slack's own markup."""
    lines = list(_lines(without_buttons(blocks)))
    heading = next((block["text"]["text"] for block in blocks if block.get("type") == "header"), "")
    title = heading or text.partition(". ")[0]
    description = "\n".join(lines) or text
    return {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": _cut(title, TITLE),
            "description": _cut(description, DESCRIPTION),
        },
        "metadata": {"summary": _cut(title, TITLE)},
    }


def _lines(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if block.get("type") == "section":
            parts = [block.get("text"), *block.get("fields", ())]
        elif block.get("type") == "context":
            parts = list(block.get("elements", ()))
        else:
            continue
        yield from (part["text"] for part in parts if part and isinstance(part.get("text"), str))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
