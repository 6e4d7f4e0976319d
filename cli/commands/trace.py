"""`flywheel trace ID`: what became of one event or delivery."""

from typing import Annotated

import typer

from cli.commands.options import (
    AsOfOption,
    ConfigOption,
    EndpointOption,
    FilesArgument,
    JsonOption,
    RegionOption,
    StackOption,
    WindowOption,
)
from cli.target import target_of


def trace(
    event: Annotated[str, typer.Argument(metavar="ID", help="The id of an event, or its source and id: 'ci d1'.")],
    files: FilesArgument = None,
    as_of: AsOfOption = None,
    window: WindowOption = None,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Counted in which figures, rejected why, unmapped, sent twice, superseded or retracted."""
    from cli.tracing.output import print_trace
    from cli.tracing.question import Typed, traces

    target = target_of(stack, None, region, endpoint_url)
    print_trace(event, traces(event, Typed(files or (), as_of, window, config, target)), json)
