"""`flywheel up`: the real stack on this machine, until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer

from cli.clone import need_clone
from cli.commands.options import JsonOption


def up(
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="PORT", help="Where AWS is; 0 takes any free port.")
    ] = 4599,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep what it holds here, also after kill -9.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """The stack on the embedded engine: any AWS client can talk to it. No account, no Slack, no Docker."""
    need_clone("up")
    from cli.embedded.running import run

    run(port, data, json)
