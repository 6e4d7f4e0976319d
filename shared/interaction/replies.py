"""What Slack is answered: at once, in the shapes that it takes. Only whoever did something sees what is said."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

_JSON = {"content-type": "application/json", "cache-control": "no-store"}


class Reply(Struct, frozen=True):
    """A status and a body; an empty one acknowledges."""

    status: int = 200
    body: Mapping[str, Any] | None = None

    @property
    def http(self) -> dict[str, Any]:
        """As an HTTP API takes it from a function."""
        body = "" if self.body is None else json.dumps(self.body)
        return {"statusCode": self.status, "headers": dict(_JSON), "body": body}


ACKNOWLEDGED = Reply()
UNPROVEN = Reply(401, {"error": "unauthorized"})
"""For a missing, old or wrong signature alike."""


def to_command(text: str, blocks: Sequence[Mapping[str, Any]] = ()) -> Reply:
    """An answer to a command."""
    return Reply(200, message(text, blocks))


def message(text: str, blocks: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """What one person alone sees."""
    body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False, "text": text}
    return {**body, "blocks": list(blocks)} if blocks else body


def instead(text: str) -> dict[str, Any]:
    """What one person alone sees in the place of what they pressed."""
    return {"response_type": "ephemeral", "replace_original": True, "text": text}


def wrong(problems: Mapping[str, str]) -> Reply:
    """To a submitted form: what to enter instead, by field; the form stays open."""
    return Reply(200, {"response_action": "errors", "errors": dict(problems)})


def becomes(view: Mapping[str, Any]) -> Reply:
    """To a submitted form: what it becomes."""
    return Reply(200, {"response_action": "update", "view": dict(view)})
