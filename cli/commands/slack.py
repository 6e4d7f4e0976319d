"""`flywheel slack`: the app, its secret, and whether a channel can be posted to."""

from typing import Annotated

import typer

from cli.commands.options import ConfigOption, EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The Slack app: make it, fill its secret, try a channel out."
)
SlackUrlOption = Annotated[
    str | None, typer.Option("--slack-url", metavar="URL", help="Another Slack API than Slack's own.")
]


@app.command("setup", short_help="Make the app, and keep its secrets")
def setup(
    from_stdin: Annotated[
        bool, typer.Option("--from-stdin", help="Take the token, then the signing secret, a line each, from stdin.")
    ] = False,
    manifest_only: Annotated[
        bool, typer.Option("--manifest", help="Print the manifest, for an app that exists.")
    ] = False,
    webhook: Annotated[
        str | None,
        typer.Option("--webhook", metavar="CHANNEL", help="Take the address of this channel's webhook instead."),
    ] = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    slack_url: SlackUrlOption = None,
    json: JsonOption = False,
) -> None:
    """Print the link that makes the app, then take its token and signing secret without showing them."""
    from cli.slack.api import SLACK, api_of
    from cli.slack.manifest import link, manifest
    from cli.slack.output import tell_checks, tell_link
    from cli.slack.secret import Vault
    from cli.slack.setup import read_credentials, read_webhook, store
    from cli.terminal import print_json, say

    target = target_of(stack, None, region, endpoint_url)
    vault = Vault(target)
    if manifest_only:
        print_json(manifest(vault.request_url))
        return
    if webhook is not None:
        vault.keep(read_webhook(webhook, from_stdin=from_stdin))
        say(f"kept: name {webhook} under webhooks in [slack] of flywheel.toml, then make deploy")
        return
    if not from_stdin:
        tell_link(link(vault.request_url), vault.request_url, as_json=json)
    given = read_credentials(from_stdin=from_stdin)
    if given is not None:
        tell_checks(store(vault, given, api_of(target, slack_url) or SLACK), as_json=json)


@app.command("test", short_help="Post, edit and delete in a channel")
def try_channel(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="Its name with #, or its id.")],
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    slack_url: SlackUrlOption = None,
    json: JsonOption = False,
) -> None:
    """Post a message, edit it, delete it; says exactly what is missing. Exits 1 where something failed."""
    from cli.configuration import find_settings
    from cli.slack.api import SLACK, api_of
    from cli.slack.output import tell_checks
    from cli.slack.secret import Vault
    from cli.slack.trial import try_by_its_way

    target, settings = target_of(stack, None, region, endpoint_url), find_settings(config)
    api = api_of(target, slack_url) or SLACK
    checks = try_by_its_way(Vault(target).read(), settings.slack, channel, api, target)
    tell_checks(checks, as_json=json)


@app.command("ask", short_help="Ask as /flywheel does in Slack")
def ask_in_channel(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="status, turns, tenets, why FIGURE or help.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="CHANNEL", help="Where to ask: its name with #, or its id.")
    ] = None,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    slack_url: SlackUrlOption = None,
    json: JsonOption = False,
) -> None:
    """Sign a command as Slack does, send it to the stack, show the answer and how long it took."""
    from msgspec import to_builtins

    from cli.blocks import show_message
    from cli.configuration import find_settings
    from cli.slack.api import SLACK, api_of
    from cli.slack.asking import SLACK_WAITS_SECONDS, ask
    from cli.slack.secret import Vault
    from cli.terminal import page, print_json, say

    target = target_of(stack, None, region, endpoint_url)
    place = channel or find_settings(config).slack.channel
    answered = ask(Vault(target), words or [], place, api_of(target, slack_url) or SLACK)
    if json:
        print_json(to_builtins(answered))
    else:
        show_message(page(), place, answered.text, answered.blocks)
        say(f"answered after {answered.seconds:.2f} s")
    if answered.is_late:
        say(f"Slack waits {SLACK_WAITS_SECONDS:.0f} s: ask again, the second answer of a function is quick", "warning")
        raise typer.Exit(1)
