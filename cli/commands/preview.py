"""`flywheel preview`: what would have been posted over one's own history, before Slack is connected."""

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
)
from cli.target import target_of


def preview(
    files: FilesArgument = None,
    weeks: Annotated[int, typer.Option("--weeks", metavar="N", help="How far back, in weeks, 1 to 104.")] = 4,
    flywheel: FlywheelOption = None,
    as_of: AsOfOption = None,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """The summaries and digests that would have been posted, in order, with counts per rule. Posts nothing."""
    from cli.figures.previewing import print_preview, weeks_back
    from cli.figures.question import Typed, ask

    weeks_back(weeks)
    target = target_of(stack, None, region, endpoint_url)
    print_preview(ask(Typed(files or (), flywheel, as_of, None, config, target)), weeks, json)
