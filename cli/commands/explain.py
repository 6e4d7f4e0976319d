"""`flywheel explain FIGURE`: what one figure of the report is made of."""

from typing import Annotated

import typer

from cli.commands.options import (
    AsOfOption,
    ConfigOption,
    EndpointOption,
    FilesArgument,
    FlywheelOption,
    JsonOption,
    RegionOption,
    StackOption,
    WindowOption,
)
from cli.target import target_of


def explain(
    figure: Annotated[
        str, typer.Argument(metavar="FIGURE", help="Its path in the report, or the end of it: lead_time_hours.")
    ],
    files: FilesArgument = None,
    flywheel: FlywheelOption = None,
    as_of: AsOfOption = None,
    window: WindowOption = None,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """The events, links and exclusions behind a figure of the report: adding them up by hand gives it."""
    from cli.figures.explaining import print_explanation
    from cli.figures.question import Typed, ask
    from shared.runtime.collecting import collecting_later

    target = target_of(stack, None, region, endpoint_url)
    typed = Typed(files or (), flywheel, as_of, window, config, target)
    with collecting_later():
        print_explanation(ask(typed, with_origins=True), figure, json)
