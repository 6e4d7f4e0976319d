"""`flywheel hook`: addresses for webhooks, and the secrets that their senders sign with."""

from typing import Annotated

import typer

from cli.commands.options import ConfigOption, EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Addresses for webhooks, and the secrets their senders sign with."
)
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The hook: a source (github, pagerduty …), or a table of flywheel.toml.")
]
FromStdinOption = Annotated[
    bool, typer.Option("--from-stdin", help="Take the secret that the vendor made from standard input.")
]


@app.command("add", short_help="An address for one sender")
def add(
    name: NameArgument,
    from_stdin: FromStdinOption = False,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Make a secret and print it, this once, with the address and what to do at the vendor's."""
    from cli.configuration import find_settings
    from cli.hooks.hook import address, known_hook
    from cli.hooks.output import tell_secret
    from cli.hooks.secrets import Vault, chosen_secret

    hook = known_hook(name, find_settings(config))
    target = target_of(stack, None, region, endpoint_url)
    url = address(target, name)
    secret = chosen_secret(hook.source, from_stdin=from_stdin)
    Vault(target).add(name, secret)
    tell_secret(hook, url, None if from_stdin else secret, as_json=json)


@app.command("rotate", short_help="A new secret, the old one valid too")
def rotate(
    name: NameArgument,
    finish: Annotated[bool, typer.Option("--finish", help="Take the old secret away: the vendor has the new.")] = False,
    from_stdin: FromStdinOption = False,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Make another secret; both count until --finish, so that no delivery is lost in between."""
    from cli.configuration import find_settings
    from cli.failure import WrongInputError
    from cli.hooks.hook import address, known_hook
    from cli.hooks.output import tell_finished, tell_secret
    from cli.hooks.secrets import Vault, chosen_secret

    hook = known_hook(name, find_settings(config))
    target = target_of(stack, None, region, endpoint_url)
    url, vault = address(target, name), Vault(target)
    known = vault.secrets(name)
    if finish:
        vault.replace(name, known[:1])
        tell_finished(name, len(known), as_json=json)
        return
    if len(known) > 1 and not from_stdin:
        raise WrongInputError(
            f"NAME: {name!r} is being rotated already; flywheel hook rotate {name} --finish ends that"
        )
    secret = chosen_secret(hook.source, from_stdin=from_stdin)
    vault.replace(name, [secret, *known[:1]])
    tell_secret(hook, url, None if from_stdin else secret, as_json=json, rotated=True)


@app.command("remove", short_help="Nobody is let in by it any longer")
def remove(
    name: NameArgument,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Take a hook's secrets away, for good, whether or not its stack is there: its sender is answered 401."""
    from cli.hooks.output import tell_removed
    from cli.hooks.secrets import Vault

    Vault(target_of(stack, None, region, endpoint_url)).remove(name)
    tell_removed(name, as_json=json)


@app.command("list", short_help="All hooks: who sends, since when")
def list_hooks(
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Every hook: who sends, of which flywheels it may speak, and since when it has its secret."""
    from cli.configuration import find_settings
    from cli.hooks.hook import require_stack
    from cli.hooks.output import rows, tell_list
    from cli.hooks.secrets import Vault

    target = target_of(stack, None, region, endpoint_url)
    require_stack(target)
    tell_list(rows(Vault(target).all(), find_settings(config)), as_json=json)


@app.command("test", short_help="Send a signed sample to a hook")
def try_out(
    name: NameArgument,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Send a signed delivery that counts for nothing, and say what was answered. Exits 1 where it is refused."""
    from cli.configuration import find_settings
    from cli.failure import ExitCode
    from cli.hooks.hook import address, known_hook
    from cli.hooks.hook import try_out as send
    from cli.hooks.output import tell_answer
    from cli.hooks.secrets import Vault

    hook = known_hook(name, find_settings(config))
    target = target_of(stack, None, region, endpoint_url)
    url = address(target, name)
    (newest, *_) = Vault(target).secrets(name) or ("",)
    status, answer = send(hook, url, newest)
    tell_answer(name, status, answer, as_json=json)
    if status != 200:
        raise typer.Exit(int(ExitCode.FAILED))
