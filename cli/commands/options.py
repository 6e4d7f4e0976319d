"""Options that several commands share, each said once."""

from pathlib import Path
from typing import Annotated

import typer

from cli.target import DEFAULT_STACK

FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[FILES]...", help="JSONL, one EventBridge event a line; - is stdin. None: the stack."),
]
FlywheelOption = Annotated[
    str | None, typer.Option("--flywheel", metavar="ID", help="Needed only where there are several.")
]
OwnerOption = Annotated[str | None, typer.Option("--flywheel", metavar="ID", help="Whose events these are.")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="TIME", help="RFC 3339 with an offset; now if not given.")
]
WindowOption = Annotated[
    float | None, typer.Option("--window", metavar="DAYS", help="84 days unless configured otherwise.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="flywheel.toml; the one here if there is.")
]
StackOption = Annotated[
    str | None, typer.Option("--stack", metavar="NAME", help=f"The stack (FLYWHEEL_STACK, else {DEFAULT_STACK}).")
]
BusOption = Annotated[
    str | None, typer.Option("--bus", metavar="NAME", help="The event bus (FLYWHEEL_BUS, else the stack's name).")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="NAME", help="Region of the stack (else AWS's own settings).")
]
EndpointOption = Annotated[
    str | None, typer.Option("--endpoint-url", metavar="URL", help="Another endpoint, such as `flywheel up` prints.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Print the events as JSONL that `report` reads.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The answer as JSON, on stdout.")]
