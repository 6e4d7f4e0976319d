"""`flywheel doctor`: is all well, and if not, which command mends it."""

from typing import Annotated

import typer

from cli.commands.options import ConfigOption, EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of


def doctor(
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    slack_url: Annotated[str | None, typer.Option(metavar="URL", help="Another Slack API than Slack's own.")] = None,
    json: JsonOption = False,
) -> None:
    """Look at configuration, credentials, stack, Slack and the log; change nothing. Exits 1 where something failed."""
    import msgspec

    from cli.checks.output import show_check
    from cli.doctor.examination import examine
    from cli.failure import ExitCode
    from cli.moments import now
    from cli.terminal import page, print_json

    examined = examine(config, target_of(stack, None, region, endpoint_url), slack_url, now())
    checks = examined.checks
    if json:
        print_json(msgspec.to_builtins(examined))
    else:
        console = page()
        for check in checks:
            show_check(console, check)
    broken = {check.name for check in checks if check.state == "failed"}
    if broken:
        raise typer.Exit(int(ExitCode.AUTH if "credentials" in broken else ExitCode.FAILED))
