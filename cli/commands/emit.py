"""`flywheel emit KIND …`: one event to the bus, from a pipeline's step."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.options import BusOption, EndpointOption, JsonOption, RegionOption, StackOption
from cli.target import target_of

SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Every field of a kind is an option of its name, `--time` and `--id` among them."""


def emit(
    context: typer.Context,
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="KIND", help="deployment, release, incident, incident-resolved, idea, outcome, change …"
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="REF", help="Of a deployment: the tag or commit that was out before it.")
    ] = None,
    source: Annotated[str, typer.Option(metavar="NAME", help="Who says so: part of the event's identity.")] = "cli",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the event instead of sending it.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 where the bus cannot be reached.")] = False,
    resend: Annotated[bool, typer.Option("--resend", help="Send what is kept in the file of unsent events.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait up to a minute for what becomes of it: counted, rejected, unmapped.")
    ] = False,
    unsent: Annotated[Path, typer.Option(metavar="FILE", help="Where unsent events are kept.")] = Path("unsent.jsonl"),
    stack: StackOption = None,
    bus: BusOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Send one event: flywheel emit deployment --service web --flywheel checkout.

    Every field of the kind is an option: --idea, --outcome, --ideas A --ideas B, --cause '{"external":true}'. A
    deployment's repository, commit and run are found in the surroundings. Where the bus cannot be reached the event
    is kept in a file and the exit code is 0, so that no release fails for us.
    """
    from cli.bus import Sender
    from cli.emitting import emission
    from cli.emitting.kinds import detail_type_of
    from cli.emitting.outcome import as_values, key_text, outcome_of
    from cli.failure import CommandError, WrongInputError
    from cli.moments import now
    from cli.terminal import print_json, print_json_line, say

    target = target_of(stack, bus, region, endpoint_url)
    if resend:
        sent, kept = emission.resend(Sender(target.client("events"), target.bus), unsent)
        print_json({"sent": sent, "kept": kept}) if json else say(f"{sent} sent, {kept} still kept in {unsent}")
        if kept and strict:
            raise CommandError(f"{kept} events are still kept in {unsent}")
        return
    if kind is None:
        raise WrongInputError("KIND: missing, such as deployment, release, incident or idea (see flywheel emit --help)")
    source = os.environ.get("FLYWHEEL_SOURCE", source) if source == "cli" else source
    envelope = emission.envelope_of(detail_type_of(kind), context.args, since, source, now())
    if dry_run:
        print_json_line(envelope)
        return
    receipt = emission.send_one(lambda: Sender(target.client("events"), target.bus), envelope, strict, unsent)
    name, sent = f"{envelope['detail-type']} {envelope['detail']['id']}", receipt.state == "sent"
    if sent and not json:
        say(f"sent {name} to bus {target.bus}")
    outcome = outcome_of(target, envelope) if wait and sent else None
    if json:
        key = key_text(envelope)
        print_json(
            {
                "state": receipt.state,
                "bus": target.bus,
                "id": envelope["detail"]["id"],
                "key": key,
                **as_values(outcome),
            }
        )
    elif outcome is not None:
        say(f"{name}: {outcome.sentence}", "note" if outcome.is_counted else "warning")
    if outcome is not None and strict and not outcome.is_counted:
        raise CommandError(f"{name}: {outcome.sentence}")
