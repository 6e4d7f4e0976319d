"""The app set up in three minutes: a link, two secrets that nobody sees, and a look whether Slack takes them."""

import sys
from collections.abc import Iterator

from msgspec.structs import replace

from cli.checks.check import Check, ok
from cli.failure import WrongInputError
from cli.slack.manifest import missing_scopes
from cli.slack.secret import Vault
from cli.slack.trial import refused, scopes_check
from cli.terminal import say
from shared.slack.errors import SlackError
from shared.slack.token import Credentials
from shared.slack.web import Web
from shared.slack.webhook import is_webhook

STEPS = (
    "open the link, choose the workspace, and create the app",
    "“Install to workspace”, and allow it",
    "“OAuth & Permissions”: copy the Bot User OAuth Token (xoxb-…)",
    "“Basic Information”: copy the Signing Secret",
)


def read_credentials(*, from_stdin: bool) -> Credentials | None:
    """Token and signing secret: typed without being shown, or two lines of stdin. None where nobody can type."""
    if from_stdin:
        lines = [line.strip() for line in sys.stdin.read().splitlines() if line.strip()]
        return _checked(lines[0] if lines else "", lines[1] if len(lines) > 1 else "")
    if not sys.stdin.isatty():
        return None
    import typer

    token = typer.prompt(
        "Bot token (it is not shown; empty keeps the one that is there)",
        default="",
        hide_input=True,
        show_default=False,
        err=True,
    )
    signing = typer.prompt("Signing secret (likewise)", default="", hide_input=True, show_default=False, err=True)
    return _checked(token.strip(), signing.strip())


def read_webhook(channel: str, *, from_stdin: bool) -> Credentials:
    """The address of a channel's incoming webhook: typed without being shown, or a line of stdin."""
    if from_stdin:
        address = sys.stdin.readline().strip()
    else:
        import typer

        address = typer.prompt(f"Webhook of {channel} (it is not shown)", hide_input=True, err=True).strip()
    if not is_webhook(address):
        raise WrongInputError("webhook: expected an address that begins with https://hooks.slack.com/services/")
    return Credentials(webhooks={channel: address})


def _checked(token: str, signing: str) -> Credentials:
    if token and not token.startswith("xoxb-"):
        raise WrongInputError("token: expected a bot token, which begins with xoxb-")
    if signing and not (len(signing) >= 16 and signing.isalnum()):
        raise WrongInputError("signing secret: expected the 32 letters and digits of “Basic Information”")
    if not token and not signing:
        raise WrongInputError("nothing was given: the token first, the signing secret on a line after it")
    return Credentials(token=token, signing_secrets=(signing,) if signing else ())


def store(vault: Vault, given: Credentials, slack_url: str) -> Iterator[Check]:
    """Ask Slack whose token it is, then keep it with its workspace; a refused one is not kept."""
    if given.token:
        web = Web(lambda _fresh: given.token, slack_url, timeout=10)
        try:
            answer = web.call("auth.test")
        except SlackError as error:
            yield refused("token", error)
            return
        given = replace(given, team=str(answer.get("team_id") or ""))
        yield ok("token", f"signed in to {answer.get('team')}")
        yield scopes_check(missing_scopes(web.headers.get("x-oauth-scopes", "")))
    vault.keep(given)
    kept = vault.read()
    yield ok("secret", "kept in Secrets Manager; it counts within five minutes, and needs no deployment")
    if not kept.signing_secrets:
        say("without a signing secret messages are posted, and commands and buttons are not answered", "warning")
