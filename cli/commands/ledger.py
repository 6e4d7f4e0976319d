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
    why: Annotated[
        bool, typer.Option("--why", help="By rule: how many were held back, and the setting that changes it.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="The newest N.")] = _SHOWN,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """List the messages about completed phases and closed turns, newest first."""
    import msgspec

    from cli.terminal import print_json
    from cli.upkeep.ledger import print_entries, print_reasons, read_entries, reasons_of

    messages = read_entries(target_of(stack, None, region, endpoint_url), flywheel, state)
    if why:
        reasons = reasons_of(messages)
        print_json({"reasons": msgspec.to_builtins(reasons)}) if json else print_reasons(reasons)
        return
    listed = messages[:limit]
    if json:
        print_json({"messages": msgspec.to_builtins(listed)})
    else:
        print_entries(listed)
