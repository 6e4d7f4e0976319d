"""`flywheel report`: every figure of a flywheel at any moment, from files or from the stack."""

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
from cli.failure import WrongInputError
from cli.target import target_of


def report(
    files: FilesArgument = None,
    flywheel: FlywheelOption = None,
    as_of: AsOfOption = None,
    window: WindowOption = None,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
    csv: Annotated[bool, typer.Option("--csv", help="The turns as CSV, on stdout.")] = False,
) -> None:
    """Turns, momentum, drag and DORA's five of one flywheel. With FILES nothing is asked of AWS."""
    from cli.figures.question import Typed, ask
    from cli.figures.reporting import answer
    from shared.runtime.collecting import collecting_later

    if json and csv:
        raise WrongInputError("--csv: got --json as well, expected one of the two: --json has the turns too")
    target = target_of(stack, None, region, endpoint_url)
    with collecting_later():
        answer(
            ask(Typed(files or (), flywheel, as_of, window, config, target)),
            "csv" if csv else "json" if json else "page",
        )
