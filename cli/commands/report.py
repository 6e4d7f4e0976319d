"""`flywheel report`: every figure of a flywheel at any moment, from files or from the stack."""

from typing import Annotated

import typer

from cli.commands.options import AsOfOption, ConfigOption, FilesArgument, FlywheelOption, WindowOption
from cli.target import EndpointOption, RegionOption, StackOption, target_of


def report(
    files: FilesArgument = None,
    flywheel: FlywheelOption = None,
    as_of: AsOfOption = None,
    window: WindowOption = None,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: Annotated[bool, typer.Option("--json", help="The report as JSON, on stdout.")] = False,
) -> None:
    """Turns, momentum, drag and DORA's five of one flywheel. With FILES nothing is asked of AWS."""
    from cli.figures.asking import Typed, ask
    from cli.figures.reporting import answer

    target = target_of(stack, None, region, endpoint_url)
    answer(ask(Typed(files or (), flywheel, as_of, window, config, target)), json)
