"""`flywheel import`: a history that exists already, as events."""

from pathlib import Path
from typing import Annotated

import typer

from cli.target import BusOption, EndpointOption, JsonOption, RegionOption, StackOption, target_of

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Turn a history that exists already into events.")


@app.callback()
def _group() -> None:
    """Keeps `git` a subcommand while it is the only one."""


@app.command("git")
def git(  # noqa: PLR0913, PLR0917  one option each
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A local clone.", show_default=False)],
    branch: Annotated[
        str | None, typer.Option(help="Take what landed on this branch as releases, instead of tags.")
    ] = None,
    tags: Annotated[str | None, typer.Option(metavar="GLOB", help="Only these tags, for example 'api/*'.")] = None,
    service: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="The service deployed; FAMILY=NAME for one tag family.")
    ] = None,
    flywheel: Annotated[str | None, typer.Option(metavar="ID", help="Whose events these are.")] = None,
    idea_pattern: Annotated[
        str | None,
        typer.Option(metavar="REGEX", help="Idea keys in messages; a group, if any, is the key. Empty: none."),
    ] = None,
    pre_releases: Annotated[bool, typer.Option("--pre-releases", help="Take pre-releases as releases too.")] = False,
    rework_hours: Annotated[
        float, typer.Option(min=0, help="A patch or revert within this time of a release mends it.")
    ] = 24.0,
    revision: Annotated[
        int, typer.Option(min=1, help="Raise it to replace an earlier import that chose otherwise.")
    ] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the events as JSONL that `report` reads.")] = False,
    stack: StackOption = None,
    bus: BusOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Tags, or a branch, become production deployments and releases; reverts and quick patches become rework."""
    from cli.commands.import_run import compiled, import_git  # noqa: PLC0415  loaded when it runs
    from cli.git.importing import Choices  # noqa: PLC0415

    choices = Choices(
        branch=branch,
        tags=tags,
        services=tuple(service or ()),
        flywheel=flywheel,
        idea_pattern=compiled(idea_pattern),
        pre_releases=pre_releases,
        rework_hours=rework_hours,
        revision=revision,
    )
    import_git(path, choices, None if dry_run else target_of(stack, bus, region, endpoint_url), json)
