"""`flywheel restore`: a table that was restored, or outlived its stack, made fit to be adopted by one."""

from typing import Annotated

import typer

from cli.commands.options import EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of


def restore(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="The name of a restored or retained table.")],
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Put back what a restored table lacks (stream, expiry, recovery, protection), and say how a stack takes it.

    Its items stay as they are. The lines on stdout belong into flywheel.toml; docs/runbook.md has the whole way.
    """
    import msgspec

    from cli.terminal import print_json, print_plain, say
    from cli.upkeep import restoring

    target = target_of(stack, None, region, endpoint_url)
    restored = restoring.restore(target, table)
    if json:
        print_json(msgspec.to_builtins(restored))
        return
    stage = restoring.stage_of(target.stack)
    say(f"{table}: put back {', '.join(restored.put_back)}" if restored.put_back else f"{table} lacks nothing")
    say(f"put these lines under [stages.{stage}] in flywheel.toml, then: make deploy STAGE={stage}")
    print_plain(f'table_name = "{restored.table}"\ntable_stream = "{restored.stream}"')
