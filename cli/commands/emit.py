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
    summary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Wait, and add what became of it to this file, as Markdown.")
    ] = None,
    unsent: Annotated[Path, typer.Option(metavar="FILE", help="Where unsent events are kept.")] = Path("unsent.jsonl"),
    stack: StackOption = None,
    bus: BusOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Send one event: flywheel emit deployment --service web --flywheel checkout.

    Every field of the kind is an option: --idea, --outcome, --ideas A --ideas B, --cause '{"external":true}'. A
    deployment's repository, commit, run, environment and outcome are those of the pipeline, else of the clone here.
    Where the bus cannot be reached the event is kept in a file and the exit code is 0, so that no release fails for
    us. The fields of a kind: flywheel emit KIND --help.
    """
    from cli.emitting.sending import Asked, emit_one, resend_kept
    from cli.emitting.summary import failures_in
    from cli.failure import WrongInputError

    target = target_of(stack, bus, region, endpoint_url)
    if resend:
        asked_too = {"KIND": kind, "--since": since, "--dry-run": dry_run, "--wait": wait, "--summary": summary}
        if beside := next((name for name, value in asked_too.items() if value), None):
            raise WrongInputError(f"--resend: got {beside} as well, expected --resend alone: it sends what is kept")
        resend_kept(target, unsent, strict=strict, as_json=json)
        return
    if kind is None:
        raise WrongInputError("KIND: missing, such as deployment, release, incident or idea (see flywheel emit --help)")
    source = os.environ.get("FLYWHEEL_SOURCE", source) if source == "cli" else source
    asked = Asked(
        kind, tuple(context.args), since, source, dry_run, strict, wait or summary is not None, unsent, summary
    )
    with failures_in(summary):
        emit_one(target, asked, as_json=json)
