"""The app as Slack is told of it: one link makes it, with every scope and address that the stack needs."""

import json
from typing import Any
from urllib.parse import quote

from shared.slack import actions

SCOPES = {
    "chat:write": "post, edit and delete its own messages",
    "commands": "/flywheel and shortcuts",
    "channels:read": "find public channels by name and id",
    "groups:read": "find the private channels that it was invited to",
    "users:read": "tell members from guests",
}
"""By scope, what it is for; without the first nothing is posted, without the others less is possible."""
NEEDED = ("chat:write",)
_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="
_SHORTCUTS = (
    (actions.PROPOSE_IDEA, "Propose an idea", "Open a form; nothing of the message is copied"),
    (actions.OPEN_CHALLENGE, "Challenge an idea", "Open a form; nothing of the message is copied"),
    (actions.OPEN_BLOCKER, "Tell of a blocker", "Open a form; nothing of the message is copied"),
)


def manifest(request_url: str) -> dict[str, Any]:
    """The manifest of the app; `request_url`: where Slack tells of commands, shortcuts, buttons and forms."""
    return {
        "display_information": {
            "name": "Value Flywheel",
            "description": "How your value flywheel turns, and what to do next",
            "background_color": "#1d4e5f",
        },
        "features": {
            "bot_user": {"display_name": "Value Flywheel", "always_online": True},
            "slash_commands": [
                {
                    "command": "/flywheel",
                    "url": request_url,
                    "description": "Ask and tell the value flywheel",
                    "usage_hint": "status | turns | tenets | why FIGURE | idea | help",
                    "should_escape": False,
                }
            ],
            "shortcuts": [
                {"type": "message", "callback_id": form, "name": name, "description": text}
                for form, name, text in _SHORTCUTS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {"is_enabled": True, "request_url": request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def link(request_url: str) -> str:
    """The address that makes the app, once a person has chosen the workspace there."""
    return _NEW_APP + quote(json.dumps(manifest(request_url), separators=(",", ":")))


def missing_scopes(granted: str) -> list[str]:
    """The scopes that a token lacks, by what Slack says of it in `x-oauth-scopes`."""
    has = {each.strip() for each in granted.split(",")}
    return [scope for scope in SCOPES if scope not in has]
