"""`flywheel import`: a history that exists already, as events."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.options import (
    BusOption,
    ConfigOption,
    DryRunOption,
    EndpointOption,
    JsonOption,
    OwnerOption,
    RegionOption,
    StackOption,
)
from cli.target import target_of

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Turn a history that exists already into events.")


@app.command("git", short_help="Tags or a branch of a clone")
def git(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A local clone.", show_default=False)],
    branch: Annotated[
        str | None, typer.Option(metavar="NAME", help="Take what landed on this branch as releases, instead of tags.")
    ] = None,
    tags: Annotated[str | None, typer.Option(metavar="GLOB", help="Only these tags, for example 'api/*'.")] = None,
    service: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="The service deployed; FAMILY=NAME for one tag family.")
    ] = None,
    path_of: Annotated[
        list[str] | None,
        typer.Option("--path", metavar="FAMILY=DIR", help="The directory whose commits are this tag family's."),
    ] = None,
    flywheel: OwnerOption = None,
    idea_projects: Annotated[
        list[str] | None, typer.Option(metavar="SHOP,PAY", help="Your tracker's projects; else history must show one.")
    ] = None,
    idea_pattern: Annotated[
        str | None,
        typer.Option(metavar="REGEX", help="Idea keys in messages; a group, if any, is the key. Empty: none."),
    ] = None,
    pre_releases: Annotated[bool, typer.Option("--pre-releases", help="Take pre-releases as releases too.")] = False,
    rework_hours: Annotated[
        float, typer.Option(min=0, metavar="HOURS", help="A patch or revert within this time of a release mends it.")
    ] = 24.0,
    revision: Annotated[
        int, typer.Option(min=1, metavar="N", help="Raise it to replace an earlier import that chose otherwise.")
    ] = 1,
    dry_run: DryRunOption = False,
    stack: StackOption = None,
    bus: BusOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Tags, or a branch, become production deployments and releases; reverts and quick patches become rework."""
    from cli.commands.import_run import compiled, import_git, projects, require_fitting
    from cli.git.importing import Choices

    require_fitting(flywheel, service or (), rework_hours)

    choices = Choices(
        branch=branch,
        tags=tags,
        services=tuple(service or ()),
        paths=tuple(path_of or ()),
        flywheel=flywheel,
        idea_pattern=compiled(idea_pattern),
        idea_projects=projects(idea_projects),
        no_ideas=idea_pattern == "",
        pre_releases=pre_releases,
        rework_hours=rework_hours,
        revision=revision,
    )
    import_git(path, choices, None if dry_run else target_of(stack, bus, region, endpoint_url), json)


@app.command("github", short_help="Runs, releases and pulls of GitHub")
def github(
    repository: Annotated[str, typer.Argument(metavar="OWNER/REPO", help="As on GitHub.", show_default=False)],
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only what is not older; RFC 3339 with an offset.")
    ] = None,
    hook: Annotated[
        str, typer.Option(metavar="NAME", help="The hook that sends, or will: its events and these are the same.")
    ] = "github",
    flywheel: OwnerOption = None,
    api_url: Annotated[
        str, typer.Option(envvar="GITHUB_API_URL", metavar="URL", help="https://HOST/api/v3 of a server of your own.")
    ] = "https://api.github.com",
    max_wait: Annotated[
        float, typer.Option(min=0, metavar="MINUTES", help="The longest single wait for GitHub's rate limit.")
    ] = 15.0,
    resume: Annotated[
        str | None, typer.Option(metavar="PLACE", help="Go on where an import said that it stopped.")
    ] = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    stack: StackOption = None,
    bus: BusOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: JsonOption = False,
) -> None:
    """Deployments, pushes, releases, issues and pull requests of a repository, as its webhook would have told them.

    The token comes from GITHUB_TOKEN and needs read access only.
    """
    from cli.commands.import_github_run import import_github
    from cli.commands.import_run import require_fitting
    from cli.configuration import find_settings
    from cli.github.api import Api
    from cli.github.history import Place, place_of
    from cli.github.importing import Choices, GithubImport
    from cli.moments import parse_moment

    require_fitting(flywheel)
    choices = Choices(
        hook=hook,
        flywheel=flywheel,
        since=None if since is None else parse_moment(since, "--since"),
        start=Place() if resume is None else place_of(resume),
    )
    settings = find_settings(config)
    api = Api(api_url, os.environ.get("GITHUB_TOKEN") or None, max_wait * 60)
    history = GithubImport(api, repository, settings, choices)
    import_github(history, None if dry_run else target_of(stack, bus, region, endpoint_url), json)
