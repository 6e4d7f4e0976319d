"""Does Slack take the token, what may the app do, and can it see the channels it posts to?"""

from cli.checks.check import Check, failed, ok, skipped, warning
from cli.slack.manifest import missing_scopes
from cli.slack.trial import INVITE, MENDS, Channel, refused, resolved, scopes_check
from shared.flywheel.settings.values import Settings
from shared.slack.errors import SlackError
from shared.slack.token import Credentials
from shared.slack.web import Web

NAME = "Slack"
_SIGNING = "without one commands and buttons are not answered"


def check_slack(credentials: Credentials | None, settings: Settings, url: str | None, *, local: bool) -> list[Check]:
    """`url` is another Slack API than Slack's own; on the embedded engine there is none to ask."""
    if credentials is None:
        return [skipped(NAME, "no token to ask with")]
    if local and url is None:
        return [skipped(NAME, "the embedded engine posts to a Slack on the loopback")]
    web = Web(lambda _fresh: credentials.token, url or "https://slack.com/api/", timeout=10)
    try:
        team = web.call("auth.test").get("team")
    except SlackError as error:
        return [_named(NAME, refused(NAME, error))]
    missing = missing_scopes(web.headers.get("x-oauth-scopes", ""))
    return [
        ok(NAME, f"signed in to {team}"),
        _named(f"{NAME} scopes", scopes_check(missing)),
        _signing(credentials),
        *(_by_its_way(web, name, missing, credentials, settings) for name in channels_of(settings)),
    ]


def channels_of(settings: Settings) -> list[str]:
    """Every channel that a summary may go to."""
    flywheels = [settings.flywheel(name) for name in settings.flywheels]
    named = {settings.slack.channel, *(each.channel for each in flywheels if each.channel)}
    return sorted(named | {channel for each in flywheels for channel in each.personas.values()})


def _signing(credentials: Credentials) -> Check:
    name = f"{NAME} signing secret"
    if credentials.signing_secrets:
        return ok(name, "there is one")
    return warning(name, f"the secret holds none: {_SIGNING}", "flywheel slack setup")


def _by_its_way(web: Web, channel: str, missing: list[str], credentials: Credentials, settings: Settings) -> Check:
    """A channel by how messages come there: only the bot has to be in it."""
    name, way = f"{NAME} {channel}", settings.slack.way_of(channel)
    if way == "bot":
        return _channel(web, channel, missing)
    if way == "topic":
        return ok(name, f"shown by Amazon Q: {settings.slack.topics[channel]}")
    if channel in credentials.webhooks:
        return ok(name, "posted to by a webhook")
    return warning(name, "no webhook in the secret", f"flywheel slack setup --webhook '{channel}'")


def _channel(web: Web, channel: str, missing: list[str]) -> Check:
    name = f"{NAME} {channel}"
    if {"channels:read", "groups:read"} <= set(missing):
        return skipped(name, "channels cannot be looked up without channels:read")
    try:
        place = resolved(web, channel.removeprefix("#")) if channel.startswith("#") else _by_id(web, channel)
    except SlackError as error:
        return warning(name, f"not seen: {error.reason}", MENDS.get(error.reason, INVITE))
    if isinstance(place, Check):
        return warning(name, place.said, place.mend)
    if place.is_archived:
        return failed(name, "it is archived", MENDS["is_archived"])
    return ok(name, "the bot is a member") if place.is_member else warning(name, "the bot is no member", INVITE)


def _by_id(web: Web, channel: str) -> Channel:
    known = web.call("conversations.info", channel=channel)["channel"]
    return Channel(channel, str(known.get("name")), bool(known.get("is_member")), bool(known.get("is_archived")))


def _named(name: str, check: Check) -> Check:
    return Check(name=name, state=check.state, said=check.said, mend=check.mend)
