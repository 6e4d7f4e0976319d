"""`flywheel report`: every figure of a flywheel at any moment, from files or from the stack."""

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
) -> None:
    """Turns, momentum, drag and DORA's five of one flywheel. With FILES nothing is asked of AWS."""
    from cli.figures.question import Typed, ask
    from cli.figures.reporting import answer
    from shared.runtime.collecting import collecting_later

    target = target_of(stack, None, region, endpoint_url)
    with collecting_later():
        answer(ask(Typed(files or (), flywheel, as_of, window, config, target)), json)
