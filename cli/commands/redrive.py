"""`flywheel redrive`: dead letters back to where they belong."""

from typing import Annotated

import typer

from cli.commands.options import EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of


def redrive(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be put back.")] = False,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Put back every dead letter, from queues and from the table. What was counted before is not counted again."""
    from cli.moments import now
    from cli.terminal import print_json, say
    from cli.upkeep import redriving
    from cli.upkeep.stack import kept_by

    target = target_of(stack, None, region, endpoint_url)
    with kept_by(target) as kept:
        report = redriving.waiting(kept, target, now()) if dry_run else redriving.redrive(kept, target, now())
    if json:
        print_json(report)
    elif dry_run:
        redriving.print_letters(report)
    else:
        say(
            f"{report['inbox']:,} back into the inbox, {report['outbox']:,} into the outbox; "
            f"{report['needless']:,} needed nothing"
        )
