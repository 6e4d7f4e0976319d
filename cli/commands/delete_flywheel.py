"""`flywheel delete-flywheel`: one flywheel and all its data, for good."""

from typing import Annotated

import typer

from cli.commands.options import ConfigOption, EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of


def delete_flywheel(
    flywheel: Annotated[str, typer.Argument(metavar="ID", help="The flywheel.")],
    yes: Annotated[bool, typer.Option("--yes", help="Really: there is no way back but the table's backups.")] = False,
    config: ConfigOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Delete a flywheel's events, figures, summaries, ledger and letters. Repeat it if it breaks off."""
    from cli.configuration import find_settings
    from cli.moments import now
    from cli.terminal import print_json, say
    from cli.upkeep.deleting import run

    target = target_of(stack, None, region, endpoint_url)
    counts = run(target, find_settings(config), flywheel, now(), really=yes)
    if json:
        print_json({"flywheel": flywheel, "deleted": counts})
    else:
        say("deleted: " + ", ".join(f"{count:,} {what}" for what, count in counts.items()))
