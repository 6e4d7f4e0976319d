"""The Slack that a stack speaks to: Slack's own, or beside the embedded engine the one on the loopback."""

import json
import urllib.request

from cli.target import Target

SLACK = "https://slack.com/api/"
_STATUS = "/_engine/status"
"""Where the embedded engine says what it is (`engine/server.py`)."""
_VARIABLE = "SLACK_API_URL"
_SECONDS = 10


def api_of(target: Target, typed: str | None) -> str | None:
    """The address of Slack's Web API; None of an embedded engine that has no Slack."""
    if typed or not target.is_local:
        return typed or SLACK
    address = (target.endpoint_url or "").rstrip("/") + _STATUS
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310  our own engine
            endpoints = json.load(answer).get("endpoints", {})
    except (OSError, ValueError):
        return None
    return str(endpoints[_VARIABLE]) if _VARIABLE in endpoints else None
