"""`flywheel rebuild`: the log's segments and all that is folded from them, made anew from the events."""

from typing import Annotated

import typer

from cli.commands.options import ConfigOption, EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of


def rebuild(
    flywheel: Annotated[
        str | None, typer.Option("--flywheel", metavar="ID", help="Only what concerns this one.")
    ] = None,
    config: ConfigOption = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="PLACE", help="Go on where an earlier run said it was.")
    ] = None,
    scrub: Annotated[
        bool, typer.Option("--scrub", help="Only take out what older releases kept and this one does not.")
    ] = False,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Go through every event, put each fact where the settings want it, fold all flywheels. Events may go on arriving.

    Needed after a service was given to another flywheel (numbers are right before, too: reading gets cheaper), after
    damage that the audit cannot mend, and after an upgrade that says so.
    """
    from cli.configuration import find_settings
    from cli.moments import now
    from cli.terminal import print_json, say
    from cli.upkeep.rebuilding import run
    from cli.upkeep.scrubbing import run_scrub, scrub_text
    from shared.flywheel.wording import count_of

    if scrub:
        cleaned = run_scrub(target_of(stack, None, region, endpoint_url), now())
        print_json(cleaned) if json else say(scrub_text(cleaned))
        return
    done = run(target_of(stack, None, region, endpoint_url), find_settings(config), now(), flywheel, after)
    if json:
        print_json(done)
    else:
        written, moved, swept = (
            count_of(done["written"], "fact"),
            count_of(done["moved"], "event"),
            count_of(done["swept"], "fact"),
        )
        wheels, mended = count_of(done["wheels"], "flywheel"), count_of(done["mended"], "item")
        say(
            f"{count_of(done['events'], 'event')}: {written} written, {moved} moved, {swept} taken away; "
            f"{wheels} folded, {mended} mended"
        )
