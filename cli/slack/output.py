"""The output of `flywheel slack`: the link and its steps, and checks as they come."""

from collections.abc import Iterable

import typer
from msgspec import to_builtins

from cli.checks.check import Check
from cli.checks.output import show_check
from cli.failure import ExitCode
from cli.slack.setup import STEPS
from cli.terminal import page, print_json, print_plain, say


def tell_link(link: str, request_url: str, *, as_json: bool) -> None:
    """The link to stdout, what to do with it to stderr."""
    if as_json:
        print_json({"link": link, "request_url": request_url})
        return
    print_plain(link)
    for number, step in enumerate(STEPS, 1):
        say(f"  {number}. {step}")
    say(f"Slack will call {request_url}; flywheel slack setup --manifest prints the manifest for an app that exists")


def tell_checks(checks: Iterable[Check], *, as_json: bool) -> None:
    """Each check as it comes, or all as JSON; exits 1 where one failed."""
    seen = []
    for check in checks:
        seen.append(check)
        if not as_json:
            show_check(page(), check)
    if as_json:
        print_json(to_builtins(seen))
    if any(check.state == "failed" for check in seen):
        raise typer.Exit(int(ExitCode.FAILED))
