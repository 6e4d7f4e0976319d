"""One delivery of the story: what a vendor sends, when, and what it is to be understood as."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

TAKEN, COUNTS_FOR_NOTHING, UNREADABLE = 202, 200, 422
"""The answers of intake: to a delivery that tells events, to one that tells none, to one that nobody can understand."""


class Delivery(Struct, frozen=True, kw_only=True):
    """A webhook's body for a hook, or (`hook` None) an AWS service's own event, which goes onto the default bus."""

    arrives: datetime
    content: Any
    tells: tuple[str, ...] = ()
    """The detail-types that it is to be understood as, in their order."""
    hook: str | None = None
    headers: Mapping[str, str] = {}
    answer: int = TAKEN
    again: bool = False
    """Sent once more, as vendors do: it is understood, and counts for nothing new."""

    @property
    def body(self) -> bytes:
        """The bytes that are sent, and signed."""
        return json.dumps(self.content, ensure_ascii=False).encode()
