"""`flywheel ledger`: what was posted, edited, held back, refused, and why."""

from typing import Annotated

import typer

from cli.commands.options import EndpointOption, FlywheelOption, JsonOption, RegionOption, StackOption
from cli.target import target_of

_SHOWN = 50


def ledger(
    flywheel: FlywheelOption = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="STATE", help="pending, sending, sent, updated, failed or suppressed only."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="The newest N.")] = _SHOWN,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """List the messages about completed phases and closed turns, newest first."""
    import msgspec

    from cli.terminal import print_json
    from cli.upkeep.ledger import print_entries, read_entries

    listed = read_entries(target_of(stack, None, region, endpoint_url), flywheel, state)[:limit]
    if json:
        print_json({"messages": msgspec.to_builtins(listed)})
    else:
        print_entries(listed)
