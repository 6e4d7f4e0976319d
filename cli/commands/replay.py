"""`flywheel replay FILES…`: recorded events into a stack, again or for the first time."""

from typing import Annotated

import typer

from cli.commands.options import BusOption, ConfigOption, EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of


def replay(
    files: Annotated[
        list[str], typer.Argument(metavar="FILES...", help="JSONL, one event or delivery a line; - is stdin.")
    ],
    skip: Annotated[int, typer.Option(min=0, metavar="N", help="Go on after the first N events.")] = 0,
    hook: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The lines are a vendor's deliveries (`headers`, `body`) for this hook."),
    ] = None,
    config: ConfigOption = None,
    stack: StackOption = None,
    bus: BusOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Send recorded events in tens, or a vendor's deliveries through the intake, signed with the hook's own secret.

    Sending them again changes nothing; invalid lines are listed and left out.
    """
    from cli.bus import Sender
    from cli.replaying import replay_files
    from cli.terminal import print_json, say

    target = target_of(stack, bus, region, endpoint_url)
    if hook is not None:
        from cli.configuration import find_settings
        from cli.deliveries import counts_text, desk_of, replay_deliveries

        answered = replay_deliveries(desk_of(hook, find_settings(config), target), files, skip)
        print_json({"hook": hook, **answered}) if json else say(counts_text(answered))
        return
    counts = replay_files(Sender(target.client("events"), target.bus), files, skip)
    if json:
        print_json({"bus": target.bus, **counts})
    else:
        from shared.flywheel.wording import count_of

        left = count_of(counts["invalid"], "invalid line")
        say(f"{count_of(counts['sent'], 'event')} on bus {target.bus}, {left} left out")
