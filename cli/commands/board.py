"""`flywheel board`: a report and its last 26 weeks as a page to look at."""

from typing import Annotated, Literal

import typer

from cli.commands.options import (
    AsOfOption,
    ConfigOption,
    EndpointOption,
    FilesArgument,
    FlywheelOption,
    RegionOption,
    StackOption,
    WindowOption,
)
from cli.target import target_of


def board(
    out: Annotated[
        str,
        typer.Option(
            metavar="FILE|DIR", help="A file ending in .html, or - for stdout: one page. Else a directory: all pages."
        ),
    ],
    files: FilesArgument = None,
    flywheel: FlywheelOption = None,
    as_of: AsOfOption = None,
    window: WindowOption = None,
    audience: Annotated[
        Literal["inside", "link"],
        typer.Option(help="link: as the page behind a signed link, without notes, addresses and receipts."),
    ] = "inside",
    theme: Annotated[Literal["light", "dark"] | None, typer.Option(help="The reader's own if not given.")] = None,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
) -> None:
    """A board: are we winning, is it real, what holds us, what next; as HTML that needs no script and no network."""
    from pathlib import Path

    from cli.boards.writing import PAGE, write_directory, write_file
    from cli.failure import WrongInputError
    from cli.figures.question import Typed, ask, ask_each

    if out != "-" and not out.endswith(PAGE) and (not out or (Path(out).exists() and not Path(out).is_dir())):
        raise WrongInputError(f"--out: got {out!r}, expected a file ending in {PAGE}, a directory, or - for stdout")
    typed = Typed(files or (), flywheel, as_of, window, config, target_of(stack, None, region, endpoint_url))
    if out == "-" or out.endswith(PAGE):
        write_file(ask(typed, with_origins=audience == "inside"), out, audience, theme)
    else:
        write_directory(ask_each(typed, with_origins=audience == "inside"), Path(out), audience, theme)
