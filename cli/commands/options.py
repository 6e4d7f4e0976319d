"""Options that several commands share, each said once."""

from pathlib import Path
from typing import Annotated

import typer

FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[FILES]...", help="JSONL, one EventBridge event a line; - is stdin. None: the stack."),
]
FlywheelOption = Annotated[
    str | None, typer.Option("--flywheel", metavar="ID", help="Needed only where there are several.")
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="TIME", help="RFC 3339 with an offset; now if not given.")
]
WindowOption = Annotated[
    float | None, typer.Option("--window", metavar="DAYS", help="84 days unless configured otherwise.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="flywheel.toml; the one here if there is.")
]
