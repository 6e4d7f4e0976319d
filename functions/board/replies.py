"""The answers of the HTTP API: nobody keeps them, nobody indexes them, and all who may not look get the same one."""

import json
from typing import Any, Final

from shared.board.style import policy
from shared.store.projections.answer_items import Answer

_PRIVATE: Final = {
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}
_JSON: Final = {**_PRIVATE, "content-type": "application/json"}
_PAGE: Final = {
    **_PRIVATE,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": f"{policy()}; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
LARGEST: Final = 5_500_000
"""Bytes of a body: what a function answers with has room for 6 MB."""

Reply = dict[str, Any]


def report_of(answer: Answer) -> Reply:
    """The report, as `flywheel report --json` prints it."""
    body = json.dumps(answer.report, ensure_ascii=False)
    if len(body.encode()) > LARGEST:
        return refused(413, "the report is too large to be answered with; `flywheel report --json` reads the table")
    return reply(200, body, _JSON)


def page_of(html: str) -> Reply:
    """A page: its own style, and nothing else from anywhere."""
    return reply(200, html, _PAGE)


def refused(status: int, why: str) -> Reply:
    """To somebody who may know why."""
    return reply(status, json.dumps({"error": why}), _JSON)


def reply(status: int, body: str, headers: dict[str, str]) -> Reply:
    """As an HTTP API takes it from a function."""
    return {"statusCode": status, "headers": headers, "body": body}


NOT_FOUND: Final = refused(404, "not found")
"""To a link that is wrong, too old, revoked, or of a flywheel that is none, alike."""
NOT_YET: Final = reply(
    503,
    json.dumps({"error": "the board is being made: look again in half an hour"}),
    {**_JSON, "retry-after": "1800"},
)
"""To a good link, where nothing is stored yet."""
