"""`flywheel map`: what a Wardley map says, as the tenets read it, and as a drawing."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands.options import ConfigOption, FlywheelOption, JsonOption


def show_map(
    file: Annotated[str, typer.Argument(metavar="FILE", help="OnlineWardleyMaps text; - is stdin.")],
    json: JsonOption = False,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="OUT", help="Draw the map into this file.")] = None,
    diff: Annotated[
        str | None,
        typer.Option("--diff", metavar="OLD", help="The map before: what changed, drawn too."),
    ] = None,
    flywheel: FlywheelOption = None,
    config: ConfigOption = None,
) -> None:
    """Components, stages and what the tenets ask of a map; lines that are not understood are named, never fatal."""
    from cli.figures.mapping import show

    show(file, as_json=json, svg=svg, diff=diff, flywheel=flywheel, config=config)
