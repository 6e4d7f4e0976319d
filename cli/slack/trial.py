"""A message posted, edited and deleted in one channel: what works, and what exactly is missing."""

from collections.abc import Generator, Iterator
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from cli.checks.check import Check, failed, ok, skipped, warning
from cli.failure import CommandError
from cli.slack.manifest import SCOPES, missing_scopes
from cli.target import Target
from shared.flywheel.settings.values import SlackSettings
from shared.slack.errors import SlackError, SlackRateLimitedError, SlackScopeError, SlackUnavailableError
from shared.slack.token import Credentials
from shared.slack.topic import Topic
from shared.slack.ways import PostOnly
from shared.slack.web import Web
from shared.slack.webhook import Webhook

INVITE = "invite the bot there: /invite @Value Flywheel"
_REINSTALL = "add it to the app (flywheel slack setup prints the manifest) and install the app again"
_PAGE = 200
_MOST_PAGES = 20
TEXT = "A test of the Value Flywheel: this message is edited, then deleted."

MENDS = {
    "not_in_channel": INVITE,
    "is_archived": "the channel is archived: choose another in flywheel.toml, or bring it back",
    "is_inactive": "the channel is archived: choose another in flywheel.toml, or bring it back",
    "channel_not_found": f"no such channel, or a private one that the bot is not in: check its name, or {INVITE}",
    "token_revoked": "the app was taken away or its token revoked: install it again, then flywheel slack setup",
    "account_inactive": "the app was taken away or its token revoked: install it again, then flywheel slack setup",
    "invalid_auth": "the token is not valid: flywheel slack setup takes a new one",
    "not_authed": "the secret holds no token: flywheel slack setup",
    "token_expired": "the token has expired: turn token rotation off, install again, then flywheel slack setup",
    "restricted_action": "the workspace lets nobody but some post there: ask its administrators",
    "restricted_action_read_only_channel": "the channel is read-only: choose another in flywheel.toml",
    "no webhook in the secret yet": "flywheel slack setup --webhook CHANNEL",
    "no_service": "the webhook was taken away: make a new one, then flywheel slack setup --webhook CHANNEL",
    "channel_is_archived": "the channel is archived: choose another in flywheel.toml, or bring it back",
    "NotFound": "no such topic: see slack.topics in flywheel.toml",
    "AuthorizationError": "this role may not publish to the topic; the stack's may, once deployed",
    "KMSAccessDenied": "a key of your own encrypts the topic: whoever publishes there has to be given it too",
    "edit_window_closed": "the workspace lets no message be edited any more: cards then become new messages",
    "cant_update_message": "the bot may edit only its own messages",
    "ekm_access_denied": "the administrators have stopped messages for now",
}
"""By Slack's own name of a refusal, what to do."""


class Channel(Struct, frozen=True):
    """A channel as Slack lists it."""

    id: str
    name: str
    is_member: bool
    is_archived: bool


def try_by_its_way(
    credentials: Credentials, settings: SlackSettings, channel: str, slack_url: str, target: Target
) -> Iterator[Check]:
    """A channel tried out as messages come there. Raises CommandError where the secret lacks what that needs."""
    way = settings.way_of(channel)
    if way == "topic":
        return _posted_once(Topic(lambda: target.client("sns"), settings.topics), channel)
    if way == "webhook":
        return _posted_once(Webhook(lambda _fresh: credentials.webhooks, slack_url), channel)
    if not credentials.token:
        raise CommandError("the secret holds no bot token: flywheel slack setup")
    return try_out(Web(lambda _fresh: credentials.token, slack_url, timeout=10), channel)


def _posted_once(way: PostOnly, channel: str) -> Iterator[Check]:
    """By a webhook or a topic a message is posted, and stays: neither can edit or delete."""
    try:
        way.post(channel, "A test of the Value Flywheel: messages of this channel look like this.", [])
    except SlackError as error:
        yield refused("post", error)
    else:
        yield ok("post", "a message was posted; this way can neither edit nor delete it")


def try_out(web: Web, channel: str) -> Iterator[Check]:
    """Each step as a check, up to the first that fails."""
    try:
        team = web.call("auth.test").get("team")
    except SlackError as error:
        yield refused("token", error)
        return
    yield ok("token", f"signed in to {team}")
    missing = missing_scopes(web.headers.get("x-oauth-scopes", ""))
    yield scopes_check(missing)
    place = yield from _place_of(web, channel, missing)
    if place is not None:
        yield from _posted(web, place)


def scopes_check(missing: list[str]) -> Check:
    """Whether the token may all that the app can do."""
    if not missing:
        return ok("scopes", ", ".join(SCOPES))
    lacks = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    check = failed if "chat:write" in missing else warning
    return check("scopes", f"missing: {lacks}", _REINSTALL)


def refused(name: str, error: SlackError) -> Check:
    """What Slack refused, and what mends it."""
    if isinstance(error, SlackScopeError):
        return failed(name, f"the token lacks the scope {error.needed}", _REINSTALL)
    if isinstance(error, SlackRateLimitedError):
        return failed(name, "Slack asks to wait", f"try again in {error.retry_after} s")
    if isinstance(error, SlackUnavailableError):
        return failed(name, f"Slack does not answer ({error.reason})", "check the network, then try again")
    return failed(name, error.reason, MENDS.get(error.reason, "see docs.slack.dev/reference/methods/chat.postMessage"))


def resolved(web: Web, name: str) -> Channel | Check:
    """A channel by its name, through Slack's own list: a wrong name is told with the nearest right ones."""
    try:
        channels = list(_channels(web))
    except SlackError as error:
        return refused(f"channel #{name}", error)
    for each in channels:
        if each.name == name:
            return each
    near = get_close_matches(name, [each.name for each in channels], 3, 0.6)
    meant = f"; nearest: {', '.join(f'#{each}' for each in near)}" if near else ""
    return failed(
        f"channel #{name}", f"no channel of that name that the bot can see{meant}", MENDS["channel_not_found"]
    )


def _place_of(web: Web, channel: str, missing: list[str]) -> Generator[Check, None, str | None]:
    """The channel to post to, by id where it can be looked up; None where it cannot be posted to."""
    if not channel.startswith("#"):
        return channel
    if {"channels:read", "groups:read"} <= set(missing):
        yield skipped(f"channel {channel}", "names cannot be looked up without channels:read: posting will tell")
        return channel
    place = resolved(web, channel.removeprefix("#"))
    if isinstance(place, Check):
        yield place
        return None
    if place.is_archived:
        yield failed(f"channel {channel}", f"{place.id} is archived", MENDS["is_archived"])
        return None
    if not place.is_member:
        yield failed(f"channel {channel}", f"{place.id}: the bot is not in it", INVITE)
        return None
    yield ok(f"channel {channel}", f"{place.id}, and the bot is in it")
    return place.id


def _posted(web: Web, channel: str) -> Iterator[Check]:
    try:
        posted = web.call("chat.postMessage", channel=channel, text=TEXT)
    except SlackError as error:
        yield refused("post", error)
        return
    yield ok("post", "a message was posted")
    place = {"channel": str(posted["channel"]), "ts": str(posted["ts"])}
    for name, done, method, arguments in (
        ("edit", "edited", "chat.update", {**place, "text": f"{TEXT} Edited."}),
        ("delete", "deleted", "chat.delete", place),
    ):
        try:
            web.call(method, **arguments)
        except SlackError as error:
            yield refused(name, error)
        else:
            yield ok(name, f"the message was {done}")


def _channels(web: Web) -> Iterator[Channel]:
    """Every channel that the bot can see, page by page."""
    cursor = ""
    for _ in range(_MOST_PAGES):
        arguments: dict[str, Any] = {"types": "public_channel,private_channel", "limit": _PAGE, "cursor": cursor}
        try:
            answer = web.call("conversations.list", **arguments)
        except SlackScopeError:
            arguments["types"] = "public_channel"
            answer = web.call("conversations.list", **arguments)
        for each in answer.get("channels", ()):
            yield Channel(each["id"], each["name"], bool(each.get("is_member")), bool(each.get("is_archived")))
        cursor = str(answer.get("response_metadata", {}).get("next_cursor") or "")
        if not cursor:
            return
