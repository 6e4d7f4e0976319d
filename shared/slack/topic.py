"""Amazon Q in chat applications: messages to an SNS topic, which it shows in a channel. No token, no edits, no buttons.

A turn's milestones follow each other in one thread, where the channel's preferences allow threads; its end stands in
the channel, as digests do. https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.slack.charts import without_charts
from shared.slack.errors import SlackRefusedError, SlackUnavailableError
from shared.slack.escaping import mrkdwn
from shared.slack.stamps import thread_of, thread_stamp
from shared.slack.webhook import without_buttons

TITLE, DESCRIPTION, STEP = 250, 8000, 350
"""Characters of a custom notification's title, its description and a next step, far within what SNS carries."""
NEXT = "*Next:* "
"""How the line of a section begins that says what to do: it and what follows there are next steps."""
FOR_GOOD = {"AuthorizationError", "InvalidParameter", "InvalidParameterValue", "KMSAccessDenied", "NotFound"}
"""SNS's errors that stay until somebody mends a name or a right."""
_MENTION = re.compile(r"(?<![\w.])@(?=\w)")


class Topic:
    """Topics by channel; `client` makes boto3's for SNS, once it is needed."""

    def __init__(
        self,
        client: Callable[[], Any],
        topics: Mapping[str, str],
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._make, self._topics, self._new_id = client, topics, new_id

    @cached_property
    def _client(self) -> Any:
        return self._make()

    def post(
        self, channel: str, text: str, blocks: list[dict[str, Any]], *, thread: str | None = None
    ) -> tuple[str, str]:
        """Publish once, into a thread that an earlier notification began, else as the first of one.

        Raises a SlackError.
        """
        name = thread_of(thread) or thread_stamp(self._new_id())
        message = json.dumps(notification(text, blocks, name))
        try:
            self._client.publish(TopicArn=self._topics[channel], Message=message)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            raise SlackRefusedError(code) if code in FOR_GOOD else SlackUnavailableError(code) from error
        except BotoCoreError as error:
            raise SlackUnavailableError(type(error).__name__) from error
        return channel, name


def notification(text: str, blocks: list[dict[str, Any]], thread: str) -> dict[str, Any]:
    """A message as a custom notification: its heading, what it says as lines of Slack's own markup, what to do next.

    `text` is escaped already, as its blocks are; a header is plain text, and escaped here.
    """
    lines, steps = _parts(without_charts(without_buttons(blocks)))
    heading = next((block["text"]["text"] for block in blocks if block.get("type") == "header"), "")
    title = _without_mentions(mrkdwn(heading, TITLE) if heading else _cut(text.partition(". ")[0], TITLE))
    content: dict[str, Any] = {
        "textType": "client-markdown",
        "title": title,
        "description": _cut(_without_mentions("\n".join(lines) or text), DESCRIPTION),
    }
    if steps:
        content["nextSteps"] = [_cut(_without_mentions(step), STEP) for step in steps]
    return {
        "version": "1.0",
        "source": "custom",
        "content": content,
        "metadata": {"threadId": thread, "summary": title},
    }


def _parts(blocks: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The lines of what is said, and those of what to do."""
    lines: list[str] = []
    steps: list[str] = []
    for block in blocks:
        into = lines
        for line in _lines(block):
            into = steps if line.startswith(NEXT) else into
            into.append(line.removeprefix(NEXT))
    return lines, steps


def _lines(block: dict[str, Any]) -> Iterator[str]:
    """The lines of a block's text; of a field its name and its value in one."""
    if block.get("type") == "section":
        yield from block.get("text", {}).get("text", "").splitlines()
        yield from (": ".join(field["text"].splitlines()) for field in block.get("fields", ()))
    elif block.get("type") == "context":
        yield from (part["text"] for part in block["elements"])


def _without_mentions(text: str) -> str:
    """Amazon Q makes a mention of `@name`, where Slack's own API leaves it alone: here it mentions nobody."""
    return _MENTION.sub("＠", text)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
