"""Events that the bus could not take just now, kept in a JSONL file that `emit --resend` and `replay` read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cli.failure import CommandError
from cli.terminal import print_json_line

DEFAULT_FILE = Path("unsent.jsonl")


def keep(path: Path, envelope: dict[str, Any]) -> str:
    """Add an event to the file; where it is now, and what sends it. What no file takes goes to stdout."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(envelope, ensure_ascii=False) + "\n")
    except OSError as error:
        print_json_line(envelope)
        unwritable = f"--unsent: {path} cannot be written ({error.strerror})"
        return f"{unwritable}, so the event is on stdout: flywheel replay - sends it"
    named = "" if path == DEFAULT_FILE else f" --unsent {path}"
    return f"kept in {path}: flywheel emit --resend{named} sends it"


def replace(path: Path, lines: Sequence[bytes]) -> None:
    """Leave only these lines; the file goes when none is left. A crash in between leaves the old file whole."""
    beside = path.with_name(path.name + ".new")
    try:
        if not lines:
            path.unlink(missing_ok=True)
            return
        beside.write_bytes(b"".join(line + b"\n" for line in lines))
        beside.replace(path)
    except OSError as error:
        unwritable = f"--unsent: {path} cannot be written ({error.strerror})"
        raise CommandError(f"{unwritable}: what was sent is still in it; sent again it counts once") from error
