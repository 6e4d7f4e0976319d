"""Events that the bus could not take just now, kept in a JSONL file that `emit --resend` and `replay` read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DEFAULT_FILE = Path("unsent.jsonl")


def keep(path: Path, envelopes: Sequence[dict[str, Any]]) -> None:
    """Add events to the file."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(envelope, ensure_ascii=False) + "\n" for envelope in envelopes)


def replace(path: Path, lines: Sequence[bytes]) -> None:
    """Leave only these lines; the file goes when none is left. A crash in between leaves the old file whole."""
    if not lines:
        path.unlink(missing_ok=True)
        return
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(b"".join(line + b"\n" for line in lines))
    beside.replace(path)
