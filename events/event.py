"""A valid event, and the canonical text of what was received."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from events.common import Detail

_ACCOUNT = re.compile(r"[0-9]{12}")


class Event(Struct, frozen=True, dict=True):
    """A valid event. `raw` is its detail as received, unknown fields included: what the log keeps.

    `account`: the AWS account that EventBridge names as its sender; None where no bus carried it.
    """

    source: str
    detail_type: str
    detail: Detail
    raw: dict[str, Any]
    account: str | None = None

    @cached_property
    def canonical(self) -> bytes:
        """`raw` as `canonical_json` writes it, made once: by who decoded it, as a rule."""
        return canonical_json(self.raw)

    def sent_from(self, account: Any) -> "Event":
        """The same with an account as an envelope says it."""
        return event_of(self.source, self.detail_type, self.detail, self.raw, account, self.canonical)


def event_of(  # noqa: PLR0913, PLR0917  an event's own fields, and what is known of it besides
    source: str, detail_type: str, detail: Detail, raw: dict[str, Any], account: Any, canonical: bytes
) -> Event:
    """An event of which the canonical text is at hand; `account` as it stood in the envelope."""
    event = Event(source, detail_type, detail, raw, None if account is None else _account_of(account))
    event.__dict__["canonical"] = canonical
    return event


def canonical_json(detail: Mapping[str, Any]) -> bytes:
    """The detail as received with keys sorted, no blanks, UTF-8 unescaped: what the content hash is taken over."""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _account_of(account: Any) -> str | None:
    """The account that EventBridge wrote; what could not be one is none."""
    return account if isinstance(account, str) and _ACCOUNT.fullmatch(account) else None
