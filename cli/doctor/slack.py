"""Does Slack take the token, and can the bot see the channels it posts to?"""

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING

from cli.doctor.check import Check, failed, ok, skipped, warning
from shared.flywheel.settings.values import Settings

if TYPE_CHECKING:
    from slack_sdk import WebClient

NAME = "Slack"
_INVITE = "invite the bot there: /invite @Value Flywheel"


def check_slack(token: str | None, settings: Settings, url: str | None, *, local: bool) -> list[Check]:
    """`url` is another Slack API than Slack's own; on the embedded engine there is none to ask."""
    if token is None:
        return [skipped(NAME, "no token to ask with")]
    if local and url is None:
        return [skipped(NAME, "the embedded engine posts to a Slack on the loopback")]
    if find_spec("slack_sdk") is None:
        return [skipped(NAME, "slack_sdk is not installed; install value-flywheel[slack] to ask Slack")]
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError, SlackClientError

    plain = json.loads(token).get("token", "") if token.startswith("{") else token
    client = WebClient(plain, base_url=url or "https://slack.com/api/", timeout=10)
    try:
        team = client.auth_test().get("team")
    except SlackApiError as error:
        mend = "put a valid bot token into the secret (aws secretsmanager put-secret-value)"
        return [failed(NAME, f"the token is refused: {error.response['error']}", mend)]
    except (SlackClientError, OSError) as error:
        return [failed(NAME, f"Slack does not answer ({error})", "check the network, then run doctor again")]
    return [ok(NAME, f"signed in to {team}"), *(_channel(client, name) for name in channels_of(settings))]


def channels_of(settings: Settings) -> list[str]:
    """Every channel that a summary may go to."""
    flywheels = [settings.flywheel(name) for name in settings.flywheels]
    named = {settings.slack.channel, *(each.channel for each in flywheels if each.channel)}
    return sorted(named | {channel for each in flywheels for channel in each.personas.values()})


def _channel(client: "WebClient", channel: str) -> Check:
    from slack_sdk.errors import SlackApiError

    if channel.startswith("#"):
        return skipped(
            f"{NAME} {channel}", "Slack looks up channels by id only; a wrong name shows when it is posted to"
        )
    try:
        info = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        return warning(f"{NAME} {channel}", f"not seen: {error.response['error']}", _INVITE)
    if not info.get("is_member"):
        return warning(f"{NAME} {channel}", "the bot is no member", _INVITE)
    return ok(f"{NAME} {channel}", "the bot is a member")
