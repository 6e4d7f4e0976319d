"""Amazon Q in chat applications: what it shows of a message that a topic got; of others nothing is seen, nor heard.

https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html, "Event schema".
"""

import json
from typing import Any

import msgspec
from msgspec import Struct, ValidationError


class NotShownError(ValueError):
    """A message that no channel sees, and why: Amazon Q itself says nothing."""


class Content(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is read."""

    description: str
    text_type: str = "client-markdown"
    title: str = ""
    next_steps: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class Metadata(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What it is about; notifications of one thread stand in one, where the channel's preferences allow it."""

    thread_id: str = ""
    summary: str = ""
    event_type: str = ""
    related_resources: tuple[str, ...] = ()
    additional_context: dict[str, str] = {}


class Notification(Struct, frozen=True, forbid_unknown_fields=True):
    """A custom notification."""

    version: str
    source: str
    content: Content
    id: str = ""
    metadata: Metadata = Metadata()


def notification_in(message: str) -> Notification:
    """The notification that a topic's message is. Raises NotShownError."""
    try:
        shown = msgspec.convert(json.loads(message), Notification)
    except (ValueError, ValidationError) as error:
        raise NotShownError(str(error)) from error
    fixed: tuple[tuple[str, Any, str], ...] = (
        ("version", shown.version, "1.0"),
        ("source", shown.source, "custom"),
        ("content.textType", shown.content.text_type, "client-markdown"),
    )
    for field, value, expected in fixed:
        if value != expected:
            raise NotShownError(f"{field} must be {expected}: {value!r}")
    if not shown.content.description:
        raise NotShownError("content.description is empty")
    return shown
